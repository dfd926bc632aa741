"""The effect by which deadlines and next days follow every save, in its transaction."""

from __future__ import annotations

from collections.abc import Sequence

from cardwright_entities.flows.timing import deadlines, recurrences
from cardwright_entities.jobs.queue import Jobs
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.effects import Operation, Written
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.gate import Records
from cardwright_entities.records.kept import write_kept
from cardwright_entities.records.saving import SaveOptions

#: The kind of job that counts all that is open anew.
RECKON = "reckon_timing"

#: The kind of a draft whose deadlines were counted here.
_COUNTED = "counted"


class TimingEffect:
    """Keeps when time is up, and when something comes again."""

    def settle(self, gate: Records, draft: Draft, messages: Messages) -> None:
        """Fill the fields that deadlines and recurrences keep."""
        if is_timed(draft.entity):
            draft.values.update(kept_values(gate, draft))

    def follow(self, gate: Records, written: Sequence[Written], change_set: int) -> None:
        """Count anew what the engine itself has changed, and all where days off were noted."""
        late = [
            draft
            for each in written
            if is_timed(each.draft.entity) and each.draft.id is not None
            if (draft := _again(gate, each.draft, each.operation)) is not None
        ]
        if late:
            write_kept(gate.beyond_rights(), late, change_set)
        noted = {each.noted.entity for each in gate.model.catalog.calendars.values() if each.noted}
        if any(each.draft.entity.name in noted for each in written):
            Jobs().enqueue(gate.session, RECKON, {})


def is_timed(entity: EntityModel) -> bool:
    """Tell whether time brings something to the records of an entity."""
    return bool(entity.definition.deadlines or entity.definition.recurrences)


def kept_values(gate: Records, draft: Draft) -> dict[str, object]:
    """Return what a record keeps of its deadlines and recurrences."""
    definition = draft.entity.definition
    names = gate.evaluator.of_draft(draft)
    if draft.is_new:
        # It is created now; the store only says so later.
        values = {**draft.values, "created_at": gate.context.now}
        names = RecordValues(gate.evaluator, draft.entity, values, draft, names.head)
    kept: dict[str, object] = {}
    for deadline in definition.deadlines.values():
        kept |= deadlines.kept_of(deadline, names, draft.stored, gate.context.now)
    for each in definition.recurrences.values():
        kept |= recurrences.kept_of(gate, each, names, draft.stored)
    return kept


def _again(gate: Records, draft: Draft, operation: Operation) -> Draft | None:
    """Return the draft of a record whose kept values are no longer right, None if they are."""
    if operation == "delete":
        return None
    # What was counted here once stands; all else is counted from what was stored, as an undo
    # brings back pauses that time has not taken back.
    before = draft.values if draft.options.kind == _COUNTED else draft.stored
    if operation == "restore":
        # What came while it was away has passed.
        own = {each.next for each in draft.entity.definition.recurrences.values()}
        before = {**draft.values, **dict.fromkeys(own)}
    now = Draft(draft.entity, dict(draft.values), None if before is None else dict(before))
    kept = kept_values(gate, now)
    stored = draft.values
    if all(stored.get(name) == each for name, each in kept.items()):
        return None
    options = SaveOptions(kind=_COUNTED)
    return Draft(draft.entity, {**stored, **kept}, dict(stored), options=options)
