"""How many closed records keep the values they have, whatever a plan changes."""

from __future__ import annotations

from sqlalchemy import and_, func, select, true

from cardwright_entities.changes.differences import Differences
from cardwright_entities.changes.tables import TypesOfFields, build_tables
from cardwright_entities.store.sessions import Session
from cardwright_metadata.closing import FROZEN_AT
from cardwright_metadata.definitions.entities import EntityDefinition


def count_frozen(session: Session, types: TypesOfFields, differences: Differences) -> int:
    """Return the frozen records of the entities whose definitions change."""
    return sum(
        _count(session, types, differences, old)
        for identifier, old in differences.base.entities.items()
        if (new := differences.wanted.entities.get(identifier)) is not None and new != old
    )


def _count(
    session: Session, types: TypesOfFields, differences: Differences, old: EntityDefinition
) -> int:
    tables = build_tables(old, differences.base.catalog, types, session.dialect)
    columns = tables.fields.get(FROZEN_AT)
    if not columns or tables.table.name not in differences.actual:
        return 0
    table = tables.table
    alive = table.c["deleted_at"].is_(None) if "deleted_at" in table.c else true()
    wanted = and_(columns[0].is_not(None), alive)
    return int(session.scalar(select(func.count()).select_from(table).where(wanted)))
