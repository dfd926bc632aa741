"""The FROM clauses of one statement: tables under their names there, joins, related records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar, cast

from sqlalchemy import ColumnElement, FromClause, and_, exists, select

from cardwright_entities.model.entities import EntityModel


@dataclass
class Joins:
    """A growing FROM clause: the source with the links that were needed."""

    clause: FromClause
    count: int = 0

    def add(self, target: FromClause, condition: ColumnElement[bool]) -> None:
        """Join a link's target; a record without one stays."""
        self.clause = self.clause.outerjoin(target, condition)
        self.count += 1


@dataclass
class Sources:
    """The tables of one statement, each under a name that no other part of it uses."""

    _used: dict[str, int] = field(default_factory=dict)

    def take(self, entity: EntityModel) -> FromClause:
        """Return an entity's table under the next free name."""
        number = self._used.get(entity.name, 0)
        self._used[entity.name] = number + 1
        return entity.alias(number)


class Tabled(Protocol):
    """Names over a table with the joins that they needed."""

    source: FromClause
    joins: Joins | None


Names = TypeVar("Names", bound=Tabled)


@dataclass(eq=False)
class RelatedRecords(Generic[Names]):
    """Records that belong to or point to an outer record; a correlated subquery waiting."""

    names: Names
    condition: ColumnElement[bool]
    outer: Names

    def exists(self, condition: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
        """Return whether there is such a record."""
        joins = cast(Joins, self.names.joins)
        wanted = self.condition if condition is None else and_(self.condition, condition)
        return exists(
            select(self.names.source.c["id"])
            .select_from(joins.clause)
            .where(wanted)
            .correlate(self.outer.source)
        )

    def scalar(
        self, value: ColumnElement[Any], condition: ColumnElement[bool] | None
    ) -> ColumnElement[Any]:
        """Return an aggregate over the related records as a subquery."""
        joins = cast(Joins, self.names.joins)
        wanted = self.condition if condition is None else and_(self.condition, condition)
        statement = select(value).select_from(joins.clause).where(wanted)
        return statement.correlate(self.outer.source).scalar_subquery()

    def first(
        self,
        value: ColumnElement[Any],
        condition: ColumnElement[bool],
        order: Sequence[ColumnElement[Any]],
    ) -> ColumnElement[Any]:
        """Return the value of the first of the related records in an order, as a subquery."""
        joins = cast(Joins, self.names.joins)
        statement = select(value).select_from(joins.clause).where(self.condition, condition)
        # The condition may read what the statement around it has joined, not its source alone.
        outside = statement.order_by(*order).limit(1).correlate_except(self.names.source)
        return outside.scalar_subquery()
