"""Which tables a backup carries: all that there are, except some that are named here with why.

What the definitions in use do not explain (the column that a field had before its type changed) is
explained by former ones, else by the database's own word for its type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from sqlalchemy import Table

from cardwright_entities.backups.errors import BackupError
from cardwright_entities.backups.kinds import kind_of, kind_of_words
from cardwright_entities.backups.shapes import TableShape, shape_of
from cardwright_entities.changes.commits import (
    commit_numbers,
    load_active,
    load_catalog,
    read_commit,
)
from cardwright_entities.changes.reflection import read_column_types
from cardwright_entities.changes.tables import TypesOfFields, build_tables
from cardwright_entities.errors import Message
from cardwright_entities.store.every_table import every_table
from cardwright_entities.store.sessions import Session
from cardwright_metadata.catalog import Catalog

#: Tables of the platform that no backup carries, and why.
NOT_CARRIED: Mapping[str, str] = MappingProxyType(
    {
        "cw_lease": "locks of processes that live now",
        "cw_one_time_link": "a link that was sent must not work on what is made again",
        "cw_process": "processes that live now",
        "cw_rate": "tries of the last minutes",
        "cw_round_trip": "nobody comes back to what is made again",
        "cw_session": "nobody is signed in to what is made again",
    }
)

#: Table → column → its kind.
_Kinds = Mapping[str, Mapping[str, str]]


def carried_shapes(session: Session, types: TypesOfFields) -> tuple[TableShape, ...]:
    """Return the shapes of all tables that a backup carries, as they stand in this database."""
    platform = [shape_of(table) for name, table in _platform_tables().items()]
    found = read_column_types(session)
    _, catalog = load_active(session)
    declared = declared_tables(catalog, types, session.dialect)
    for name, table in declared.items():
        lost = set(table.c.keys()) - set(found.get(name, ()))
        if lost:
            raise BackupError(Message.of("backup_table_lost", name=f"{name}.{min(lost)}"))
    kinds: _Kinds = {name: _kinds_of(table) for name, table in declared.items()}
    if not _is_explained(found, kinds):
        kinds = _with_former(session, types, found, kinds)
    numbered = {name for name, table in declared.items() if shape_of(table).numbered}
    return (*platform, *_shapes(found, kinds, numbered))


def declared_tables(catalog: Catalog, types: TypesOfFields, dialect: str) -> dict[str, Table]:
    """Return the tables that definitions ask for, by name."""
    return {
        table.name: table
        for definition in catalog.entities.values()
        for table in build_tables(definition, catalog, types, dialect).all()
    }


def _platform_tables() -> dict[str, Table]:
    return {name: table for name, table in every_table().items() if name not in NOT_CARRIED}


def _kinds_of(table: Table) -> dict[str, str]:
    return {column.name: kind_of(column.type) for column in table.columns}


def _shapes(
    found: Mapping[str, Mapping[str, str]], kinds: _Kinds, numbered: set[str]
) -> Iterator[TableShape]:
    for name, columns in sorted(found.items()):
        known = {column: kind for column, kind in kinds.get(name, {}).items() if column in columns}
        left = {
            column: kind_of_words(words) for column, words in columns.items() if column not in known
        }
        yield TableShape(name, known | left, name in numbered)


def _is_explained(found: Mapping[str, Mapping[str, str]], kinds: _Kinds) -> bool:
    return all(set(columns) <= set(kinds.get(name, ())) for name, columns in found.items())


def _with_former(
    session: Session,
    types: TypesOfFields,
    found: Mapping[str, Mapping[str, str]],
    kinds: _Kinds,
) -> _Kinds:
    """Add what former definitions say, the newest first, until all is explained."""
    merged = dict(kinds)
    catalog: Catalog | None = None
    for number in commit_numbers(session):
        catalog = load_catalog(session, read_commit(session, number), catalog)
        for name, table in declared_tables(catalog, types, session.dialect).items():
            if name in found:
                merged[name] = _kinds_of(table) | dict(merged.get(name, {}))
        if _is_explained(found, merged):
            break
    return merged
