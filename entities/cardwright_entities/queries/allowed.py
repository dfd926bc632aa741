"""What may be done with one record: the scopes of all actions in one statement."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import literal, select
from sqlalchemy.sql.expression import case

from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.sources import Sources
from cardwright_entities.store.sessions import Session


def allowed_actions(
    session: Session, reading: Reading, entity: EntityModel, record: int, actions: Iterable[str]
) -> frozenset[str]:
    """Return which actions the reader may do with a record that he has read.

    It takes a statement only where an action is granted on other records than reading is.
    """
    readable = reading.rows(entity.name)
    granted = {each: reading.rows(entity.name, each) for each in actions}
    surely = {each for each, rows in granted.items() if rows is True or rows == readable}
    asked = [each for each, rows in granted.items() if rows is not False and each not in surely]
    if not asked:
        return frozenset(surely if readable is not False else ())
    table, sources = entity.table, Sources()
    conditions = [rows_condition(reading, entity, table, each, sources) for each in asked]
    answers = [case((each, literal(True)), else_=literal(False)) for each in conditions]
    row = session.row(select(*answers).where(table.c["id"] == record))
    if row is None:
        return frozenset()
    return frozenset(surely | {each for each, holds in zip(asked, row, strict=True) if holds})
