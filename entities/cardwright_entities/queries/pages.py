"""A page of records: one statement for the rows, at most one for the count, one for the totals."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any, cast

from sqlalchemy import ColumnElement, FromClause, Select, and_, select

from cardwright_entities.errors import LimitError, Message, QueryError
from cardwright_entities.expressions.sql import compile_condition
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.measures import Measured, measure_path
from cardwright_entities.queries.names import RecordNames, names_over, rows_condition
from cardwright_entities.queries.page_columns import PageColumn, page_columns
from cardwright_entities.queries.page_statements import PageStatements, count_up_to
from cardwright_entities.queries.plain_pages import PlainPage, plain_page
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.requests import (
    COUNT_CAP,
    LARGEST_PAGE,
    Count,
    Page,
    PageRequest,
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
    is_in_order,
    sort_keys,
)
from cardwright_entities.queries.sources import Joins
from cardwright_entities.queries.titles import many_links, read_many_links, read_titles
from cardwright_entities.queries.ways import FEW, find_by_ways
from cardwright_entities.store.sessions import Parameters, Session
from cardwright_metadata.expressions.text import write
from cardwright_metadata.expressions.tree import Literal, Membership, Path


@dataclass(frozen=True, eq=False)
class _Asked:
    """What a page's statements share: the condition, and the joins that it alone needs."""

    names: RecordNames
    clause: FromClause
    condition: ColumnElement[bool]
    found: int | None = None  #: how many records there are, up to one more than a few

    @property
    def are_few(self) -> bool:
        """Tell whether the records are too few to care how they are put in order."""
        return self.found is not None and self.found <= FEW


def read_page(session: Session, reading: Reading, request: PageRequest, cursors: Cursors) -> Page:
    """Read a page with the rights of the reader; raise QueryError, LimitError, NotFoundError."""
    _refuse_excess(request)
    plain = plain_page(reading, request, any_order=False)
    if plain is not None:
        return _read_plain(session, reading, request, cursors, plain)
    asked, search = _open(session, reading, request, bounded=False)
    keys = sort_keys(asked.names, request.sort)
    if search == "few" and not request.sort:
        rank = SortKey(hit_rank(asked.names, request.search), descending=True, nullable=False)
        keys = (rank, *keys)
    elif not search and not asked.are_few and not is_in_order(asked.names, keys):
        _refuse_long_sort(session, asked, request)
    return _read_asked(session, reading, request, cursors, asked, keys)


def read_rows(session: Session, reading: Reading, request: PageRequest, cursors: Cursors) -> Page:
    """Read a page of any length: for lines and single records, whose number others bound."""
    plain = plain_page(reading, request, any_order=True)
    if plain is not None:
        return _read_plain(session, reading, request, cursors, plain)
    asked, _ = _open(session, reading, request, bounded=True)
    keys = sort_keys(asked.names, request.sort)
    return _read_asked(session, reading, request, cursors, asked, keys)


def _read_plain(
    session: Session, reading: Reading, request: PageRequest, cursors: Cursors, plain: PlainPage
) -> Page:
    statements, told, counted = plain.begin(session, reading, request)
    return _read(session, reading, request, cursors, statements, told, counted)


def _open(
    session: Session, reading: Reading, request: PageRequest, *, bounded: bool
) -> tuple[_Asked, str]:
    """Open the records of a request; tell of a search in the index whether it has few hits.

    PostgreSQL guesses badly how rare a word is: it would walk the whole sort index for one that
    occurs twice. So the hits are found first. A common word is found quickest on the way through
    the list, on SQLite without its search index, which would gather all hits. ``bounded`` are
    records that are no more than a few anyway.
    """
    entity = reading.model.entity(request.entity)
    search = how = ""
    if request.search.strip() and not request.deleted and is_indexed(request.search):
        names = names_over(reading, entity)
        search = "many" if is_common(session, names, request.search) else "few"
        if search == "few":
            how = "hits"
        elif is_in_order(names, sort_keys(names, request.sort)):
            how = "walking"
    names, rights, others = open_parts(reading, entity, request, how=how)
    clause = cast(Joins, names.joins).clause
    asked = _Asked(names, clause, and_(others, rights))
    if bounded or how or request.ids:
        return asked, search
    found = find_by_ways(session, names, rights, others, bare=is_bare(request))
    if found is None:
        return asked, search
    if found.are_few:
        asked = replace(asked, condition=and_(asked.condition, found.among(names.source)))
    return replace(asked, found=found.count), search


def is_bare(request: PageRequest) -> bool:
    """Tell whether a request asks for no other records than those that its reader may see."""
    return request.where is None and not request.search.strip() and not request.deleted


