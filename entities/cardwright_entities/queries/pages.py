"""A page of records: one statement for the rows, at most one for the count, one for the totals."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, cast

from sqlalchemy import ColumnClause, ColumnElement, FromClause, Select, and_, func, select

from cardwright_entities.errors import LimitError, Message, QueryError
from cardwright_entities.expressions.sql import compile_condition
from cardwright_entities.field_types.base import FieldType
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.measures import Measured, measure_path
from cardwright_entities.queries.names import RecordNames, rows_condition
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.requests import (
    COUNT_CAP,
    LARGEST_PAGE,
    Count,
    Page,
    PageRequest,
    RowOfPage,
)
from cardwright_entities.queries.search import (
    hit_rank,
    hits_condition,
    is_common,
    is_indexed,
    search_condition,
    walked_condition,
)
from cardwright_entities.queries.sorting import (
    SORTED_AT_MOST,
    Cursors,
    SortKey,
    after_condition,
    sort_keys,
)
from cardwright_entities.queries.sources import Joins, Sources
from cardwright_entities.queries.titles import read_many_links, read_titles
from cardwright_entities.store.sessions import Session
from cardwright_metadata.expressions.text import write
from cardwright_metadata.expressions.tree import Literal, Membership, Path


@dataclass(frozen=True)
class _Column:
    """One asked column: its path, the field it ends in, and where its cells stand in the row."""

    path: str
    field: FieldModel
    cells: tuple[ColumnElement[Any], ...]
    start: int


@dataclass(frozen=True, eq=False)
class _Asked:
    """What a page's statements share: the condition, and the joins that it alone needs."""

    names: RecordNames
    clause: FromClause
    condition: ColumnElement[bool]


def read_page(session: Session, reading: Reading, request: PageRequest, cursors: Cursors) -> Page:
    """Read a page with the rights of the reader; raise QueryError, LimitError, NotFoundError."""
    _refuse_excess(request)
    asked, search = _open(session, reading, request)
    keys = sort_keys(asked.names, request.sort)
    if search == "few" and not request.sort:
        rank = SortKey(hit_rank(asked.names, request.search), descending=True, nullable=False)
        keys = (rank, *keys)
    elif not search and not _is_in_order(asked.names, keys):
        _refuse_long_sort(session, asked, request)
    return _read(session, reading, request, cursors, asked, keys)


def read_rows(session: Session, reading: Reading, request: PageRequest, cursors: Cursors) -> Page:
    """Read a page of any length: for lines and single records, whose number others bound."""
    asked, _ = _open(session, reading, request)
    keys = sort_keys(asked.names, request.sort)
    return _read(session, reading, request, cursors, asked, keys)


def _open(session: Session, reading: Reading, request: PageRequest) -> tuple[_Asked, str]:
    """Open the records of a request; tell of a search in the index whether it has few hits.

    PostgreSQL guesses badly how rare a word is: it would walk the whole sort index for one that
    occurs twice. So the hits are found first. A common word is found quickest on the way through
    the list, on SQLite without its search index, which would gather all hits.
    """
    entity = reading.model.entity(request.entity)
    search = how = ""
    if request.search.strip() and not request.deleted and is_indexed(request.search):
        names = names_over(reading, entity)
        search = "many" if is_common(session, names, request.search) else "few"
        if search == "few":
            how = "hits"
        elif _is_in_order(names, sort_keys(names, request.sort)):
            how = "walking"
    names, condition = open_records(reading, entity, request, how=how)
    return _Asked(names, cast(Joins, names.joins).clause, condition), search


def _refuse_long_sort(session: Session, asked: _Asked, request: PageRequest) -> None:
    if _at_most(session, asked, SORTED_AT_MOST) is None:
        message = Message.of("sort_needs_index", name=request.sort[0].path, most=SORTED_AT_MOST)
        raise QueryError(message)


