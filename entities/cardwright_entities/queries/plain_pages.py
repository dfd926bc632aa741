"""Pages whose statements depend on nothing of their reader: made once and sent again.

Making a statement is much of the work of a small page. Most lists and cards of most readers are
plain: all records of the entity are open to them and every value stands in the record's own row.
Which fields exist for the reader is still asked each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import BigInteger, ColumnClause, ColumnElement, and_, bindparam, select

from cardwright_entities.errors import QueryError
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.names import RecordNames, names_over
from cardwright_entities.queries.page_columns import page_columns
from cardwright_entities.queries.page_statements import PageStatements
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.queries.sorting import is_in_order, sort_keys
from cardwright_entities.queries.sources import Joins

#: The parameter that says which record is wanted.
RECORD = "record"

#: Statements kept for an entity: so many sets of columns and orders are in use at once.
_MOST = 200


def plain_page(reading: Reading, request: PageRequest, *, any_order: bool) -> PageStatements | None:
    """Return the statements of a plain page, None for others.

    Without ``any_order`` a page is plain only if an index has the records in its order.
    """
    entity = reading.model.entity(request.entity)
    if not (_asks_plainly(request) and _is_open(reading, entity, request)):
        return None
    shape = (request.columns, request.sort, request.limit, request.deleted, bool(request.ids))
    key = (*shape, reading.dialect, any_order)
    kept = entity.kept_statements
    found = kept.get(key, key)
    if found is key:
        found = _make(names_over(reading, entity), request, any_order)
        if len(kept) >= _MOST:
            kept.clear()
        kept[key] = found
    return cast("PageStatements | None", found)


def _asks_plainly(request: PageRequest) -> bool:
    special = request.where is not None or request.search or request.after or request.offset
    return not special and not request.totals and len(request.ids) <= 1


def _is_open(reading: Reading, entity: EntityModel, request: PageRequest) -> bool:
    if reading.rows(entity.name) is not True:
        return False
    if reading.rows(entity.name, request.action) is not True:
        return False
    readable = reading.readable(entity)
    paths = (*request.columns, *(each.path for each in request.sort))
    return all(path.partition(".")[0] in readable for path in paths)


def _make(names: RecordNames, request: PageRequest, any_order: bool) -> PageStatements | None:
    try:
        columns, missing = page_columns(names, request.columns)
        keys = sort_keys(names, request.sort)
    except QueryError:
        return None  # refused in words where pages are made
    if missing or not (any_order or is_in_order(names, keys)):
        return None
    cells = [cell for column in columns for cell in column.cells]
    if not _are_own(names, [*cells, *(key.column for key in keys)]):
        return None
    own = names.source.c
    deleted = own["deleted_at"]
    parts: list[ColumnElement[bool]] = [
        deleted.is_not(None) if request.deleted else deleted.is_(None)
    ]
    if request.ids:
        parts.append(own["id"] == bindparam(RECORD, type_=BigInteger()))
    there = and_(*parts)
    order = (key.ordering(names.dialect) for key in keys)
    rows = select(own["id"], *cells, *(key.column for key in keys)).where(there)
    return PageStatements(
        rows=rows.order_by(*order).limit(request.limit + 1),
        ids=select(own["id"]).where(there),
        columns=columns,
        keys=len(keys),
    )


def _are_own(names: RecordNames, cells: Sequence[ColumnElement[Any]]) -> bool:
    """Tell whether all values stand in the record's own row."""
    if cast(Joins, names.joins).count:
        return False
    return all(isinstance(each, ColumnClause) and each.table is names.source for each in cells)
