"""Pages whose statements are the same for all readers of a kind: made once and sent again.

Making a statement is much of the work of a small page. Most lists and cards of most readers are
plain: every value stands in the record's own row, and either all records of the entity are open to
them, or their rights compare such values with who they are. Which fields exist for the reader, and
what his rights are, is still asked each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnClause,
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    select,
)

from cardwright_entities.errors import QueryError
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.names import RecordNames, names_over, rows_condition
from cardwright_entities.queries.page_columns import PageColumn, page_columns
from cardwright_entities.queries.page_statements import PageStatements, written
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.queries.sorting import SortKey, is_in_order, sort_keys
from cardwright_entities.queries.sources import Joins
from cardwright_entities.queries.stand_ins import (
    for_any_reader,
    kind_of_reader,
    parameters_of,
    speaks_of_reader,
    stand_in,
)
from cardwright_entities.queries.ways import FEW, is_one_of, ways_of
from cardwright_entities.store.sessions import Parameters, Session

#: The parameters that say which record is wanted, and which are the first of a few.
RECORD, FIRST = "record", "first"

#: Statements kept for an entity: so many sets of columns and orders are in use at once.
_MOST = 200


@dataclass(frozen=True, eq=False)
class PlainPage:
    """The statements of a page, and of the same page where its records are a few of many."""

    every: PageStatements
    few: PageStatements | None = None
    #: tells how many there are, up to one more than a few, and which come first if they are few
    counted: Select[Any] | None = None

    def begin(
        self, session: Session, reading: Reading, request: PageRequest
    ) -> tuple[PageStatements, Parameters, int | None]:
        """Return what to send, its parameters, and how many records there are if that is known."""
        told = parameters_of(reading.context)
        if request.ids:
            told[RECORD] = request.ids[0]
        if self.counted is None or self.few is None:
            return self.every, told, None
        count, first = session.row(self.counted, told) or (0, ())
        if count > FEW:
            return self.every, told, count
        return self.few, {**told, FIRST: list(first)}, count


def plain_page(reading: Reading, request: PageRequest, *, any_order: bool) -> PlainPage | None:
    """Return the statements of a plain page, None for others.

    Without ``any_order`` a page is plain only if an index has the records in its order.
    """
    entity = reading.model.entity(request.entity)
    if not (_asks_plainly(request) and _is_open(reading, entity, request)):
        return None
    shape = (request.columns, request.sort, request.limit, request.deleted, bool(request.ids))
    rights = {each: reading.rows(entity.name, each) for each in ("read", request.action)}
    key = (*shape, reading.dialect, any_order, *rights.items())
    if set(rights.values()) != {True}:
        key = (*key, *kind_of_reader(reading.context))
    kept = entity.kept_statements
    found = kept.get(key, key)
    if found is key:
        found = _make(names_over(stand_in(reading), entity), request, any_order)
        if len(kept) >= _MOST:
            kept.clear()
        kept[key] = found
    return cast("PlainPage | None", found)


def _asks_plainly(request: PageRequest) -> bool:
    special = request.where is not None or request.search or request.after or request.offset
    return not special and not request.totals and len(request.ids) <= 1


def _is_open(reading: Reading, entity: EntityModel, request: PageRequest) -> bool:
    for action in ("read", request.action):
        if not speaks_of_reader(reading.rows(entity.name, action), entity):
            return False
    readable = reading.readable(entity)
    paths = (*request.columns, *(each.path for each in request.sort))
    return all(path.partition(".")[0] in readable for path in paths)


def _make(names: RecordNames, request: PageRequest, any_order: bool) -> PlainPage | None:
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
    return _page_of(names, request, columns, keys, any_order=any_order)


def _page_of(
    names: RecordNames,
    request: PageRequest,
    columns: tuple[PageColumn, ...],
    keys: tuple[SortKey, ...],
    *,
    any_order: bool,
) -> PlainPage:
    own = names.source.c
    deleted = own["deleted_at"]
    parts: list[ColumnElement[bool]] = [
        deleted.is_not(None) if request.deleted else deleted.is_(None)
    ]
    if request.ids:
        parts.append(own["id"] == bindparam(RECORD, type_=BigInteger()))
    there = and_(*parts)
    rights = rows_condition(
        names.reading, names.entity, names.source, request.action, names.sources
    )
    order = [key.ordering(names.dialect) for key in keys]
    cells = [cell for column in columns for cell in column.cells]
    rows = select(own["id"], *cells, *(key.column for key in keys)).order_by(*order)
    most = request.limit + 1
    end = written(most)
    every = and_(there, rights)
    all_ids = select(own["id"]).where(every)

    def statements(rows: Select[Any]) -> PageStatements:
        return PageStatements(for_any_reader(rows), for_any_reader(all_ids), columns, len(keys))

    if any_order or request.ids or request.deleted or _sees_all(names.reading, request):
        return PlainPage(statements(rows.where(every).limit(end)))
    # The index of the list says whose a record is: those of others are passed over in it alone.
    first = statements(rows.where(_one_of(names, all_ids.order_by(*order).limit(end))))
    ways = ways_of(names, rights, there, FEW, bare=True)
    if ways is None:
        return PlainPage(first)
    those = bindparam(FIRST, type_=ARRAY(BigInteger()))
    # Where others write in between, a record may be his no more when it is read.
    few = statements(rows.where(own["id"] == func.any(those), every))
    return PlainPage(first, few, for_any_reader(ways.counted_with_first(keys, most)))


def _sees_all(reading: Reading, request: PageRequest) -> bool:
    return all(reading.rows(request.entity, each) is True for each in ("read", request.action))


def _one_of(names: RecordNames, ids: Select[Any]) -> ColumnElement[bool]:
    ids = ids.correlate(None)
    if names.dialect == "postgresql":
        return is_one_of(names.source, ids)
    return names.source.c["id"].in_(ids)


def _are_own(names: RecordNames, cells: Sequence[ColumnElement[Any]]) -> bool:
    """Tell whether all values stand in the record's own row."""
    if cast(Joins, names.joins).count:
        return False
    return all(isinstance(each, ColumnClause) and each.table is names.source for each in cells)
