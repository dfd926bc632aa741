"""A few of many: records that rights let a reader see in several ways, each by an index of its own.

What is mine, or my team's, or nobody's: PostgreSQL takes such a condition to hold for half of all
records, and walks a million for the five hundred that there are. So the ways are asked one by one,
each as far as matters, and what they find together is the list. Who sees more than that is served
by a walk along the list's own index, which soon has a page full. SQLite does that by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from sqlalchemy import (
    BooleanClauseList,
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    SelectBase,
    case,
    exists,
    func,
    null,
    or_,
    select,
    union,
)
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import Grouping
from sqlalchemy.sql.visitors import iterate

from cardwright_entities.queries.names import RecordNames
from cardwright_entities.queries.page_statements import written
from cardwright_entities.queries.sorting import SortKey
from cardwright_entities.queries.sources import Joins
from cardwright_entities.store.sessions import Session

#: So many records are found and put in order rather than met on a walk. With a million of them a
#: walk meets one of these every 500 entries of an index, so that either way a page takes thousands.
FEW = 2_000
#: The same for groups and totals, which read all records that they are about.
FEW_TO_GROUP = 50_000


@dataclass(frozen=True, eq=False)
class Ways:
    """What all ways let in together, waiting to be asked for.

    A way that is cut has enough by itself, so what is found is right up to the limit.
    """

    names: RecordNames
    each: tuple[Select[Any], ...]  #: the ids that a way lets in, up to one more than a few
    few: int  #: what counts as a few
    #: whether a way alone lets in more than that, as far as an index tells
    many: ColumnElement[bool] | None = None

    @property
    def ids(self) -> CompoundSelect[Any]:
        """Return a select of all their ids."""
        return union(*self.each)

    @property
    def counted(self) -> Select[Any]:
        """Return how many there are, up to one more than a few."""
        return select(self._unless_many(self._count(self.ids.subquery())))

    def counted_with_first(self, keys: Sequence[SortKey], most: int) -> Select[Any]:
        """Return how many there are and, if they are a few, the ids of the first by sort keys."""
        columns = [key.column.label(f"key_{number}") for number, key in enumerate(keys)]
        found = union(*(way.add_columns(*columns) for way in self.each)).cte()
        order = [replace(key, column=found.c[f"key_{n}"]) for n, key in enumerate(keys)]
        first = select(found.c["id"]).order_by(*(k.ordering(self.names.dialect) for k in order))
        ids = func.array(first.limit(written(most)).scalar_subquery())
        count = self._count(found)
        if self.many is None:
            return select(count, ids)
        # In a select of its own it is asked once.
        asked = select(self.many.label("many")).cte().prefix_with("MATERIALIZED")
        return select(
            case((asked.c.many, written(self.few + 1)), else_=count),
            case((asked.c.many, null()), else_=ids),
        )

    def _count(self, found: FromClause) -> ColumnElement[int]:
        cut = select(found.c["id"]).limit(written(self.few + 1)).subquery()
        return select(func.count()).select_from(cut).scalar_subquery()

    def _unless_many(self, count: ColumnElement[int]) -> ColumnElement[int]:
        return count if self.many is None else case((self.many, written(self.few + 1)), else_=count)

    def among(self, source: FromClause) -> ColumnElement[bool]:
        """Return the condition that a record is one of them, if they are a few."""
        return is_one_of(source, self.ids)


def is_one_of(source: FromClause, ids: SelectBase) -> ColumnElement[bool]:
    """Return the condition that a record is one of a few, for PostgreSQL.

    Told beforehand, as an array, they are looked up one by one, where PostgreSQL would rather
    read all records for some thousand of a million.
    """
    return source.c["id"] == func.any(func.array(ids.scalar_subquery()))


def ways_of(
    names: RecordNames,
    rights: ColumnElement[bool],
    others: ColumnElement[bool],
    few: int,
    *,
    bare: bool = False,
) -> Ways | None:
    """Return how to ask each way of the rights for records that fit the other conditions.

    None for one way. ``bare``: there are no others than that a record is not deleted, so that an
    index alone tells of a way whether it lets in more than a few.
    """
    ways = _ways(rights) if names.dialect == "postgresql" else ()
    if len(ways) < 2:
        return None
    ids = select(names.source.c["id"]).select_from(cast(Joins, names.joins).clause)
    ids = ids.where(others).correlate(None)
    each = tuple(ids.where(way).limit(written(few + 1)) for way in ways)
    if not bare:
        return Ways(names, each, few)
    # The first that lets in many ends it: those that look nowhere else begin.
    plain_first = sorted(ways, key=_looks_elsewhere)
    one = ids.with_only_columns(written(1))
    many = or_(*(exists(one.where(way).offset(written(few))) for way in plain_first))
    return Ways(names, each, few, many)


@dataclass(frozen=True, eq=False)
class Found:
    """Ways that were asked, and how many records they let in, up to one more than a few."""

    ways: Ways
    count: int

    @property
    def are_few(self) -> bool:
        """Tell whether these are all."""
        return self.count <= self.ways.few

    def among(self, source: FromClause) -> ColumnElement[bool]:
        """Return the condition that a record is one of them."""
        return self.ways.among(source)


def find_by_ways(
    session: Session,
    names: RecordNames,
    rights: ColumnElement[bool],
    others: ColumnElement[bool],
    few: int = FEW,
    *,
    bare: bool = False,
) -> Found | None:
    """Ask the ways of the rights how many records they let in; None for one way."""
    ways = ways_of(names, rights, others, few, bare=bare)
    return None if ways is None else Found(ways, int(session.scalar(ways.counted)))


def _looks_elsewhere(way: ColumnElement[bool]) -> bool:
    return any(isinstance(each, SelectBase) for each in iterate(way))


def _ways(rights: ColumnElement[bool]) -> Sequence[ColumnElement[bool]]:
    inner = rights.element if isinstance(rights, Grouping) else rights
    if isinstance(inner, BooleanClauseList) and inner.operator is operators.or_:
        return [part for each in inner.clauses for part in _ways(each)]
    return [rights]
