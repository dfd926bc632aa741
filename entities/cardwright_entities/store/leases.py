"""Locks that outlive a transaction and end by themselves when their holder dies."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cardwright_entities.store.platform_tables import cw_lease
from cardwright_entities.store.sessions import Session


def take(session: Session, name: str, holder: str, *, lasting: timedelta) -> bool:
    """Take or renew a lease; return whether it is the holder's now."""
    now = session.context.now
    insert = postgresql.insert if session.dialect == "postgresql" else sqlite.insert
    statement = insert(cw_lease).values(name=name, holder=holder, until=now + lasting)
    taken = session.scalar(
        statement.on_conflict_do_update(
            index_elements=[cw_lease.c.name],
            set_={"holder": holder, "until": now + lasting},
            where=(cw_lease.c.holder == holder) | (cw_lease.c.until < now),
        ).returning(cw_lease.c.holder)
    )
    return taken is not None


def read_holder(session: Session, name: str) -> str | None:
    """Return who holds a lease, expired or not; None if nobody does."""
    holder: str | None = session.scalar(select(cw_lease.c.holder).where(cw_lease.c.name == name))
    return holder


def renew(session: Session, name: str, holder: str, *, lasting: timedelta) -> bool:
    """Keep a lease; return False if it was lost meanwhile."""
    kept = session.execute(
        update(cw_lease)
        .where(cw_lease.c.name == name, cw_lease.c.holder == holder)
        .values(until=session.context.now + lasting)
    )
    return bool(kept.rowcount)


def release(session: Session, name: str, holder: str) -> None:
    """Give a lease back, if it is still the holder's."""
    session.execute(delete(cw_lease).where(cw_lease.c.name == name, cw_lease.c.holder == holder))
