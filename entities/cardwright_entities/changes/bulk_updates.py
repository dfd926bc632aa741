"""Many records get values of their own in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, Table, bindparam, column, func, update
from sqlalchemy.dialects.postgresql import ARRAY

from cardwright_entities.store.column_types import Texts, Tokens
from cardwright_entities.store.sessions import Session

#: Key of the record's id in a row.
RECORD = "record"


def update_many(
    session: Session,
    table: Table,
    columns: Sequence[Column[Any]],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """Set columns of records to values of their own; each row names all columns and ``record``."""
    if not rows:
        return
    # Lists do not stand in lists: their records are sent one by one.
    nested = any(isinstance(each.type, Texts | Tokens) for each in columns)
    if session.dialect == "postgresql" and not nested:
        _update_by_arrays(session, table, columns, rows)
        return
    session.execute(
        update(table)
        .where(table.c.id == bindparam(RECORD))
        .values({each.name: bindparam(f"to_{each.name}") for each in columns}),
        [
            {RECORD: row[RECORD]} | {f"to_{each.name}": row[each.name] for each in columns}
            for row in rows
        ],
    )


def _update_by_arrays(
    session: Session,
    table: Table,
    columns: Sequence[Column[Any]],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    arrays = [
        bindparam(f"to_{each.name}", type_=ARRAY(each.type), value=[row[each.name] for row in rows])
        for each in columns
    ]
    ids = bindparam(RECORD, type_=ARRAY(BigInteger()), value=[row[RECORD] for row in rows])
    names = [column(each.name, each.type) for each in columns]
    sent = (
        func.unnest(ids, *arrays)
        .table_valued(column(RECORD, BigInteger()), *names, name="sent")
        .render_derived()
    )
    session.execute(
        update(table)
        .where(table.c.id == sent.c[RECORD])
        .values({each.name: sent.c[each.name] for each in columns})
    )
