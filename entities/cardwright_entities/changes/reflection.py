"""What the database really holds: tables, columns, indexes, as its own catalog says."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import text

from cardwright_entities.store.sessions import Session

_OURS = re.compile(r"[elt]_[a-z0-9_]+")

_POSTGRESQL_COLUMNS = text(
    "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) "
    "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
    "WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace "
    "AND a.attnum > 0 AND NOT a.attisdropped"
)
_POSTGRESQL_INDEXES = text(
    "SELECT c.relname, t.relname, i.indisvalid AND i.indisready, i.indisprimary "
    "FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid "
    "WHERE t.relnamespace = current_schema()::regnamespace"
)
_POSTGRESQL_REFERENCES = text(
    "SELECT t.relname, k.conname FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid "
    "WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace"
)
_SQLITE_COLUMNS = text(
    "SELECT m.name, x.name, x.type FROM sqlite_master m JOIN pragma_table_xinfo(m.name) x "
    "WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'"
)
_SQLITE_INDEXES = text("SELECT name, tbl_name FROM sqlite_master WHERE type = 'index'")
_SQLITE_SEARCH = text("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'")
_SQLITE_TRIGGERS = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")


@dataclass(frozen=True)
class FoundIndex:
    """An index that is there; one that is not valid is the rest of a broken build."""

    name: str
    table: str
    valid: bool


def read_columns(session: Session) -> dict[str, frozenset[str]]:
    """Return the columns of every table that holds records, links or a tree."""
    return {table: frozenset(types) for table, types in read_column_types(session).items()}


def read_column_types(session: Session) -> dict[str, dict[str, str]]:
    """Return the type of every column, as the database words it, by table."""
    query = _POSTGRESQL_COLUMNS if session.dialect == "postgresql" else _SQLITE_COLUMNS
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for table, column, words in session.rows(query):
        if _OURS.fullmatch(table) and not re.search(r"_search_(data|idx|config|docsize)$", table):
            found[table][column] = words
    return dict(found)


def read_indexes(session: Session) -> dict[str, FoundIndex]:
    """Return the indexes of our tables by name, without primary keys."""
    if session.dialect == "postgresql":
        return {
            name: FoundIndex(name, table, valid)
            for name, table, valid, primary in session.rows(_POSTGRESQL_INDEXES)
            if _OURS.fullmatch(table) and not primary
        }
    return {
        name: FoundIndex(name, table, True)
        for name, table in session.rows(_SQLITE_INDEXES)
        if _OURS.fullmatch(table) and not name.startswith("sqlite_autoindex")
    }


def read_search_tables(session: Session) -> frozenset[str]:
    """Return the full-text tables whose three triggers are there too (SQLite)."""
    if session.dialect != "sqlite":
        return frozenset()
    triggers = {name for (name,) in session.rows(_SQLITE_TRIGGERS)}
    return frozenset(
        name
        for (name,) in session.rows(_SQLITE_SEARCH)
        if {f"{name}_insert", f"{name}_delete", f"{name}_update"} <= triggers
    )


def read_references(session: Session) -> frozenset[tuple[str, str]]:
    """Return table and name of the foreign keys (PostgreSQL)."""
    if session.dialect != "postgresql":
        return frozenset()
    return frozenset((table, name) for table, name in session.rows(_POSTGRESQL_REFERENCES))
