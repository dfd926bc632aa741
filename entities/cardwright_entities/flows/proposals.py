"""What a target made from some sources would be: values for a form, or to be stored at once.

Used by both ways: 下推 from the card of one source, 选单 from the form of the target over several.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from cardwright_entities.errors import ConflictError, InputError, Message, NotFoundError
from cardwright_entities.flows.knowing import may_know
from cardwright_entities.flows.origins import (
    differing,
    evaluated,
    is_offered_source,
    is_source,
)
from cardwright_entities.flows.rests import rests_of
from cardwright_entities.flows.strands import Strand, strands_of
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.gate import Records
from cardwright_entities.records.loading import Values
from cardwright_metadata.definitions.flows import HEAD, ConversionDefinition, StrandDefinition
from cardwright_metadata.expressions.tree import Expression

#: The code of the refusal where everything is taken already.
NOTHING_OPEN = "nothing_open"
#: Sources of one proposal at most.
MOST_SOURCES = 100


@dataclass(frozen=True)
class Proposal:
    """A target in the making: values by field name, lines as lists of such values."""

    entity: str
    values: Mapping[str, object] = field(default_factory=dict)
    lines: Mapping[str, Sequence[Mapping[str, object]]] = field(default_factory=dict)

    @property
    def raw(self) -> dict[str, object]:
        """Return what a save of the target as it is would send."""
        return {**self.values, **{name: list(each) for name, each in self.lines.items()}}


def propose(
    gate: Records,
    conversion: ConversionDefinition,
    sources: Sequence[int],
    take: Mapping[str, Expression] = MappingProxyType({}),
    *,
    shown: bool = False,
) -> Proposal:
    """Return what some sources would become, with all that is open of them.

    ``take`` says for lines of the source how much of each is taken at most. Only what the principal
    may see and set is in it: the rest is filled when it is stored. ``shown``: to the principal,
    before anything is stored; then nothing follows from what he may not read in the sources. Raise
    NotFoundError for a source that he may not read, ConflictError for one that may not be
    converted or has nothing open, InputError where several do not go together.
    """
    heads = _sources(gate, conversion, sources)
    target = gate.model.entity(conversion.target)
    values: dict[str, object] = {}
    lines: dict[str, list[Mapping[str, object]]] = {}
    if len(heads) == 1 and conversion.head.source:
        values[conversion.head.source] = heads[0].values["id"]
    values |= _copied(gate, conversion.head, target, heads[0], shown=shown)
    something = False
    strands = strands_of(gate.model, conversion)
    for strand in strands:
        for head in heads:
            most = take.get(strand.definition.lines or HEAD)
            made = list(_parts(gate, strand, head, most, shown=shown))
            something = something or (strand.takes and bool(made))
            if strand.definition.to:
                lines.setdefault(strand.definition.to, []).extend(made)
            elif made:
                values |= made[0]
    if not something and any(strand.takes for strand in strands):
        raise ConflictError(Message(NOTHING_OPEN))
    return Proposal(
        conversion.target,
        _settable(gate, target, values),
        {
            name: [_settable(gate, gate.model.lines_of(target, name), each) for each in made]
            for name, made in lines.items()
        },
    )


def has_open(gate: Records, conversion: ConversionDefinition, head: Values) -> bool:
    """Tell whether anything of a source is still open; what is not counted always is."""
    strands = [each for each in strands_of(gate.model, conversion) if each.takes]
    source = RecordValues(gate.evaluator, gate.model.entity(conversion.source), head)
    return not strands or any(any(True for _ in _parts(gate, strand, source)) for strand in strands)


def is_convertible(gate: Records, conversion: ConversionDefinition, head: Values) -> bool:
    """Tell whether the values of a record make it a source of a conversion."""
    names = RecordValues(gate.evaluator, gate.model.entity(conversion.source), head)
    return is_source(gate, conversion, names)


def is_offered(gate: Records, conversion: ConversionDefinition, head: Values) -> bool:
    """Tell whether the values of a record make it a source for the principal."""
    names = RecordValues(gate.evaluator, gate.model.entity(conversion.source), head)
    return is_offered_source(gate, conversion, names)


def _sources(
    gate: Records, conversion: ConversionDefinition, sources: Sequence[int]
) -> list[RecordValues]:
    wanted = list(dict.fromkeys(sources))
    if not 1 <= len(wanted) <= MOST_SOURCES:
        raise InputError({"sources": [Message.of("too_many_sources", most=MOST_SOURCES)]})
    gate.may(conversion.source, "read")
    gate.may_create(conversion.target)
    entity = gate.model.entity(conversion.source)
    condition = rows_condition(gate.reading, entity, entity.table)
    found = gate.loader.records(entity, wanted, condition=condition)
    if len(found) < len(wanted):
        raise NotFoundError(Message("not_found"))
    if not all(is_offered(gate, conversion, head) for head in found.values()):
        raise ConflictError(Message("not_convertible"))
    heads = [RecordValues(gate.evaluator, entity, found[each]) for each in wanted]
    refusal = differing(gate, conversion, heads)
    if refusal is not None:
        raise InputError({"sources": [refusal]})
    return heads


def _copied(
    gate: Records,
    strand: StrandDefinition,
    target: EntityModel,
    source: RecordValues,
    *,
    shown: bool,
) -> dict[str, object]:
    """Return what is copied from a source; shown is what its reader may know."""
    copy = strand.copy
    if shown:
        copy = {name: each for name, each in copy.items() if may_know(gate, each, source)}
    return evaluated(gate, copy, target, source)


def _knows_rest(gate: Records, strand: Strand, source: RecordValues) -> bool:
    """Tell whether the principal may know how much of a source is open."""
    kept, total = strand.definition.open, strand.definition.total
    if kept:
        return gate.reading.has_field(strand.source, kept)
    return total is None or may_know(gate, total, source)


def _parts(
    gate: Records,
    strand: Strand,
    head: RecordValues,
    take: Expression | None = None,
    *,
    shown: bool = False,
) -> list[dict[str, object]]:
    """Return the values of a target's parts, one for each part of the source that is open."""
    record = int(str(head.values["id"]))
    parts: list[Values] = [dict(head.values)]
    if strand.from_lines:
        parts = gate.loader.lines(strand.source_head, strand.definition.lines, [record])
        parts = list(gate.evaluator.reader.seen(strand.source, parts)) if shown else parts
    rests = rests_of(gate, strand, parts) if strand.takes else {}
    made: list[dict[str, object]] = []
    for part in parts:
        number = int(str(part["id"]))
        names = RecordValues(gate.evaluator, strand.source, part)
        values: dict[str, object] = {strand.link.name: number}
        values |= _copied(gate, strand.definition, strand.target, names, shown=shown)
        if strand.takes:
            rest = rests.get(number, Decimal(0))
            most = None if take is None else gate.evaluator.value(take, names)
            if isinstance(most, Decimal | int):
                rest = min(rest, max(Decimal(most), Decimal(0)))
            if not rest:
                continue
            if not shown or _knows_rest(gate, strand, names):
                values[strand.definition.quantity] = rest
        made.append(values)
    return made


def _settable(
    gate: Records, entity: EntityModel, values: Mapping[str, object]
) -> dict[str, object]:
    principal = gate.context.principal
    readable = gate.policy.fields(principal, entity.name, "read")
    writable = gate.policy.fields(principal, entity.name, "write")
    return {
        name: value
        for name, value in values.items()
        if name in readable
        and name in writable
        and value is not None
        and entity.fields[name].definition.readonly is not True
    }
