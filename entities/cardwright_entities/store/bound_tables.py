"""Rows that come along with a statement, as a table in it: one statement, however many they are.

As parameters of their own, a thousand rows took longer to write into the statement than the
database took to answer it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, Dialect, Text, bindparam, column, func, select, type_coerce
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine


def table_of(
    dialect: Dialect,
    name: str,
    columns: Sequence[tuple[str, TypeEngine[Any]]],
    rows: Sequence[Sequence[object]],
) -> CTE:
    """Return rows of plain values as a table of named columns, to be joined or read from."""
    if dialect.name == "postgresql":
        return _unnested(name, columns, rows)
    return _from_json(dialect, name, columns, rows)


def _unnested(
    name: str, columns: Sequence[tuple[str, TypeEngine[Any]]], rows: Sequence[Sequence[object]]
) -> CTE:
    arrays = [
        bindparam(None, [row[index] for row in rows], postgresql.ARRAY(kind), unique=True)
        for index, (_, kind) in enumerate(columns)
    ]
    called = (column(each, kind) for each, kind in columns)
    given = func.unnest(*arrays).table_valued(*called, name="given").render_derived()
    return select(*(given.c[each] for each, _ in columns)).cte(name)


def _from_json(
    dialect: Dialect,
    name: str,
    columns: Sequence[tuple[str, TypeEngine[Any]]],
    rows: Sequence[Sequence[object]],
) -> CTE:
    writers = [kind.dialect_impl(dialect).bind_processor(dialect) for _, kind in columns]
    cells = [
        [write(cell) if write else cell for write, cell in zip(writers, row, strict=True)]
        for row in rows
    ]
    sent = bindparam(None, json.dumps(cells, ensure_ascii=False), Text, unique=True)
    given = func.json_each(sent).table_valued("value", name="given")
    values = (
        type_coerce(func.json_extract(given.c.value, f"$[{index}]"), kind).label(each)
        for index, (each, kind) in enumerate(columns)
    )
    return select(*values).cte(name)
