"""Shortens the log: the one way in which rows go, and it leaves the chain as it can be verified."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select

from cardwright_entities.audit.kinds import LOG_SHORTENED
from cardwright_entities.audit.noting import note
from cardwright_entities.store.audit_tables import cw_audit, cw_audit_anchor, cw_audit_seal
from cardwright_entities.store.sessions import Session

_AT_ONCE = 5_000


def shorten(session: Session, before: datetime) -> int:
    """Remove the oldest sealed rows up to the first that is not before a moment; return how many.

    Some thousand at most: call it until nothing is left. An anchor keeps the last seal that went,
    and the log itself tells of it.
    """
    seals = cw_audit_seal.c
    oldest = (
        select(seals.number, seals.hash, cw_audit.c.at)
        .outerjoin(cw_audit, cw_audit.c.id == seals.row)
        .order_by(seals.number)
        .limit(_AT_ONCE)
    )
    last, gone = None, 0
    for row in session.rows(oldest):
        # A row that is missing is for ``verify`` to find: retention does not wipe the traces.
        if row.at is None or row.at >= before:
            break
        last, gone = row, gone + 1
    if last is None:
        return 0
    anchor = {"number": last.number, "hash": last.hash}
    now = session.context.now
    session.execute(insert(cw_audit_anchor).values(anchor | {"at": now, "before": before}))
    note(
        session,
        LOG_SHORTENED,
        records=gone,
        detail=anchor | {"before": before.isoformat()},
    )
    covered = select(seals.row).where(seals.number <= last.number)
    session.execute(delete(cw_audit).where(cw_audit.c.id.in_(covered)))
    session.execute(delete(cw_audit_seal).where(seals.number <= last.number))
    session.execute(delete(cw_audit_anchor).where(cw_audit_anchor.c.number < last.number))
    return gone
