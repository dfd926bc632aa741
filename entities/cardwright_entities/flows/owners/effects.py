"""The effect that follows a change of owner, whichever way it came: by a button, a form, a rule."""

from __future__ import annotations

from collections.abc import Sequence

from cardwright_entities.errors import ConflictError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.owners.followers import move_followers
from cardwright_entities.flows.owners.kinds import CLAIM, OWNING
from cardwright_entities.flows.owners.pools import Pool
from cardwright_entities.flows.owners.taking import taken
from cardwright_entities.records.assigning import own_reference
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.effects import Written
from cardwright_entities.records.gate import Records
from cardwright_entities.records.saving import UNDO
from cardwright_metadata.definitions.pools import (
    CLAIMED_BY,
    OWNED_SINCE,
    RELEASED_AT,
    RELEASED_BY,
)


class OwnerEffect:
    """Keeps what a pool knows of its records, and holds its limits."""

    def begin(self, gate: Records, draft: Draft, messages: Messages) -> None:
        """Let the owner of a locked record change where nothing else is asked for."""
        if draft.meant.kind in OWNING:
            draft.moved.add("owner")

    def settle(self, gate: Records, draft: Draft, messages: Messages) -> None:
        """Note since when and from whom; refuse what the pool does not allow."""
        pool = Pool.of(gate, draft.entity)
        if pool is None or draft.head is not None or draft.meant.kind == UNDO:
            return  # an undo puts back what was noted
        before, now = (draft.stored or {}).get("owner"), draft.values.get("owner")
        if draft.meant.kind == CLAIM and before is not None:
            raise ConflictError(taken(gate, draft.entity, draft.id or 0, before))
        if before == now:
            return
        if draft.is_new:
            if draft.values.get(OWNED_SINCE) is None:
                since = draft.values.get("created_at") or gate.context.now
                draft.values[OWNED_SINCE] = since
            return
        if before is None and not gate.context.principal.is_system:
            pool.hold(now)
            for refusal in pool.refusals(draft.stored or {}, now):
                messages.add("owner", refusal)
        _note(gate, draft, before, now)

    def follow(self, gate: Records, written: Sequence[Written], change_set: int) -> None:
        """Take along what belongs to a record that goes into the pool or comes out of it."""
        for each in written:
            draft = each.draft
            if each.operation != "update" or draft.entity.definition.pool is None:
                continue
            before, now = (draft.stored or {}).get("owner"), draft.values.get("owner")
            said = draft.meant.kind in OWNING or draft.meant.kind == UNDO
            if said or before == now or draft.id is None or None not in (before, now):
                continue  # whoever says what goes along takes it along himself
            move_followers(gate, draft.entity, draft.id, (before, now), change_set)


def _note(gate: Records, draft: Draft, before: object, now: object) -> None:
    employee = gate.model.catalog.player("employee")
    if now is None:
        by = None
        if isinstance(before, RecordRef) and employee is not None:
            by = before.id if before.entity == employee.name else None
        draft.values.update({RELEASED_AT: gate.context.now, RELEASED_BY: by})
        return
    claims = before is None and now == own_reference(gate.reading)
    draft.values[OWNED_SINCE] = gate.context.now
    draft.values[CLAIMED_BY] = gate.context.principal.employee if claims else None
