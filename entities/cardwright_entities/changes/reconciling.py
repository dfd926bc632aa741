"""What a crash or an older version has left is put right at the next start, without help."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import text

from cardwright_entities.changes import journal
from cardwright_entities.changes.applying import finish_all, utc_now
from cardwright_entities.changes.commits import load_active
from cardwright_entities.changes.holders import ApplyRunning, Clock, hold_apply
from cardwright_entities.changes.indexes import IndexSpec, build_indexes
from cardwright_entities.changes.partial import ConditionWriter
from cardwright_entities.changes.reflection import read_indexes
from cardwright_entities.changes.tables import TypesOfFields, build_tables
from cardwright_entities.changes.waiting import StillWaiting
from cardwright_entities.changes.working import Archive
from cardwright_entities.contexts import Context
from cardwright_entities.store.doors import Store
from cardwright_entities.store.sessions import Session

#: Seconds after which the building of an index is given up.
_LONGEST = 600


def reconcile(
    store: Store,
    context: Context,
    types: TypesOfFields,
    *,
    clock: Clock = utc_now,
    archive: Archive | None = None,
) -> bool:
    """Finish or take back what a killed apply has left; return whether there was anything.

    Indexes are made as this version wants them, but those of what occurs once, which records may
    forbid. Runs at every start, before the first request. While another process is applying, that
    one finishes its own work and there is nothing to do here.
    """
    with store.read(context) as session:
        if not (journal.unfinished(session) or _broken(session) or _wrong(session, types)):
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


def _wrong(session: Session, types: TypesOfFields) -> tuple[str, ...]:
    """Return the statements that make indexes as they are wanted, none while an apply is open."""
    if journal.unfinished(session):
        return ()
    found, wanted = read_indexes(session), _wanted(session, types)
    tables = {spec.table for spec in wanted.values()}
    concurrently = session.dialect == "postgresql"
    made = [
        spec.statement(concurrently=concurrently)
        for name, spec in wanted.items()
        if name not in found and not spec.unique
    ]
    mode = " CONCURRENTLY" if concurrently else ""
    dropped = [
        f'DROP INDEX{mode} IF EXISTS "{name}"'
        for name, index in found.items()
        if index.table in tables and name not in wanted and name.startswith("x_")
    ]
    return (*made, *dropped)


def _wanted(session: Session, types: TypesOfFields) -> dict[str, IndexSpec]:
    _, catalog = load_active(session)
    writer = ConditionWriter(session.dialect, types)
    return {
        spec.name: spec
        for definition in catalog.entities.values()
        for spec in build_indexes(build_tables(definition, catalog, types, session.dialect), writer)
    }


def _repair_indexes(store: Store, context: Context, types: TypesOfFields) -> None:
    """Build again what is not valid, or drop it if nobody asks for it; make what is missing."""
    with store.read(context, timeout=60) as session:
        broken, wrong = _broken(session), _wrong(session, types)
        wanted = _wanted(session, types) if broken else {}
    mended = [
        f'REINDEX INDEX CONCURRENTLY "{name}"'
        if name in wanted
        else f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"'
        for name in broken
    ]
    if store.dialect == "postgresql":
        with store.alone() as connection:
            for statement in (*mended, *wrong):
                connection.execute(text(statement))
        return
    for statement in wrong:
        with store.write(context, timeout=_LONGEST) as session:
            session.execute(text(statement))