def _read(
    session: Session,
    reading: Reading,
    request: PageRequest,
    cursors: Cursors,
    asked: _Asked,
    keys: Sequence[SortKey],
) -> Page:
    columns, missing = _columns(asked.names, request.columns)
    binding = _binding(reading, request)
    statement = _rows_statement(asked, columns, keys, request, binding, cursors)
    found = session.rows(statement)
    more = len(found) > request.limit
    found = found[: request.limit]
    rows = tuple(map(_row_reader(columns), found))
    rows = read_many_links(session, reading, asked.names.entity, request.columns, rows)
    width = 1 + sum(len(column.cells) for column in columns)
    cursor = None
    if more and found:
        cursor = cursors.write(binding, list(found[-1])[width : width + len(keys)])
    return Page(
        rows=rows,
        next=cursor,
        count=_count(session, asked, request.count) if request.count != "none" else None,
        totals=_totals(session, asked, request.totals),
        titles=read_titles(session, reading, _links(columns), rows) if request.titles else {},
        unreadable=missing,
        fields={column.path: column.field for column in columns},
    )


def names_over(reading: Reading, entity: EntityModel) -> RecordNames:
    """Return the names over an entity's records, to which a statement adds joins."""
    sources = Sources()
    source = sources.take(entity)
    return RecordNames(reading, entity, source, Joins(source), sources=sources)


def open_records(
    reading: Reading, entity: EntityModel, request: PageRequest, *, how: str = ""
) -> tuple[RecordNames, ColumnElement[bool]]:
    """Return the names over an entity's records and the condition that the request sets.

    ``how`` a search is answered: ``hits`` finds them first, no more than a common word has,
    ``walking`` asks each record on the way.
    """
    names = names_over(reading, entity)
    source, sources = names.source, names.sources
    deleted = source.c["deleted_at"]
    parts: list[ColumnElement[bool]] = [
        deleted.is_not(None) if request.deleted else deleted.is_(None),
        rows_condition(reading, entity, source, request.action, sources),
    ]
    if request.ids:
        chosen = tuple(Literal(Decimal(each)) for each in request.ids)
        parts.append(compile_condition(Membership(Path(("id",)), chosen), names))
    if request.where is not None:
        parts.append(compile_condition(request.where, names))
    if request.search.strip():
        searched = _SEARCHES.get((how, reading.dialect), search_condition)
        parts.append(searched(names, request.search))
    return names, and_(*parts)


_SEARCHES: Mapping[tuple[str, str], Callable[[RecordNames, str], ColumnElement[bool]]] = (
    MappingProxyType(
        {("hits", "postgresql"): hits_condition, ("walking", "sqlite"): walked_condition}
    )
)


def read_count(session: Session, reading: Reading, request: PageRequest) -> Count:
    """Count the records of a request, up to the cap unless asked exactly."""
    names, condition = open_records(reading, reading.model.entity(request.entity), request)
    asked = _Asked(names, cast(Joins, names.joins).clause, condition)
    return _count(session, asked, request.count)


def _count(session: Session, asked: _Asked, how: str) -> Count:
    if how == "exact":
        counted = _ids(asked).with_only_columns(func.count(), maintain_column_froms=True)
        return Count(int(session.scalar(counted)), exact=True)
    number = _at_most(session, asked, COUNT_CAP)
    return Count(COUNT_CAP, exact=False) if number is None else Count(number, exact=True)


def _at_most(session: Session, asked: _Asked, most: int) -> int | None:
    """Count the records of a request up to a number; None for more."""
    capped = _ids(asked).limit(most + 1).subquery()
    number = int(session.scalar(select(func.count()).select_from(capped)))
    return number if number <= most else None


def _ids(asked: _Asked) -> Select[tuple[int]]:
    return select(asked.names.source.c["id"]).select_from(asked.clause).where(asked.condition)


def _is_in_order(names: RecordNames, keys: Sequence[SortKey]) -> bool:
    """Tell whether an index already has the records in the order of the first key."""
    first = keys[0].column
    own = isinstance(first, ColumnClause) and first.table is names.source
    return own and first.name in names.entity.sorted_columns


