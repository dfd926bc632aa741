"""A few of many: records that rights let a reader see in several ways, each by an index of its own.

What is mine, or my team's, or nobody's: PostgreSQL takes such a condition to hold for half of all
records, and walks a million for the five hundred that there are. So the ways are asked one by one,
each as far as matters, and what they find together is the list. Who sees more than that is served
by a walk along the list's own index, which soon has a page full. SQLite does that by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    BooleanClauseList,
    ColumnElement,
    CompoundSelect,
    FromClause,
    SelectBase,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    union,
)
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import Grouping
from sqlalchemy.sql.visitors import iterate

from cardwright_entities.queries.names import RecordNames
from cardwright_entities.queries.sources import Joins
from cardwright_entities.store.sessions import Session

#: So many records are found and put in order rather than met on a walk. With a million of them a
#: walk meets one of these every 200 rows, so that either way a page costs reading some thousand.
FEW = 5_000
#: The same for groups and totals, which read all records that they are about.
FEW_TO_GROUP = 50_000


@dataclass(frozen=True)
class Found:
    """The ids that all ways let in together, and how many there are up to one more than a few."""

    ids: CompoundSelect[Any]
    count: int
    few: int  #: what counted as a few

    @property
    def are_few(self) -> bool:
        """Tell whether these are all."""
        return self.count <= self.few

    def among(self, source: FromClause) -> ColumnElement[bool]:
        """Return the condition that a record is one of them.

        Told beforehand, as an array, they are looked up one by one, where PostgreSQL would rather
        read all records for some thousand of a million.
        """
        return source.c["id"] == func.any(func.array(self.ids.scalar_subquery()))


def find_by_ways(
    session: Session,
    names: RecordNames,
    rights: ColumnElement[bool],
    others: ColumnElement[bool],
    few: int = FEW,
    *,
    bare: bool = False,
) -> Found | None:
    """Ask each way of the rights for records that fit the other conditions; None for one way.

    ``bare``: there are no others than that a record is not deleted, so that an index alone tells of
    a way whether it lets in more than a few.
    """
    ways = _ways(rights) if names.dialect == "postgresql" else ()
    if len(ways) < 2:
        return None
    ids = select(names.source.c["id"]).select_from(cast(Joins, names.joins).clause)
    ids = ids.where(others).correlate(None)
    # A way that is cut has enough by itself, so what is found is right up to the limit.
    found = union(*(ids.where(way).limit(few + 1) for way in ways))
    counted = select(func.count()).select_from(found.limit(few + 1).subquery())
    if bare:
        # The first that lets in many ends it: those that look nowhere else begin.
        plain_first = sorted(ways, key=_looks_elsewhere)
        one = ids.with_only_columns(literal(1))
        many = (exists(one.where(way).offset(few)) for way in plain_first)
        counted = select(case((or_(*many), few + 1), else_=counted.scalar_subquery()))
    return Found(found, int(session.scalar(counted)), few)


def _looks_elsewhere(way: ColumnElement[bool]) -> bool:
    return any(isinstance(each, SelectBase) for each in iterate(way))


def _ways(rights: ColumnElement[bool]) -> Sequence[ColumnElement[bool]]:
    inner = rights.element if isinstance(rights, Grouping) else rights
    if isinstance(inner, BooleanClauseList) and inner.operator is operators.or_:
        return [part for each in inner.clauses for part in _ways(each)]
    return [rights]
