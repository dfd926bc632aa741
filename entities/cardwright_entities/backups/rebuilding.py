"""Makes an installation again from a backup: tables, rows, indexes, numbers, in one transaction.

What was there goes in the same transaction, so that whoever looks sees the old or the new. The
platform's tables are made as the backup's version had them, filled, and then upgraded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Column, inspect

from cardwright_entities.backups.archives import BackupReader
from cardwright_entities.backups.errors import BackupError, damaged
from cardwright_entities.backups.kinds import find_kind
from cardwright_entities.backups.manifests import Manifest, TableEntry
from cardwright_entities.backups.rows import digest_of, parse_lines
from cardwright_entities.backups.shapes import TableShape
from cardwright_entities.backups.taking import Told, nobody
from cardwright_entities.changes.commits import load_active
from cardwright_entities.changes.indexes import build_indexes
from cardwright_entities.changes.partial import ConditionWriter
from cardwright_entities.changes.statements import (
    add_column,
    add_reference,
    create_search,
    create_table,
    rebuild_search,
    validate_reference,
)
from cardwright_entities.changes.tables import EntityTables, TypesOfFields, build_tables
from cardwright_entities.errors import Message
from cardwright_entities.store.sessions import Session
from cardwright_entities.store.upgrading import upgrade
from cardwright_entities.store.whole_database import (
    broken_table,
    drop_everything,
    learn_sizes,
    run,
    set_last,
)
from cardwright_metadata.definitions.entities import FieldDefinition

_AT_ONCE = 1_000
_PLATFORM = "cw_"
#: What is named when definitions in a backup cannot be meant.
DEFINITIONS = "cw_catalog_part"


def rebuild(
    session: Session, types: TypesOfFields, backup: BackupReader, *, told: Told = nobody
) -> None:
    """Replace everything by what a backup holds, at the backup's version, and compare the two.

    Raise BackupError if the backup is damaged, or if what was stored is not what it holds.
    """
    manifest = backup.manifest
    drop_everything(session)
    upgrade(session.connection, manifest.revision)
    entries = {each.shape.name: each for each in manifest.tables}
    platform = [entries.pop(name) for name in _by_dependence(session) if name in entries]
    for number, entry in enumerate(platform):
        told(number, len(manifest.tables))
        _check_columns(session, entry.shape)
        _load(session, backup, entry)
    if any(name.startswith(_PLATFORM) for name in entries):
        raise damaged(min(entries))
    each_entity = _read_definitions(session, types)
    for tables in each_entity:
        for table in tables.all():
            # Names go into statements: only those that the manifest's check has passed.
            entry_of = entries.get(table.name)
            if entry_of is None or not set(table.c.keys()) <= set(entry_of.shape.columns):
                raise damaged(DEFINITIONS)
    _create(session, each_entity, entries.values())
    for number, entry in enumerate(entries.values(), len(platform)):
        told(number, len(manifest.tables))
        _load(session, backup, entry)
    _finish(session, each_entity, ConditionWriter(session.dialect, types))
    for entry in manifest.tables:
        if entry.shape.numbered:
            set_last(session, entry.shape.name, entry.last)
    compare(session, manifest)
    learn_sizes(session, [each.shape.name for each in manifest.tables])


def _read_definitions(session: Session, types: TypesOfFields) -> tuple[EntityTables, ...]:
    """Return the tables that the definitions ask for, which came with the backup."""
    try:
        _, catalog = load_active(session)
        unknown = {
            field.type
            for definition in catalog.entities.values()
            for field in definition.fields.values()
            if not _is_known(types, field)
        }
        if unknown:
            raise BackupError(Message.of("backup_type_unknown", type=min(unknown)))
        return tuple(
            build_tables(definition, catalog, types, session.dialect)
            for definition in catalog.entities.values()
        )
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        # Their content is not checked again as that of a pack is: it once was.
        raise damaged(DEFINITIONS) from error


def _is_known(types: TypesOfFields, field: FieldDefinition) -> bool:
    try:
        types.of(field)
    except KeyError:
        return False
    return True


def compare(session: Session, manifest: Manifest) -> None:
    """Read every table again; raise BackupError naming those that differ from the manifest."""
    wrong = []
    for entry in manifest.tables:
        found = digest_of(session, entry.shape)
        if (found.rows, found.hexadecimal()) != (entry.rows, entry.digest):
            wrong.append(entry.shape.name)
    if wrong:
        raise BackupError(Message.of("backup_differs", tables=", ".join(wrong[:10])))


def _by_dependence(session: Session) -> list[str]:
    """Return the platform's tables as they are now, each after those that it refers to."""
    found = inspect(session.connection).get_sorted_table_and_fkc_names()
    return [name for name, _ in found if name and name.startswith(_PLATFORM)]


def _check_columns(session: Session, shape: TableShape) -> None:
    there = {each["name"] for each in inspect(session.connection).get_columns(shape.name)}
    unknown = set(shape.columns) - there
    if unknown:
        raise damaged(f"{shape.name}.{min(unknown)}")


def _load(session: Session, backup: BackupReader, entry: TableEntry) -> None:
    rows = parse_lines(entry.shape, backup.lines(entry))
    for batch in _batches(rows):
        session.insert_many(entry.shape.table, batch)


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(rows, _AT_ONCE)):
        yield batch


def _create(
    session: Session, each_entity: Iterable[EntityTables], entries: Iterable[TableEntry]
) -> None:
    """Create the tables of records; foreign keys of PostgreSQL follow when the rows are there."""
    made: dict[str, set[str]] = {}
    for tables in each_entity:
        for table in tables.all():
            own = [each for each in tables.references if each.table == table.name]
            within = own if session.dialect == "sqlite" else []
            run(session, [create_table(table, within, session.dialect)])
            made[table.name] = set(table.c.keys())
    for entry in entries:
        shape = entry.shape
        if shape.name not in made:
            run(session, [create_table(shape.table, (), session.dialect)])
            continue
        for name, kind in shape.columns.items():
            if name not in made[shape.name]:
                column: Column[Any] = Column(name, find_kind(kind).sql)
                run(session, add_column(shape.name, column, session.dialect, None))


def _finish(session: Session, each_entity: Iterable[EntityTables], writer: ConditionWriter) -> None:
    """Build indexes, foreign keys and full-text tables over the rows."""
    for tables in each_entity:
        run(session, (spec.statement() for spec in build_indexes(tables, writer)))
        if session.dialect == "sqlite":
            if tables.definition.search:
                run(session, create_search(tables))
                run(session, [rebuild_search(tables.table.name)])
            continue
        for reference in tables.references:
            run(session, [*add_reference(reference), validate_reference(reference)])
    if session.dialect == "sqlite":
        table = broken_table(session)
        if table:
            raise BackupError(Message.of("backup_reference_broken", table=table))