def _totals(session: Session, asked: _Asked, totals: Mapping[str, str]) -> Mapping[str, object]:
    """Return the totals of columns over all records of the request, in one statement."""
    wanted: dict[str, Measured] = {}
    for path, function in totals.items():
        if asked.names.exists(path):
            wanted[path] = measure_path(asked.names, function, path)
    if not wanted:
        return {}
    clause = cast(Joins, asked.names.joins).clause
    columns = (each.column for each in wanted.values())
    row = session.row(select(*columns).select_from(clause).where(asked.condition))
    return {
        path: each.read(value)
        for (path, each), value in zip(wanted.items(), row or (), strict=False)
    }


def _refuse_excess(request: PageRequest) -> None:
    if not 1 <= request.limit <= LARGEST_PAGE:
        raise LimitError(Message.of("page_too_large", most=LARGEST_PAGE))
    if request.offset < 0 or request.offset > 10_000_000:
        raise LimitError(Message.of("offset_too_large", most=10_000_000))


def _columns(
    names: RecordNames, paths: Sequence[str]
) -> tuple[tuple[_Column, ...], tuple[str, ...]]:
    columns: list[_Column] = []
    missing: list[str] = []
    start = 1
    for path in dict.fromkeys(paths):
        parts = tuple(path.split("."))
        own = names.entity.fields.get(parts[0])
        if own is not None and len(parts) == 1 and own.type.relation in ("many", "lines"):
            if not names.reading.has_field(names.entity, own.name):
                missing.append(path)
            continue
        try:
            field, cells = names.cells(parts)
        except QueryError:
            missing.append(path)
            continue
        columns.append(_Column(path, field, cells, start))
        start += len(cells)
    return tuple(columns), tuple(missing)


def _rows_statement(
    asked: _Asked,
    columns: Sequence[_Column],
    keys: Sequence[SortKey],
    request: PageRequest,
    binding: str,
    cursors: Cursors,
) -> Select[Any]:
    names, condition = asked.names, asked.condition
    selected: list[ColumnElement[Any]] = [names.source.c["id"]]
    for column in columns:
        selected.extend(column.cells)
    selected.extend(key.column for key in keys)
    order = [key.ordering(names.dialect) for key in keys]
    clause = cast(Joins, names.joins).clause
    # Read by their places, so they need no names.
    statement = select(*selected).select_from(clause)
    if request.after:
        values = cursors.read(binding, request.after, [key.column.type for key in keys])
        condition = and_(condition, after_condition(keys, values))
    if request.offset:
        # Deferred join: the skipped rows are walked in the index alone.
        chosen = (
            select(names.source.c["id"])
            .select_from(clause)
            .where(condition)
            .order_by(*order)
            .limit(request.limit + 1)
            .offset(request.offset)
            .correlate(None)
        )
        statement = statement.where(names.source.c["id"].in_(chosen))
        return statement.order_by(*order)
    return statement.where(condition).order_by(*order).limit(request.limit + 1)


def _row_reader(columns: Sequence[_Column]) -> Callable[[Sequence[object]], RowOfPage]:
    """Return what makes a row of what was found; per value only what its type really does."""
    paths = [column.path for column in columns]
    starts = [column.start for column in columns]
    converts = [
        (column.path, column.start, column.start + len(column.cells), column.field)
        for column in columns
        if len(column.cells) != 1 or type(column.field.type).from_row is not FieldType.from_row
    ]

    def read(found: Sequence[object]) -> RowOfPage:
        values = dict(zip(paths, map(found.__getitem__, starts), strict=True))
        for path, start, end, field in converts:
            values[path] = field.type.from_row(tuple(found[start:end]), field.definition)
        return RowOfPage(int(cast(int, found[0])), values)

    return read


def _links(columns: Sequence[_Column]) -> dict[str, FieldModel]:
    return {column.path: column.field for column in columns if column.field.targets}


def _binding(reading: Reading, request: PageRequest) -> str:
    principal = reading.context.principal
    asked = repr(
        (
            request.entity,
            write(request.where) if request.where is not None else "",
            request.search,
            [(each.path, each.descending) for each in request.sort],
            request.deleted,
            request.ids,
            request.action,
            principal.account,
            principal.kind,
            sorted(principal.roles),
        )
    )
    return hashlib.sha256(asked.encode()).hexdigest()
