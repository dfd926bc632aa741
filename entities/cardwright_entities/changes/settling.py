"""Indexes as this version wants them, in a database that an earlier version has made.

Plans compare definitions with definitions, so they never see that the same definition has other
indexes now.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text

from cardwright_entities.changes import journal
from cardwright_entities.changes.applying import utc_now
from cardwright_entities.changes.commits import load_active
from cardwright_entities.changes.holders import ApplyRunning, Clock, hold_apply
from cardwright_entities.changes.indexes import IndexSpec, build_indexes
from cardwright_entities.changes.partial import ConditionWriter
from cardwright_entities.changes.reflection import read_indexes
from cardwright_entities.changes.tables import TypesOfFields, build_tables
from cardwright_entities.contexts import Context
from cardwright_entities.store.doors import Store
from cardwright_entities.store.sessions import Session

#: Seconds after which the building of an index is given up.
_LONGEST = 600


def settle_indexes(
    store: Store, context: Context, types: TypesOfFields, *, clock: Clock = utc_now
) -> bool:
    """Make the indexes that are missing and drop those that nobody wants; tell if there were any.

    Those of what occurs once are left to plans, since records may forbid them. While a change is
    being applied, or has to be finished, nothing is done.
    """
    with store.read(context, timeout=60) as session:
        if journal.unfinished(session) or not _differences(session, types):
            return False
    try:
        with hold_apply(store, context, clock):
            with store.read(context, timeout=60) as session:
                statements = _differences(session, types)
            _run(store, context, statements)
            return True
    except ApplyRunning:
        return False


def _differences(session: Session, types: TypesOfFields) -> tuple[str, ...]:
    found, wanted = read_indexes(session), wanted_indexes(session, types)
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


def wanted_indexes(session: Session, types: TypesOfFields) -> Mapping[str, IndexSpec]:
    """Return the indexes of all entities in use, by their names."""
    _, catalog = load_active(session)
    writer = ConditionWriter(session.dialect, types)
    return {
        spec.name: spec
        for definition in catalog.entities.values()
        for spec in build_indexes(build_tables(definition, catalog, types, session.dialect), writer)
    }


def _run(store: Store, context: Context, statements: tuple[str, ...]) -> None:
    if store.dialect == "postgresql":
        with store.alone() as connection:
            for statement in statements:
                connection.execute(text(statement))
        return
    for statement in statements:
        with store.write(context, timeout=_LONGEST) as session:
            session.execute(text(statement))
