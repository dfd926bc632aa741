"""How many closed records keep the values they have, whatever a plan changes."""

from __future__ import annotations

from sqlalchemy import and_, func, select, true
from sqlalchemy.exc import CompileError

from cardwright_entities.changes.differences import Differences
from cardwright_entities.changes.partial import OwnColumns
from cardwright_entities.changes.tables import TypesOfFields, build_tables
from cardwright_entities.errors import CardwrightError
from cardwright_entities.expressions.sql_compiling import Compiler
from cardwright_entities.store.sessions import Session
from cardwright_metadata.definitions.entities import EntityDefinition
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.tree import Expression


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
    frozen = getattr(old, "frozen", None)
    if not isinstance(frozen, Expression):
        return 0
    tables = build_tables(old, differences.base.catalog, types, session.dialect)
    names = OwnColumns(session.dialect, tables, types, frozen.text, session.context)
    try:
        condition = Compiler(names).condition(frozen.tree)
    except (ExpressionError, CompileError, CardwrightError, KeyError):
        return 0
    table = tables.table
    alive = table.c["deleted_at"].is_(None) if "deleted_at" in table.c else true()
    counted = select(func.count()).select_from(table).where(and_(condition, alive))
    return int(session.scalar(counted))
