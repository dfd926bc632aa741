"""What a crash has left is finished or taken back at the next start, without anybody's help."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import text

from cardwright_entities.changes import journal
from cardwright_entities.changes.applying import finish_all, utc_now
from cardwright_entities.changes.holders import ApplyRunning, Clock, hold_apply
from cardwright_entities.changes.reflection import read_indexes
from cardwright_entities.changes.settling import wanted_indexes
from cardwright_entities.changes.tables import TypesOfFields
from cardwright_entities.changes.waiting import StillWaiting
from cardwright_entities.changes.working import Archive
from cardwright_entities.contexts import Context
from cardwright_entities.store.doors import Store
from cardwright_entities.store.sessions import Session


def reconcile(
    store: Store,
    context: Context,
    types: TypesOfFields,
    *,
    clock: Clock = utc_now,
    archive: Archive | None = None,
) -> bool:
    """Finish or take back what a killed apply has left; return whether there was anything.

    Runs at every start, before the first request. While another process is applying, that one
    finishes its own work and there is nothing to do here.
    """
    with store.read(context) as session:
        if not (journal.unfinished(session) or _broken(session)):
            return False
    try:
        with hold_apply(store, context, clock) as hold:
            with suppress(StillWaiting):
                finish_all(store, context, types, hold, clock, archive)
            _repair_indexes(store, context, types)
            return True
    except ApplyRunning:
        return False


def _broken(session: Session) -> tuple[str, ...]:
    return tuple(name for name, index in read_indexes(session).items() if not index.valid)


def _repair_indexes(store: Store, context: Context, types: TypesOfFields) -> None:
    """Build again what is not valid, or drop it if nobody asks for it (PostgreSQL)."""
    with store.read(context, timeout=60) as session:
        broken = _broken(session)
        if not broken:
            return
        wanted = wanted_indexes(session, types)
    with store.alone() as connection:
        for name in broken:
            kept = name in wanted
            action = "REINDEX INDEX CONCURRENTLY" if kept else "DROP INDEX CONCURRENTLY IF EXISTS"
            connection.execute(text(f'{action} "{name}"'))
