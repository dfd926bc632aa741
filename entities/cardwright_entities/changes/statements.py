"""Tables and columns → the DDL statements that make them, on either engine.

Every name in them is one of our physical names (``[a-z][a-z0-9_]*``), quoted; nothing that a
person typed ever stands in a statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Dialect, Table
from sqlalchemy.engine import make_url

from cardwright_entities.changes.tables import TOKENS, EntityTables, Reference

_DIALECTS: dict[str, Dialect] = {
    "postgresql": make_url("postgresql+psycopg://").get_dialect()(),
    "sqlite": make_url("sqlite+pysqlite://").get_dialect()(),
}


def create_table(
    table: Table, references: Sequence[Reference], dialect: str, *, tree: bool = False
) -> str:
    """Return the statement that creates a table with the given foreign keys inside."""
    by_column = {reference.column: reference for reference in references}
    lines = [
        column_line(column, dialect, by_column.get(column.name), alone=len(table.primary_key) == 1)
        for column in table.columns
    ]
    if len(table.primary_key) > 1:
        keys = ", ".join(f'"{column.name}"' for column in table.primary_key)
        lines.append(f"PRIMARY KEY ({keys})")
    rowless = " WITHOUT ROWID" if dialect == "sqlite" and len(table.primary_key) > 1 else ""
    return f'CREATE TABLE "{table.name}" ({", ".join(lines)}){rowless}'


def column_line(
    column: Column[Any], dialect: str, reference: Reference | None, *, alone: bool = False
) -> str:
    """Return a column as it stands in CREATE TABLE and ADD COLUMN."""
    if column.primary_key and alone:
        return f'"{column.name}" {_KEYS[dialect]}'
    words = [f'"{column.name}"', column_type(column, dialect)]
    if column.primary_key or not column.nullable:
        words.append("NOT NULL")
    if reference is not None:
        words.append(_reference_words(reference))
    return " ".join(words)


def column_type(column: Column[Any], dialect: str) -> str:
    """Return a column's SQL type; text compares by code point on both engines."""
    words: str = column.type.compile(dialect=_DIALECTS[dialect])
    if dialect == "postgresql" and words in ("TEXT", "VARCHAR"):
        return 'TEXT COLLATE "C"'
    return words


def add_column(
    table: str, column: Column[Any], dialect: str, reference: Reference | None
) -> list[str]:
    """Return the statements that add a nullable column, with its foreign key."""
    if dialect == "sqlite" or reference is None:
        return [f'ALTER TABLE "{table}" ADD COLUMN {column_line(column, dialect, reference)}']
    return [
        f'ALTER TABLE "{table}" ADD COLUMN {column_line(column, dialect, None)}',
        *add_reference(reference),
    ]


def add_reference(reference: Reference) -> list[str]:
    """Return the statement that adds a foreign key without reading the rows (PostgreSQL)."""
    # A new column is empty: what NOT VALID leaves unchecked does not exist.
    return [
        f'ALTER TABLE "{reference.table}" ADD CONSTRAINT "{reference_name(reference)}" '
        f'FOREIGN KEY ("{reference.column}") REFERENCES "{reference.target}" ("id") '
        "ON DELETE RESTRICT NOT VALID"
    ]


def validate_reference(reference: Reference) -> str:
    """Return the statement that checks existing rows without keeping writers out."""
    return f'ALTER TABLE "{reference.table}" VALIDATE CONSTRAINT "{reference_name(reference)}"'


def drop_reference(reference: Reference) -> str:
    """Return the statement that drops a foreign key."""
    name = reference_name(reference)
    return f'ALTER TABLE "{reference.table}" DROP CONSTRAINT IF EXISTS "{name}"'


def reference_name(reference: Reference) -> str:
    """Return the name of a foreign key; only its table must not have two of that name."""
    return f"{reference.column}_fk"


def search_name(table: str) -> str:
    """Return the name of the full-text table of an entity's table (SQLite)."""
    return f"{table}_search"


def create_search(tables: EntityTables) -> list[str]:
    """Return the statements that make the full-text table and keep it by triggers (SQLite)."""
    table = tables.table.name
    search = search_name(table)
    gone = (
        f'INSERT INTO "{search}" ("{search}", rowid, "{TOKENS}") '
        f'VALUES (\'delete\', old."id", old."{TOKENS}");'
    )
    come = f'INSERT INTO "{search}" (rowid, "{TOKENS}") VALUES (new."id", new."{TOKENS}");'
    return [
        f'CREATE VIRTUAL TABLE "{search}" USING fts5 ("{TOKENS}", content=\'{table}\', '
        "content_rowid='id', tokenize='ascii', detail=none, columnsize=0)",
        f'CREATE TRIGGER "{search}_insert" AFTER INSERT ON "{table}" BEGIN {come} END',
        f'CREATE TRIGGER "{search}_delete" AFTER DELETE ON "{table}" BEGIN {gone} END',
        f'CREATE TRIGGER "{search}_update" AFTER UPDATE OF "{TOKENS}" ON "{table}" '
        f'WHEN old."{TOKENS}" IS NOT new."{TOKENS}" BEGIN {gone} {come} END',
    ]


def rebuild_search(table: str) -> str:
    """Return the statement that fills the full-text table from the records (SQLite)."""
    search = search_name(table)
    return f'INSERT INTO "{search}" ("{search}") VALUES (\'rebuild\')'


def drop_search(table: str) -> list[str]:
    """Return the statements that drop the full-text table and its triggers (SQLite)."""
    search = search_name(table)
    triggers = [
        f'DROP TRIGGER IF EXISTS "{search}_{name}"' for name in ("insert", "delete", "update")
    ]
    return [*triggers, f'DROP TABLE IF EXISTS "{search}"']


def create_entity(
    tables: EntityTables, existing: frozenset[str]
) -> tuple[list[str], tuple[Reference, ...]]:
    """Return the statements for all tables of an entity, and the foreign keys left for later.

    PostgreSQL wants a foreign key's target to exist: keys to tables not in ``existing`` are left.
    """
    known = existing | {table.name for table in tables.all()}
    now = [each for each in tables.references if _possible(each, known, tables.dialect)]
    later = tuple(each for each in tables.references if each not in now)
    return list(_create_all(tables, now)), later


def _create_all(tables: EntityTables, references: Sequence[Reference]) -> Iterator[str]:
    for table in tables.all():
        own = [each for each in references if each.table == table.name]
        yield create_table(table, own, tables.dialect)
    if tables.dialect == "sqlite" and tables.definition.search:
        yield from create_search(tables)


def _possible(reference: Reference, known: frozenset[str], dialect: str) -> bool:
    return dialect == "sqlite" or reference.target in known


def _reference_words(reference: Reference) -> str:
    name = reference_name(reference)
    return f'CONSTRAINT "{name}" REFERENCES "{reference.target}" ("id") ON DELETE RESTRICT'


_KEYS = {
    "postgresql": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    "sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT",
}
