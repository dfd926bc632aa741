"""Stored computed values kept right: rollups, and the formulas that follow from them.

Whatever a save changes, the values that read it are computed again in the same transaction, under
the lock of the records that keep them, round by round until nothing follows any more. Values that
the engine keeps are no edit: they leave the version of their record as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from cardwright_entities.contexts import Context
from cardwright_entities.errors import InputError, LimitError, Message, ValueProblem
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.model.reaching import kept_fields
from cardwright_entities.queries.reading import Reading
from cardwright_entities.records.changed_records import Change, changes_of
from cardwright_entities.records.closed_records import is_closed
from cardwright_entities.records.computing import fill_pending, is_computed_here, settle_rates
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.effects import Effect, Written, sees_kept
from cardwright_entities.records.evaluating import Evaluator
from cardwright_entities.records.loading import Loader
from cardwright_entities.records.measuring import measure_rollups
from cardwright_entities.records.reached import Reached, Wanted, settled_by
from cardwright_entities.records.rounding import kept_value
from cardwright_entities.records.writing import Writer
from cardwright_entities.store.sessions import Session

#: A chain of values over values is no longer than this; circles are refused when defined.
_MOST_ROUNDS = 40
#: Records that are computed at once.
_BATCH = 1_000


class Gate(Protocol):
    """What keeping values needs of the write gate."""

    session: Session
    model: Model
    context: Context
    loader: Loader
    evaluator: Evaluator
    reading: Reading

    @property
    def effects(self) -> Sequence[Effect[Any]]:
        """Return what follows from writes."""
        ...


@dataclass(frozen=True)
class KeptValues:
    """The effect by which stored computed values follow what they read."""

    def settle(self, gate: Gate, draft: Draft, messages: Messages) -> None:
        """Nothing: a draft computes its own values."""

    def follow(self, gate: Gate, written: Sequence[Written], change_set: int) -> None:
        """Compute again what reads the written records, and what reads that."""
        saved = [each.draft for each in written if each.operation in ("create", "update")]
        reached = Reached(gate.session, gate.model, settled_by(saved))
        reached.add(changes_of(gate, written))
        for draft in saved:
            for part in draft.walk():
                if is_closed(part.stored or {}) and not is_closed(part.values):
                    _want_all(reached, part.entity, part.id or 0)
        for each in written:
            if each.operation == "restore" and each.draft.id is not None:
                _want_all(reached, each.draft.entity, each.draft.id)
        changes = follow_reached(gate, reached, change_set)
        if changes:
            drafts = _as_drafts(changes)
            for effect in gate.effects:
                if sees_kept(effect):
                    effect.kept(gate, drafts, change_set)


def follow_reached(gate: Gate, reached: Reached, change_set: int) -> list[Change]:
    """Compute values again, round by round; return what came out differently, in its order."""
    found: list[Change] = []
    for _ in range(_MOST_ROUNDS):
        if not reached.wanted:
            return found
        following = Reached(gate.session, gate.model)
        for name in sorted(reached.wanted):
            entity, wanted = gate.model.entity(name), reached.wanted[name]
            ids = sorted(wanted)
            for start in range(0, len(ids), _BATCH):
                batch = {record: wanted[record] for record in ids[start : start + _BATCH]}
                changes = compute_again(gate, entity, batch, change_set)
                following.add(changes)
                found += changes
        reached = following
    raise LimitError(Message.of("too_many_reached", most=_MOST_ROUNDS))


def _as_drafts(changes: Sequence[Change]) -> list[Draft]:
    """Return each record that changed once, from before the first round to after the last."""
    drafts: dict[tuple[str, int], Draft] = {}
    for each in changes:
        draft = drafts.setdefault(
            (each.entity.name, each.record), Draft(each.entity, {}, dict(each.old or {}))
        )
        draft.values = dict(each.new or {})
    return [each for each in drafts.values() if each.changed()]


def compute_again(
    gate: Gate, entity: EntityModel, wanted: Mapping[int, Wanted], change_set: int | None
) -> list[Change]:
    """Compute values of some records under their locks; return what came out differently.

    Without a change set history is not told: a definition changed, no record did.
    """
    locked = gate.loader.records(entity, list(wanted), lock=True)
    living = {record: values for record, values in locked.items() if not is_closed(values)}
    if not living:
        return []
    for record in living:
        gate.loader.forget(entity, record)
    # A statement of its own: it sees what others stored while the locks were waited for.
    measured = measure_rollups(gate, entity, {each: wanted[each] for each in living}, living)
    drafts = []
    for record, values in living.items():
        draft = Draft(entity, dict(values), values)
        _put(gate.context, draft, measured.get(record, {}))
        refresh(gate.evaluator, draft)
        drafts.append(draft)
    different = [each for each in drafts if each.changed()]
    writer = Writer(gate.session, gate.model, gate.context, change_set or 0)
    writer.write_kept(different)
    if change_set is not None:
        writer.finish()
    for each in different:
        gate.loader.forget(entity, each.id or 0)
    return [Change(entity, each.id or 0, each.stored, each.values) for each in different]


def refresh(evaluator: Evaluator, draft: Draft) -> None:
    """Compute the stored formulas of one record anew; raise InputError for what cannot be kept."""
    draft.pending.update(
        each.name for each in kept_fields(draft.entity) if is_computed_here(draft, each)
    )
    messages = Messages()
    fill_pending(draft, evaluator, messages)
    settle_rates(draft, evaluator, messages)
    if messages.fields:
        found = [message for each in messages.fields.values() for message in each]
        raise InputError({"": found})


def _put(context: Context, draft: Draft, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        draft.values[name] = parse_kept(context, draft.entity.fields[name], value)


def parse_kept(context: Context, found: FieldModel, value: object) -> object:
    """Return a computed value as its field keeps it; raise InputError if it does not fit."""
    try:
        return kept_value(found, value, context)
    except ValueProblem as problem:
        raise InputError({"": [problem.message]}) from problem


def _want_all(reached: Reached, entity: EntityModel, record: int) -> None:
    fields = [each.name for each in kept_fields(entity)]
    if fields:
        reached.add_whole(entity, record, fields)
