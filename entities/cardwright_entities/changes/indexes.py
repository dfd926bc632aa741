"""Which indexes an entity needs: for its lists, its links, its search and what occurs once.

An index is named after its own content, so a changed index has another name: comparing names is
comparing indexes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Text

from cardwright_entities.changes.partial import Predicates
from cardwright_entities.changes.tables import TOKENS, EntityTables, base_column
from cardwright_entities.expressions.folding_sql import folded_ddl
from cardwright_entities.store.column_types import Texts
from cardwright_metadata.definitions.entities import EntityDefinition, UniqueDefinition
from cardwright_metadata.definitions.lists import SortDefinition

_ALIVE = '"deleted_at" IS NULL'
_DELETED = '"deleted_at" IS NOT NULL'
#: Fields that say whose a record is, about which most rights speak.
_WHOSE = ("owner", "department", "organisation")


@dataclass(frozen=True)
class IndexSpec:
    """One index: where, over what, of which rows. ``unique`` names the fields that occur once."""

    name: str
    table: str
    terms: tuple[str, ...]
    where: str = ""
    method: str = ""
    unique: tuple[str, ...] = ()
    suffix: str = ""
    columns: tuple[str, ...] = ()  #: physical columns of what occurs once

    def statement(self, *, concurrently: bool = False) -> str:
        """Return the statement that creates it."""
        kind = "UNIQUE INDEX" if self.unique else "INDEX"
        mode = " CONCURRENTLY" if concurrently else ""
        method = f" USING {self.method}" if self.method else ""
        suffix = f" {self.suffix}" if self.suffix else ""
        where = f" WHERE {self.where}" if self.where else ""
        terms = ", ".join(self.terms)
        return (
            f'CREATE {kind}{mode} "{self.name}" ON "{self.table}"{method} ({terms}){suffix}{where}'
        )


def build_indexes(tables: EntityTables, predicates: Predicates) -> tuple[IndexSpec, ...]:
    """Return the indexes that an entity's tables should have, each once, in a fixed order."""
    found: dict[str, IndexSpec] = {}
    for spec in _Indexes(tables, predicates).all():
        found.setdefault(spec.name, spec)
    return tuple(found.values())


def sorted_columns(tables: EntityTables) -> frozenset[str]:
    """Return the columns that lead an index in the order in which lists stand."""
    indexes = _Indexes(tables, None)
    specs = [spec for spec in (*indexes.sorts(), *indexes.fields()) if not spec.method]
    return frozenset(spec.terms[0].split('"')[1] for spec in specs) | {"id"}


