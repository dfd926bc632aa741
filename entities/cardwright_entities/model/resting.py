"""What is still open of a source can be told: added up from stored values, without fractions."""

from __future__ import annotations

from collections.abc import Iterator

from cardwright_entities.model.entities import EntityModel
from cardwright_entities.model.model import Model
from cardwright_metadata.definitions.flows import HEAD, StrandDefinition
from cardwright_metadata.expressions.tree import Path
from cardwright_metadata.problems import Finding

_Strand = tuple[tuple[str, ...], StrandDefinition, EntityModel, EntityModel]


def wrong_rests(model: Model) -> Iterator[Finding]:
    """Yield what conversions take that nobody can add up, or in fractions that find no room."""
    for conversion in model.catalog.conversions.values():
        source, target = model.entity(conversion.source), model.entity(conversion.target)
        strands: list[_Strand] = [((), conversion.head, source, target)]
        for strand in conversion.lines:
            from_part = model.lines_of(source, strand.lines) if strand.lines else source
            at = ("lines", strand.lines or HEAD)
            strands.append((at, strand, from_part, model.lines_of(target, strand.to)))
        for place, strand, part, into in strands:
            quantity = into.fields.get(strand.quantity)
            if quantity is not None and not quantity.columns:
                yield Finding(
                    address=f"conversion/{conversion.name}",
                    path=(*place, "quantity"),
                    code="quantity_not_stored",
                    message=f"'{strand.quantity}' is calculated when it is read, so nobody could "
                    "add up how much was taken; say stored: true.",
                    found=strand.quantity,
                    expected="a field that is stored",
                )
            for key, name in _fractional(strand, part, into):
                yield Finding(
                    address=f"conversion/{conversion.name}",
                    path=(*place, key),
                    code="fractional_rest",
                    message=f"'{strand.open}' holds whole numbers, but '{name}' may be a fraction.",
                    found=name,
                    expected="an integer, or a decimal in 'open'",
                )


def _fractional(
    strand: StrandDefinition, source: EntityModel, target: EntityModel
) -> Iterator[tuple[str, str]]:
    kept = source.fields.get(strand.open)
    if kept is None or kept.value_type.scale != 0:
        return
    quantity = target.fields.get(strand.quantity)
    if quantity is not None and quantity.value_type.scale != 0:
        yield "quantity", strand.quantity
    tree = strand.total.tree if strand.total is not None else None
    if isinstance(tree, Path) and len(tree.names) == 1:
        total = source.fields.get(tree.names[0])
        if total is not None and total.value_type.scale != 0:
            yield "total", tree.names[0]
