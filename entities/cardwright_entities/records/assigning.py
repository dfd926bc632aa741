"""Whose a record becomes: who may give it away, and whether a result lies within one's scopes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from cardwright_entities.errors import AccessError, Message
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.queries.reading import Reading
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.store.sessions import Session

ASSIGN = "assign"


def changing(reading: Reading, entity: str, raw: Mapping[str, object]) -> str:
    """Return the right that a change needs: who only gives a record away need not edit it."""
    gives = set(raw) == {"owner"} and reading.rows(entity, ASSIGN) is not False
    return ASSIGN if gives else "edit"


def check_assignment(session: Session, reading: Reading, draft: Draft, messages: Messages) -> None:
    """Note ``not_assignable`` where somebody gives a record to others without that right."""
    if is_given_away(reading, draft) and not _may_assign(session, reading, draft):
        messages.add("owner", Message("not_assignable"))


def is_given_away(reading: Reading, draft: Draft) -> bool:
    """Tell whether the writer gives a stored record, or a new one of his, to somebody else."""
    if "owner" not in draft.given or draft.head is not None:
        return False
    if draft.stored is not None:
        return draft.values.get("owner") != draft.stored.get("owner")
    return draft.values.get("owner") != own_reference(reading)


def own_reference(reading: Reading) -> RecordRef | None:
    """Return the employee of the reader as an owner, None if he is none."""
    player = reading.model.catalog.player("employee")
    me = reading.context.principal.employee
    return None if player is None or me is None else RecordRef(player.name, me)


def _may_assign(session: Session, reading: Reading, draft: Draft) -> bool:
    allowed = reading.rows(draft.entity.name, ASSIGN)
    if draft.is_new or isinstance(allowed, bool):
        return allowed is not False
    table = draft.entity.table
    condition = rows_condition(reading, draft.entity, table, ASSIGN)
    statement = select(table.c["id"]).where(table.c["id"] == draft.id, condition)
    return session.row(statement) is not None


def authorise(session: Session, reading: Reading, drafts: Sequence[Draft]) -> None:
    """Refuse a result that lies outside of what its writer may write, unless he gave it away."""
    for draft in drafts:
        if is_given_away(reading, draft):
            continue  # whoever may assign has been asked before
        action = "create" if draft.is_new else "edit"
        # Who changes a record must still see it afterwards.
        needed = {action} if draft.is_new else {action, "read"}
        if all(reading.rows(draft.entity.name, each) is True for each in needed):
            continue
        table = draft.entity.table
        condition = rows_condition(reading, draft.entity, table, action)
        statement = select(table.c["id"]).where(table.c["id"] == draft.id, condition)
        if session.row(statement) is None:
            raise AccessError(Message("outside_scope"))
