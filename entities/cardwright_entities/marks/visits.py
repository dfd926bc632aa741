"""Which cards somebody has opened last: a few of each account, the newest first."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from cardwright_entities.marks.reaching import own_account
from cardwright_entities.store.mark_tables import cw_visit
from cardwright_entities.store.sessions import Session

#: So many are kept of an account.
MOST_VISITS = 50
#: A card that is opened again within this time need not be written down again.
_AGAIN = timedelta(minutes=1)


def note_visit(session: Session, entity: str, record: int) -> None:
    """Note that a card was opened; ``entity`` is an id. Whoever has no account opens nothing."""
    account, now = own_account(session.context), session.context.now
    if account is None:
        return
    insert = postgresql.insert if session.dialect == "postgresql" else sqlite.insert
    statement = insert(cw_visit).values(account=account, entity=entity, record=record, at=now)
    keys = [cw_visit.c.account, cw_visit.c.entity, cw_visit.c.record]
    old = cw_visit.c.at < now - _AGAIN
    session.execute(
        statement.on_conflict_do_update(index_elements=keys, set_={"at": now}, where=old)
    )
    kept = (
        select(cw_visit.c.at)
        .where(cw_visit.c.account == account)
        .order_by(cw_visit.c.at.desc())
        .limit(1)
        .offset(MOST_VISITS - 1)
        .scalar_subquery()
    )
    session.execute(delete(cw_visit).where(cw_visit.c.account == account, cw_visit.c.at < kept))


def last_visits(session: Session, most: int) -> list[tuple[str, int]]:
    """Return the records whose cards whoever asks has opened last: ids of entities, and their own.

    Whether they may still be read is not asked.
    """
    account = own_account(session.context)
    if account is None:
        return []
    statement = (
        select(cw_visit.c.entity, cw_visit.c.record)
        .where(cw_visit.c.account == account)
        .order_by(cw_visit.c.at.desc(), cw_visit.c.record.desc())
        .limit(most)
    )
    return [(row[0], row[1]) for row in session.rows(statement)]
