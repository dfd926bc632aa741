"""复制: a record with the values and lines of another, but for what is that one's alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.actions import Action, Asking, Performed
from cardwright_entities.flows.proposals import Proposal
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.queries.titles import links_of
from cardwright_entities.records.gate import Records
from cardwright_entities.records.limited_choices import may_put
from cardwright_entities.records.loading import Values
from cardwright_entities.records.saving import SaveOptions
from cardwright_metadata.currencies import CURRENCY, RATE
from cardwright_metadata.definitions.texts import Text

COPY = "copy"

_LABEL = Text.of({"zh": "复制", "en": "Duplicate"})


def copied(gate: Records, entity_name: str, record: int) -> Proposal:
    """Return what a copy of a record begins with: what its maker may both see and set.

    Left out is what is unique, what the engine keeps, where lines came from, and what says
    ``copy: false``. Raise NotFoundError for a record that may not be read.
    """
    gate.may_read(entity_name, record)
    entity = gate.model.entity(entity_name)
    stored = gate.loader.records(entity, [record])[record]
    fields = list(_copied_fields(gate, entity))
    lines = {
        each.name: _copied_lines(gate, entity, each, record)
        for each in fields
        if each.type.relation == "lines"
    }
    return Proposal(entity_name, _values(gate, entity, fields, stored), lines)


class CopySource:
    """Offers the copy of a record to those who may create others like it."""

    def offer(self, gate: Records, entity: EntityModel, values: Values) -> Sequence[Action]:
        """Return the one action."""
        may = gate.policy.may(gate.context.principal, entity.name, "create")
        if not may or entity.definition.owner or entity.definition.kept:
            return ()
        return (Action(name=COPY, label=_LABEL, kind=COPY, icon="copy"),)

    def perform(
        self, gate: Records, entity: EntityModel, record: int, action: Action, asking: Asking
    ) -> Performed:
        """Store the copy; values that are given go over those that are copied."""
        proposal = copied(gate, entity.name, record)
        options = SaveOptions(confirmed=asking.confirmed)
        saved = gate.create(entity.name, {**proposal.raw, **asking.values}, options)
        return Performed(saved=saved, goes_to=RecordRef(entity.name, saved.id))


def _copied_fields(gate: Records, entity: EntityModel) -> Iterator[FieldModel]:
    principal = gate.context.principal
    readable = gate.reading.readable(entity)
    writable = gate.policy.fields(principal, entity.name, "write")
    # The copy is worth what the rate of its own day says.
    silent = {RATE} if CURRENCY in entity.definition.features else set()
    silent |= _origins(gate, entity)
    for name, field in entity.fields.items():
        definition = field.definition
        typed = field.type.editable and not definition.system and not definition.unique
        typed = typed and not field.type.write_only
        free = definition.copy and definition.readonly is not True and name not in silent
        if typed and free and name in readable and name in writable:
            yield field


def _origins(gate: Records, entity: EntityModel) -> set[str]:
    """Return the links that keep from which record this one was made."""
    found: set[str] = set()
    for conversion in gate.model.catalog.conversions.values():
        target = gate.model.entity(conversion.target)
        for strand in conversion.strands:
            part = gate.model.lines_of(target, strand.to) if strand.to else target
            if part.name == entity.name:
                found.add(strand.source)
    return found


def _values(
    gate: Records, entity: EntityModel, fields: Sequence[FieldModel], stored: Values
) -> dict[str, object]:
    values: dict[str, object] = {}
    for field in fields:
        value = stored.get(field.name)
        if field.type.relation == "many":
            record = int(str(stored["id"]))
            found = links_of(gate.session, gate.reading, entity, field, [record])
            value = found.get(record, ())
        if field.type.relation != "lines" and value not in (None, ()):
            values[field.name] = value
    for field in entity.limited:
        # A copy is a new record, in which nothing is held yet.
        if not may_put(gate.context.principal, field, values.get(field.name)):
            values.pop(field.name, None)
    return values


def _copied_lines(
    gate: Records, entity: EntityModel, field: FieldModel, record: int
) -> list[Mapping[str, object]]:
    line = gate.model.lines_of(entity, field.name)
    rows = gate.loader.lines(entity, field.name, [record])
    if gate.reading.rows(line.name, "read") is not True:
        condition = rows_condition(gate.reading, line, line.table)
        numbers = [int(str(row["id"])) for row in rows]
        seen = gate.loader.records(line, numbers, condition=condition)
        rows = [row for row in rows if row["id"] in seen]
    fields = [each for each in _copied_fields(gate, line) if each.name not in ("head", "position")]
    return [_values(gate, line, fields, row) for row in rows]
