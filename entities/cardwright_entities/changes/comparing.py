"""The tables that definitions ask for, beside those that are there: what ``doctor`` reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cardwright_entities.changes import journal
from cardwright_entities.changes.commits import load_active
from cardwright_entities.changes.identity_rows import load_identities
from cardwright_entities.changes.indexes import build_indexes
from cardwright_entities.changes.partial import ConditionWriter
from cardwright_entities.changes.reflection import (
    read_column_types,
    read_indexes,
    read_references,
    read_search_tables,
)
from cardwright_entities.changes.statements import (
    column_type,
    reference_name,
    search_name,
)
from cardwright_entities.changes.tables import (
    EntityTables,
    TypesOfFields,
    build_tables,
    closure_name,
)
from cardwright_entities.contexts import Context
from cardwright_entities.store.doors import Store
from cardwright_entities.store.sessions import Session


@dataclass(frozen=True)
class Mismatch:
    """One difference between what is wanted and what is there.

    ``code``: missing_table, missing_column, wrong_type, missing_index, broken_index,
    missing_search, missing_reference, unknown_table, unknown_index, unfinished.
    """

    code: str
    name: str
    found: str = ""
    expected: str = ""


def compare_tables(store: Store, context: Context, types: TypesOfFields) -> tuple[Mismatch, ...]:
    """Return every difference between the active definitions and the database; none is right."""
    with store.read(context, timeout=60) as session:
        return tuple(_Comparison(session, types).mismatches())


class _Comparison:
    def __init__(self, session: Session, types: TypesOfFields) -> None:
        self.dialect = session.dialect
        self.unfinished = journal.unfinished(session)
        _, catalog = load_active(session)
        self.all = [
            build_tables(definition, catalog, types, session.dialect)
            for definition in catalog.entities.values()
        ]
        self.columns = read_column_types(session)
        self.indexes = read_indexes(session)
        self.search = read_search_tables(session)
        self.references = read_references(session)
        self.assigned = {identity.physical for identity in load_identities(session)}
        self.writer = ConditionWriter(session.dialect, types)

    def mismatches(self) -> Iterator[Mismatch]:
        for commit in self.unfinished:
            yield Mismatch("unfinished", str(commit))
        expected_indexes: set[str] = set()
        for tables in self.all:
            yield from self._tables(tables)
            yield from self._search(tables)
            yield from self._references(tables)
            for spec in build_indexes(tables, self.writer):
                expected_indexes.add(spec.name)
                yield from self._index(spec.name)
        known = {table.name for tables in self.all for table in tables.all()}
        for name, index in sorted(self.indexes.items()):
            if index.table in known and name not in expected_indexes:
                yield Mismatch("unknown_index", name)
        yield from self._strangers()

    def _tables(self, tables: EntityTables) -> Iterator[Mismatch]:
        for table in tables.all():
            there = self.columns.get(table.name)
            if there is None:
                yield Mismatch("missing_table", table.name)
                continue
            for column in table.c:
                expected = _spell(column_type(column, self.dialect))
                found = there.get(column.name)
                name = f"{table.name}.{column.name}"
                if found is None:
                    yield Mismatch("missing_column", name, expected=expected)
                elif _spell(found) != expected:
                    yield Mismatch("wrong_type", name, found=found, expected=expected)

    def _search(self, tables: EntityTables) -> Iterator[Mismatch]:
        name = search_name(tables.table.name)
        wanted = self.dialect == "sqlite" and bool(tables.definition.search)
        if wanted and name not in self.search:
            yield Mismatch("missing_search", name)
        if not wanted and name in self.search:
            yield Mismatch("unknown_table", name)

    def _references(self, tables: EntityTables) -> Iterator[Mismatch]:
        if self.dialect != "postgresql":
            return
        for reference in tables.references:
            if (reference.table, reference_name(reference)) not in self.references:
                yield Mismatch("missing_reference", f"{reference.table}.{reference.column}")

    def _index(self, name: str) -> Iterator[Mismatch]:
        found = self.indexes.get(name)
        if found is None:
            yield Mismatch("missing_index", name)
        elif not found.valid:
            yield Mismatch("broken_index", name)

    def _strangers(self) -> Iterator[Mismatch]:
        """Tables that no identity ever had; columns of former fields are known and may stay."""
        known = self.assigned | {closure_name(name) for name in self.assigned}
        for table in sorted(set(self.columns) - known):
            yield Mismatch("unknown_table", table)


def _spell(words: str) -> str:
    plain = words.lower().replace('collate "c"', "").replace(" ", "")
    return {"timestampwithouttimezone": "timestamp", "varchar": "text"}.get(plain, plain)
