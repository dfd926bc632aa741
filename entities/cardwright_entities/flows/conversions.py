"""Conversions as what follows from a write: sources fill targets, rests are kept, relations move.

Nothing here asks by which way a record was made: whatever names its source is converted from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.chains import refuse_later
from cardwright_entities.flows.kept_rests import follow_kept
from cardwright_entities.flows.origins import fill_from_origins
from cardwright_entities.flows.proposals import is_convertible
from cardwright_entities.flows.rests import follow_rests, settle_rests
from cardwright_entities.flows.strands import (
    Strand,
    conversions_from,
    conversions_into,
    strands_of,
)
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.effects import Written
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.gate import Records
from cardwright_entities.records.kept import lock_rows
from cardwright_entities.records.saving import UNDO, SaveOptions
from cardwright_metadata.definitions.flows import ConversionDefinition, MoveDefinition

#: The kind of save by which a conversion changes its source.
CONVERT = "convert"


class ConversionEffect:
    """What conversions do to records that are made, changed, deleted and brought back."""

    def begin(self, gate: Records, draft: Draft, messages: Messages) -> None:
        """Fill a target from its sources before anything is computed."""
        if draft.meant.kind == CONVERT and gate.context.principal.is_system:
            # What a conversion does to its source is forbidden by no slot: nobody typed it.
            draft.moved.update(draft.given)
        if gate.model.catalog.conversions:
            fill_from_origins(gate, draft, messages)

    def settle(self, gate: Records, draft: Draft, messages: Messages) -> None:
        """Put the rest into a source; refuse to undo what its later documents rely on."""
        if not gate.model.catalog.conversions:
            return
        settle_rests(gate, draft, messages)
        if draft.meant.kind == UNDO and draft.id is not None:
            _refuse_unmaking(gate, draft, draft.id)

    def follow(self, gate: Records, written: Sequence[Written], change_set: int) -> None:
        """Keep the rests of sources, and do to the source what the conversion says."""
        if not gate.model.catalog.conversions:
            return
        follow_rests(gate, written, change_set)
        for each in written:
            if each.operation == "create":
                _finish(gate, each.draft, change_set)

    def kept(self, gate: Records, changes: Sequence[Draft], change_set: int) -> None:
        """Keep the rests that follow from values which the engine keeps."""
        if gate.model.catalog.conversions:
            follow_kept(gate, changes, change_set)


def _refuse_unmaking(gate: Records, draft: Draft, record: int) -> None:
    """Refuse an undo after which a record is none from which its later documents are made."""
    for each in conversions_from(gate.model, draft.entity.name):
        was = is_convertible(gate, each, draft.stored or {})
        if was and not is_convertible(gate, each, draft.values):
            refuse_later(gate, draft.entity.name, record)


def _finish(gate: Records, draft: Draft, change_set: int) -> None:
    for conversion in conversions_into(gate.model, draft.entity.name):
        if not conversion.then and not conversion.moves:
            continue
        for source in sorted(set(_sources(gate, conversion, draft))):
            _move_relations(gate, conversion, source, draft, change_set)
            _change_source(gate, conversion, source, change_set)


def _sources(gate: Records, conversion: ConversionDefinition, draft: Draft) -> Iterator[int]:
    """Yield the heads from which a new record was made."""
    for strand in strands_of(gate.model, conversion):
        parts = draft.lines.get(strand.definition.to, []) if strand.definition.to else [draft]
        for part in parts:
            record = part.values.get(strand.link.name)
            if isinstance(record, int):
                yield _head_of(gate, strand, record)


def _head_of(gate: Records, strand: Strand, record: int) -> int:
    if not strand.from_lines:
        return record
    values = gate.loader.record(strand.source, record) or {}
    return int(str(values.get("head") or 0))


def _change_source(
    gate: Records, conversion: ConversionDefinition, source: int, change_set: int
) -> None:
    system = gate.beyond_rights()
    entity = system.model.entity(conversion.source)
    lock_rows(system.session, entity, [source])
    stored = system.loader.record(entity, source)
    if stored is None or not conversion.then:
        return
    names = RecordValues(system.evaluator, entity, stored)
    if not system.evaluator.holds(conversion.then_condition or True, names):
        return
    given: dict[str, object] = {}
    for name, expression in conversion.then.items():
        given[name] = system.evaluator.value(expression, names)
    options = SaveOptions(kind=CONVERT, label=conversion.name, change_set=change_set)
    system.update(entity.name, source, given, None, options)


def _move_relations(
    gate: Records, conversion: ConversionDefinition, source: int, draft: Draft, change_set: int
) -> None:
    for move in conversion.moves:
        if move.entity in gate.model.catalog.entities:
            _move(gate.beyond_rights(), move, conversion.source, source, draft, change_set)


def _move(
    gate: Records,
    move: MoveDefinition,
    origin: str,
    source: int,
    target: Draft,
    change_set: int,
) -> None:
    entity = gate.model.entity(move.entity)
    link, to = entity.fields.get(move.link), entity.fields.get(move.to)
    if link is None or to is None or not link.columns:
        return
    condition = link.columns[0] == source
    if link.type.relation == "any":
        definition = gate.model.entity(origin).definition
        condition = condition & (link.columns[1] == (definition.id or definition.name))
    rows = gate.loader.where(entity, condition)
    lock_rows(gate.session, entity, [int(str(each["id"])) for each in rows])
    value: object = target.id
    if to.type.relation == "any":
        value = RecordRef(target.entity.name, target.id or 0)
    for values in rows:
        moved = Draft(entity, {**values, to.name: value}, values, given={to.name})
        gate.write_quietly(moved, change_set)
