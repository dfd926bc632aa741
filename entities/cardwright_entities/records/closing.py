"""Records that are closed (封存) or locked (锁定): when they are, and what may still be done.

A closed record keeps every value: nobody edits it, nothing is computed anew, until a move opens
it. A locked one is not edited by people, while what is computed goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from cardwright_entities.contexts import Context
from cardwright_entities.errors import ConflictError, Message
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.records.closed_records import is_closed
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.effects import Written
from cardwright_entities.records.evaluating import Evaluator, RecordValues
from cardwright_entities.records.loading import Loader, Values
from cardwright_entities.records.processes import process_of
from cardwright_metadata.closing import FROZEN_AT
from cardwright_metadata.definitions.stages import StateDefinition
from cardwright_metadata.expressions.tree import Expression


class Gate(Protocol):
    """What closing needs of the write gate."""

    model: Model
    context: Context
    loader: Loader
    evaluator: Evaluator


class Closing:
    """Refuses edits of closed and locked records; notes when a record is closed or opened."""

    def settle(self, gate: Gate, draft: Draft, messages: Messages) -> None:
        """Refuse what may not be edited; close or open the record with its lines."""
        was = is_closed(draft.stored or {})
        refusal = obstacle(gate, draft.entity, draft.stored) if draft.stored else None
        if refusal is not None and _is_edited(gate, draft, frozen=was):
            messages.add("", refusal)
        if FROZEN_AT not in draft.entity.fields:
            return
        now = is_frozen(gate, gate.evaluator.computing.of_draft(draft))
        if now != was:
            _mark(gate, draft, gate.context.now if now else None)

    def follow(self, gate: Gate, written: Sequence[Written], change_set: int) -> None:
        """Refuse to delete what is closed or locked, lines of it included."""
        for each in written:
            if each.operation not in ("delete", "restore"):
                continue
            refusal = obstacle(gate, each.draft.entity, each.draft.stored or {})
            if refusal is not None:
                raise ConflictError(refusal)


def obstacle(gate: Gate, entity: EntityModel, stored: Values) -> Message | None:
    """Return why a stored record may not be edited, None for one that may."""
    if is_closed(stored):
        return Message("record_frozen")
    if gate.context.principal.is_system:
        return None
    names = RecordValues(gate.evaluator.computing, entity, stored)
    return Message("record_locked") if is_locked(gate, names) else None


def obstacle_of(gate: Gate, entity: EntityModel, record: int) -> Message | None:
    """Return why a record may not be edited, without a statement where none ever closes."""
    definition = entity.definition
    processes = (each.definition.options.get("stages") for each in entity.fields.values())
    if not (FROZEN_AT in entity.fields or definition.locked or any(processes)):
        return None
    stored = gate.loader.record(entity, record)
    return None if stored is None else obstacle(gate, entity, stored)


def leaves_open(gate: Gate, entity: EntityModel, record: int) -> bool:
    """Tell whether people may still change some fields of a record that they may not edit."""
    stored = gate.loader.record(entity, record)
    if stored is None or is_closed(stored):
        return False
    names = RecordValues(gate.evaluator.computing, entity, stored)
    held = [(each, names) for each in entity.fields.values()]
    for found in entity.lines:
        line = gate.model.lines_of(entity, found.name)
        below = RecordValues(gate.evaluator.computing, line, {}, None, names)
        held += [(each, below) for each in line.fields.values()]
    return any(_is_unlocked(gate, each, values) for each, values in held)


def _is_unlocked(gate: Gate, found: FieldModel, names: RecordValues) -> bool:
    slot = found.definition.unlocked
    return slot if isinstance(slot, bool) else _holds(gate, slot, names)


def is_frozen(gate: Gate, names: RecordValues) -> bool:
    """Tell whether a record is to be closed: by its entity's condition or a state it stands in."""
    if _holds(gate, names.entity.definition.frozen, names):
        return True
    return any(state.frozen for state in _states(gate.model, names))


def is_locked(gate: Gate, names: RecordValues) -> bool:
    """Tell whether people may not edit a record: by its entity's condition or by its state."""
    if _holds(gate, names.entity.definition.locked, names):
        return True
    return any(state.locked for state in _states(gate.model, names))


def _holds(gate: Gate, condition: Expression | None, names: RecordValues) -> bool:
    return condition is not None and gate.evaluator.computing.value(condition, names) is True


def _states(model: Model, names: RecordValues) -> Iterator[StateDefinition]:
    for found in names.entity.fields.values():
        process = process_of(model, found, names)
        if process is None:
            continue
        state = process.states.get(str(names.values.get(found.name) or process.initial))
        if state is not None:
            yield state


def _is_edited(gate: Gate, draft: Draft, *, frozen: bool) -> bool:
    """Tell whether somebody changes more than what a move asks for and sets, or a lock leaves."""
    stored = draft.stored or {}
    names = gate.evaluator.computing.of_draft(draft)
    left = {
        name
        for name in draft.entity.fields
        if not frozen and _is_unlocked(gate, draft.entity.fields[name], names)
    }
    ours = {gate.model.lines_of(draft.entity, name).name for name in left & _lines_of(draft)}
    if any(each.entity.name not in ours for each in draft.removed):
        return True
    for name in draft.given - draft.moved - left:
        if name in draft.lines:
            below = draft.lines[name]
            if any(each.is_new or _is_edited(gate, each, frozen=frozen) for each in below):
                return True
        elif draft.values.get(name) != stored.get(name):
            return True
    return False


def _lines_of(draft: Draft) -> set[str]:
    return {each.name for each in draft.entity.lines}


def _mark(gate: Gate, draft: Draft, moment: object) -> None:
    draft.values[FROZEN_AT] = moment
    for found in draft.entity.lines:
        line = gate.model.lines_of(draft.entity, found.name)
        if FROZEN_AT not in line.fields:
            continue
        if found.name not in draft.lines and draft.id is not None:
            stored = gate.loader.lines(draft.entity, found.name, [draft.id])
            draft.take_lines(found.name, line, stored)
        for each in draft.lines.get(found.name, ()):
            each.values[FROZEN_AT] = moment
