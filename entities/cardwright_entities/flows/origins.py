"""What a record takes from where it was made: values nobody gave, and whether it may be made.

It does not matter by which way a record comes: a form, the API, an import, a rule. Whatever names
its source is filled from it, and refused where the source may not be converted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cardwright_entities.errors import Message, ValueProblem
from cardwright_entities.flows.knowing import may_know, surely_holds
from cardwright_entities.flows.strands import Strand, conversions_into, strands_of
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.gate import Records
from cardwright_entities.records.loading import Values
from cardwright_metadata.definitions.flows import ConversionDefinition
from cardwright_metadata.expressions.tree import Expression


@dataclass(frozen=True, eq=False)
class Origin:
    """One part of a draft with the record that it was made from."""

    strand: Strand
    part: Draft
    source: RecordValues
    fresh: bool  #: this save says so; what was said before is not asked about again

    @property
    def head(self) -> RecordValues | None:
        """Return the source's head, itself if it is no line."""
        return self.source.of_head() if self.strand.from_lines else self.source

    @property
    def place(self) -> str:
        """Return where messages about the source stand."""
        return self.part.prefix + self.strand.link.name


def fill_from_origins(gate: Records, draft: Draft, messages: Messages) -> None:
    """Fill a draft from what it was made from; note sources that may not be converted."""
    for conversion in conversions_into(gate.model, draft.entity.name):
        origins = list(_origins(gate, conversion, draft))
        fresh = [each for each in origins if each.fresh]
        if not fresh:
            continue
        _check_condition(gate, conversion, fresh, messages)
        _check_merge(gate, conversion, origins, messages)
        _copy_all(gate, conversion, draft, fresh)


def is_source(gate: Records, conversion: ConversionDefinition, head: RecordValues | None) -> bool:
    """Tell whether a record meets the condition of a conversion from it."""
    if conversion.condition is None:
        return True
    return head is not None and gate.evaluator.value(conversion.condition, head) is True


def is_offered_source(
    gate: Records, conversion: ConversionDefinition, head: RecordValues | None
) -> bool:
    """Tell whether its principal may convert a record: by what he may know of its condition."""
    if conversion.condition is None:
        return True
    return head is not None and surely_holds(gate, conversion.condition, head)


def evaluated(
    gate: Records, copy: Mapping[str, Expression], target: EntityModel, source: RecordValues
) -> dict[str, object]:
    """Return the values of a target's fields that a source gives; what does not fit is left out."""
    values: dict[str, object] = {}
    for name, expression in copy.items():
        found = target.fields.get(name)
        if found is None:
            continue
        try:
            values[name] = found.parse(gate.evaluator.value(expression, source), gate.context)
        except ValueProblem:
            continue
    return values


def differing(
    gate: Records, conversion: ConversionDefinition, sources: Sequence[RecordValues]
) -> Message | None:
    """Return why some sources do not go together, None where they do.

    Whether they agree in a field that their reader may not read is not told: they do not.
    """
    for name in conversion.merge if len(sources) > 1 else ():
        if not gate.reading.has_field(sources[0].entity, name):
            return Message("not_convertible")
        if len({repr(each.values.get(name)) for each in sources}) > 1:
            return Message.of("sources_differ", field=name)
    return None


def _origins(gate: Records, conversion: ConversionDefinition, draft: Draft) -> Iterator[Origin]:
    for strand in strands_of(gate.model, conversion):
        to = strand.definition.to
        parts = draft.lines.get(to, []) if to else [draft]
        named = {
            part: record
            for part in parts
            if isinstance(record := part.values.get(strand.link.name), int)
        }
        known = _readable(gate, strand.source, sorted(set(named.values())))
        for part, record in named.items():
            if record in known:
                source = RecordValues(gate.evaluator, strand.source, known[record])
                before = (part.stored or {}).get(strand.link.name)
                yield Origin(strand, part, source, before != record)


def _readable(gate: Records, entity: EntityModel, ids: Sequence[int]) -> dict[int, Values]:
    """Return the sources that the writer may read; the others are reported as unknown records."""
    if not ids:
        return {}
    condition = rows_condition(gate.reading, entity, entity.table)
    return gate.loader.records(entity, ids, condition=condition)


def _check_condition(
    gate: Records, conversion: ConversionDefinition, fresh: Sequence[Origin], messages: Messages
) -> None:
    for each in fresh:
        if not is_offered_source(gate, conversion, each.head):
            messages.add(each.place, Message("not_convertible"))


def _check_merge(
    gate: Records, conversion: ConversionDefinition, origins: Sequence[Origin], messages: Messages
) -> None:
    heads = [(each, head) for each in origins if (head := each.head) is not None]
    for each, head in heads[1:]:
        refusal = differing(gate, conversion, [heads[0][1], head])
        if refusal is not None:
            messages.add(each.place, refusal)


def _copy_all(
    gate: Records, conversion: ConversionDefinition, draft: Draft, fresh: Sequence[Origin]
) -> None:
    for each in fresh:
        _copy(gate, each.strand.definition.copy, each.part, each.source)
    head = fresh[0].head
    if head is not None and not conversion.head.source:
        _copy(gate, conversion.head.copy, draft, head)


def _copy(gate: Records, copy: Mapping[str, Expression], part: Draft, source: RecordValues) -> None:
    """Fill a new record where nobody gave a value; later changes of the source do not matter.

    An input that stayed empty because its source was not shown is no value that somebody gave.
    """
    if not part.is_new:
        return
    wanted = {
        name: expression
        for name, expression in copy.items()
        if name not in part.copied
        and (
            name not in part.given
            or _was_not_shown(gate, expression, part.values.get(name), source)
        )
    }
    values = evaluated(gate, wanted, part.entity, source)
    part.values.update(values)
    part.copied.update(values)


def _was_not_shown(
    gate: Records, expression: Expression, value: object, source: RecordValues
) -> bool:
    return value in (None, "", ()) and not may_know(gate, expression, source)