class _Indexes:
    """Gathers the indexes of one entity."""

    def __init__(self, tables: EntityTables, predicates: Predicates | None) -> None:
        self.tables = tables
        self.definition: EntityDefinition = tables.definition
        self.table = tables.table.name
        self.postgresql = tables.dialect == "postgresql"
        self.predicates = predicates
        self.has_bin = "deleted_at" in tables.table.c

    def all(self) -> Iterator[IndexSpec]:
        yield from self.sorts()
        yield from self._references()
        yield from self.fields()
        yield from self._lookups()
        yield from self._uniques()
        for key in self.tables.duplicate_columns.values():
            yield self._index([f'"{key.name}"', '"id"'], where=self._alive)
        if self.has_bin:
            yield self._index([self._term("deleted_at"), '"id"'], where=_DELETED)
        if self.definition.search and self.postgresql:
            yield self._index(
                [f'"{TOKENS}"'], method="gin", suffix="WITH (fastupdate = on)", where=self._alive
            )

    # -- lists -----------------------------------------------------------------------------

    def sorts(self) -> Iterator[IndexSpec]:
        if self.definition.owner:
            yield self._index(['"head"', self._term("position"), '"id"'])
            return
        for sort in self._shipped_sorts():
            terms = self._sort_terms(sort)
            if terms and sort == self._list_sort:
                yield self._covering(terms)
            elif terms:
                yield self._index(terms, where=self._alive)
        for name in self.tables.sort_columns:
            yield self._index(self._sort_terms((SortDefinition(path=name),)), where=self._alive)

    def _shipped_sorts(self) -> Iterator[tuple[SortDefinition, ...]]:
        yield (SortDefinition(path=self.definition.title),)
        yield self._list_sort
        for query in self.definition.queries.values():
            if query.sort:
                yield query.sort

    @property
    def _list_sort(self) -> tuple[SortDefinition, ...]:
        return self.definition.list.sort or (SortDefinition(path="created_at", descending=True),)

    def _covering(self, terms: list[str]) -> IndexSpec:
        """Return the index of the list, which also says of each record whose it is.

        Whoever sees a part of all records walks it and passes over what is none of his, without
        reading the records themselves.
        """
        whose = [
            f'"{column.name}"' for name in _WHOSE for column in self.tables.fields.get(name, ())
        ]
        if whose and self.postgresql:
            return self._index(terms, where=self._alive, suffix=f"INCLUDE ({', '.join(whose)})")
        return self._index([*terms, *whose], where=self._alive)

    def _sort_terms(self, sort: tuple[SortDefinition, ...]) -> list[str]:
        terms: list[str] = []
        falling = False
        for key in sort:
            column = self._sort_column(key.path)
            if column is None:
                return []
            falling = key.descending
            terms.append(self._term(column.name, falling=falling))
        # One direction throughout is walked backwards too: then both need one index only.
        if len({key.descending for key in sort}) == 1:
            return [term.split(" ")[0] + self._rising for term in terms] + ['"id"']
        return [*terms, '"id" DESC' if falling else '"id"']

    def _sort_column(self, path: str) -> Column[Any] | None:
        if path in self.tables.sort_columns:
            return self.tables.sort_columns[path]
        columns = self.tables.fields.get(path)
        if not columns or isinstance(columns[0].type, Texts) or path == "id":
            return None
        base = base_column(columns)
        return columns[0] if base is None else base

    # -- links and fields --------------------------------------------------------------------

    def _references(self) -> Iterator[IndexSpec]:
        for reference in self.tables.references:
            if reference.table == self.table:
                if reference.column == "head":
                    continue  # leads the index of the lines
                yield self._index([f'"{reference.column}"', '"id"'])
            elif reference.column in ("target", "descendant"):
                other = "source" if reference.column == "target" else "ancestor"
                yield self._index([f'"{reference.column}"', f'"{other}"'], table=reference.table)

    def fields(self) -> Iterator[IndexSpec]:
        shared = {reference.column for reference in self.tables.references}
        wanted = {"owner", "department", "organisation", *self.definition.list.filters}
        for field in self.definition.fields.values():
            columns = self.tables.fields.get(field.name)
            if not columns or not (field.index or field.name in wanted):
                continue
            if columns[0].name in shared:
                continue
            if isinstance(columns[0].type, Texts):
                yield from self._several(columns[0])
                continue
            if field.name == "owner":
                # What is somebody's, in the order of the list.
                whose = [f'"{column.name}"' for column in columns]
                by_list = self._sort_terms(self._list_sort) or ['"id"']
                yield self._index([*whose, *by_list], where=self._alive)
                continue
            # In the order of lists: such a field is sorted by as well as looked up.
            yield self._index([self._term(columns[0].name), '"id"'], where=self._alive)
            base = base_column(columns)
            if base is not None:  # looked up by what is written, sorted by what it is worth
                yield self._index([self._term(base.name), '"id"'], where=self._alive)

    def _lookups(self) -> Iterator[IndexSpec]:
        # What occurs once is also looked up by its exact value: by imports, by the API.
        shared = {reference.column for reference in self.tables.references}
        for name in (unique.fields[0] for unique in self.tables.uniques):
            columns = self.tables.fields[name]
            if columns and isinstance(columns[0].type, Text) and columns[0].name not in shared:
                yield self._index([f'"{columns[0].name}"', '"id"'], where=self._alive)

    def _several(self, column: Column[Any]) -> Iterator[IndexSpec]:
        if self.postgresql:
            yield self._index([f'"{column.name}"'], method="gin", where=self._alive)

    # -- what occurs once --------------------------------------------------------------------

    def _uniques(self) -> Iterator[IndexSpec]:
        for unique in self.tables.uniques:
            yield self._unique(unique)

    def _unique(self, unique: UniqueDefinition) -> IndexSpec:
        columns = [column for name in unique.fields for column in self.tables.fields[name]]
        terms = [self._folded(column, unique.nulls_equal) for column in columns]
        conditions = [_ALIVE] if self.has_bin else []
        if unique.condition is not None and self.predicates is not None:
            conditions.append(self.predicates.write(unique.condition, self.tables))
        return self._index(
            terms,
            where=" AND ".join(conditions),
            unique=unique,
            suffix="NULLS NOT DISTINCT" if unique.nulls_equal and self.postgresql else "",
        )

    def _folded(self, column: Column[Any], nulls_equal: bool) -> str:
        term = f'"{column.name}"'
        if isinstance(column.type, Text):
            term = folded_ddl(term, self.tables.dialect)
        if nulls_equal and not self.postgresql:
            term = f"ifnull({term}, '')"
        return term

    # -- wording -------------------------------------------------------------------------------

    @property
    def _alive(self) -> str:
        return _ALIVE if self.has_bin else ""

    @property
    def _rising(self) -> str:
        return " NULLS FIRST" if self.postgresql else ""

    def _term(self, column: str, *, falling: bool = False) -> str:
        if falling:
            return f'"{column}" DESC' + (" NULLS LAST" if self.postgresql else "")
        return f'"{column}"{self._rising}'

    def _index(
        self,
        terms: list[str],
        *,
        table: str = "",
        where: str = "",
        method: str = "",
        unique: UniqueDefinition | None = None,
        suffix: str = "",
    ) -> IndexSpec:
        own = table or self.table
        content = "|".join([own, *terms, where, method, suffix])
        digest = hashlib.sha256(content.encode()).hexdigest()[:8]
        return IndexSpec(
            name=(self.tables.unique_prefix(unique) if unique else f"x_{own[2:]}_") + digest,
            table=own,
            terms=tuple(terms),
            where=where,
            method=method,
            unique=unique.fields if unique else (),
            suffix=suffix,
            columns=self.tables.unique_columns(unique) if unique else (),
        )