def _refuse_long_sort(session: Session, asked: _Asked, request: PageRequest) -> None:
    counted = session.scalar(count_up_to(_ids(asked), SORTED_AT_MOST + 1))
    if int(counted) > SORTED_AT_MOST:
        message = Message.of("sort_needs_index", name=request.sort[0].path, most=SORTED_AT_MOST)
        raise QueryError(message)


def _read_asked(
    session: Session,
    reading: Reading,
    request: PageRequest,
    cursors: Cursors,
    asked: _Asked,
    keys: Sequence[SortKey],
) -> Page:
    # The columns join what they need, which no count does: so the joins of _Asked are the first.
    columns, missing = page_columns(asked.names, request.columns, masked=request.masked)
    rows = _rows_statement(asked, columns, keys, request, _binding(reading, request), cursors)
    statements = PageStatements(rows, _ids(asked), columns, len(keys))
    page = _read(session, reading, request, cursors, statements, None, asked.found)
    return replace(page, totals=_totals(session, asked, request.totals), unreadable=missing)


def _read(
    session: Session,
    reading: Reading,
    request: PageRequest,
    cursors: Cursors,
    statements: PageStatements,
    parameters: Parameters | None,
    counted: int | None,
) -> Page:
    found = session.rows(statements.rows, parameters)
    more = len(found) > request.limit
    found = found[: request.limit]
    rows = tuple(map(statements.read_row, found))
    entity = reading.model.entity(request.entity)
    rows = read_many_links(session, reading, entity, request.columns, rows)
    links = {**statements.links, **many_links(entity, request.columns)}
    cursor = None
    if more and found:
        width = statements.width
        last = list(found[-1])[width : width + statements.keys]
        cursor = cursors.write(_binding(reading, request), last)
    count = None
    if request.count != "none":
        count = _count(session, statements, request.count, parameters, counted)
    return Page(
        rows=rows,
        next=cursor,
        count=count,
        titles=read_titles(session, reading, links, rows) if request.titles else {},
        fields=statements.fields,
    )


def open_records(
    reading: Reading, entity: EntityModel, request: PageRequest, *, how: str = ""
) -> tuple[RecordNames, ColumnElement[bool]]:
    """Return the names over an entity's records and the condition that the request sets."""
    names, rights, others = open_parts(reading, entity, request, how=how)
    return names, and_(others, rights)


def open_parts(
    reading: Reading, entity: EntityModel, request: PageRequest, *, how: str = ""
) -> tuple[RecordNames, ColumnElement[bool], ColumnElement[bool]]:
    """Return the names over an entity's records, the reader's rights and what else is asked.

    ``how`` a search is answered: ``hits`` finds them first, no more than a common word has,
    ``walking`` asks each record on the way.
    """
    names = names_over(reading, entity)
    source, sources = names.source, names.sources
    deleted = source.c["deleted_at"]
    rights = rows_condition(reading, entity, source, request.action, sources)
    parts: list[ColumnElement[bool]] = [
        deleted.is_not(None) if request.deleted else deleted.is_(None)
    ]
    if request.ids:
        chosen = tuple(Literal(Decimal(each)) for each in request.ids)
        parts.append(compile_condition(Membership(Path(("id",)), chosen), names))
    if request.where is not None:
        parts.append(compile_condition(request.where, names))
    if request.search.strip():
        searched = _SEARCHES.get((how, reading.dialect), search_condition)
        parts.append(searched(names, request.search))
    return names, rights, and_(*parts)


_SEARCHES: Mapping[tuple[str, str], Callable[[RecordNames, str], ColumnElement[bool]]] = (
    MappingProxyType(
        {("hits", "postgresql"): hits_condition, ("walking", "sqlite"): walked_condition}
    )
)


def read_count(session: Session, reading: Reading, request: PageRequest) -> Count:
    """Count the records of a request, up to the cap unless asked exactly."""
    names, condition = open_records(reading, reading.model.entity(request.entity), request)
    ids = _ids(_Asked(names, cast(Joins, names.joins).clause, condition))
    return _count(session, PageStatements(ids, ids, (), 0), request.count)


def _count(
    session: Session,
    statements: PageStatements,
    how: str,
    parameters: Parameters | None = None,
    counted: int | None = None,
) -> Count:
    """Count, unless that was done up to one more than a few."""
    number = counted
    if how == "exact":
        if number is None or number > FEW:
            number = int(session.scalar(statements.exact_count, parameters))
        return Count(number, exact=True)
    if number is None:
        number = int(session.scalar(statements.capped_count, parameters))
    return Count(min(number, COUNT_CAP), exact=number <= COUNT_CAP)


def _ids(asked: _Asked) -> Select[tuple[int]]:
    return select(asked.names.source.c["id"]).select_from(asked.clause).where(asked.condition)


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


def _rows_statement(
    asked: _Asked,
    columns: Sequence[PageColumn],
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
