"""The tables of people: who plays employee, department, organisation, team and user, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    and_,
    any_,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.sql.functions import coalesce

from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model


@dataclass(frozen=True, eq=False)
class Player:
    """The entity that plays a part, with the fields that fill its roles."""

    model: Model
    part: str
    entity: EntityModel

    def field(self, role: str) -> FieldModel | None:
        """Return the field that fills a role, None if none does."""
        name = self.model.catalog.part(self.part, role)
        return self.entity.fields.get(name) if name else None

    def column(self, source: FromClause, role: str) -> ColumnElement[Any] | None:
        """Return the column of a role in a source, None if no column fills it."""
        found = self.field(role)
        return source.c[found.columns[0].name] if found is not None and found.columns else None

    def in_service(self, source: FromClause) -> ColumnElement[bool]:
        """Return whether a record is there and has not been retired."""
        active = self.column(source, "active")
        there = source.c["deleted_at"].is_(None)
        return there if active is None else and_(there, active.is_not(false()))


def player_of(model: Model | None, part: str) -> Player | None:
    """Return who plays a part, None if nobody does."""
    definition = model.catalog.player(part) if model is not None else None
    if model is None or definition is None:
        return None
    return Player(model, part, model.entity(definition.name))


def organisation_column(employees: Player, source: FromClause) -> ColumnElement[Any]:
    """Return the organisation of employees of a source: their own, else that of the department."""
    own = employees.column(source, "organisation")
    department = employees.column(source, "department")
    departments = player_of(employees.model, "department")
    found: ColumnElement[Any] | None = None
    if departments is not None and department is not None:
        table = departments.entity.table.alias()
        organisation = departments.column(table, "organisation")
        if organisation is not None:
            of_department = select(organisation).where(table.c["id"] == department)
            found = of_department.correlate(source).scalar_subquery()
    given = [each for each in (own, found) if each is not None]
    if not given:
        return null()
    return given[0] if len(given) == 1 else coalesce(*given)


def below_in_tree(player: Player, role: str, top: ColumnElement[Any], *, itself: bool) -> Any:  # noqa: ANN401 - a select of ids, of one table or recursive
    """Return a select of the records below one along a role such as superior or parent.

    A tree has its closure table; a plain link to the same entity is followed step by step.
    """
    entity, found = player.entity, player.field(role)
    if found is None or not found.columns:
        table = entity.table.alias()
        return select(table.c["id"]).where(table.c["id"] == top, true() if itself else false())
    closure = entity.tables.closure
    if closure is not None and entity.tree is not None and entity.tree.name == found.name:
        way = closure.alias()
        deep = true() if itself else way.c.depth > 0
        return select(way.c.descendant).where(way.c.ancestor == top, deep)
    first, next_ = entity.table.alias(), entity.table.alias()
    column = found.columns[0].name
    start = first.c["id"] == top if itself else first.c[column] == top
    steps = select(first.c["id"].label("id")).where(start).cte(recursive=True)
    steps = steps.union(select(next_.c["id"]).where(next_.c[column] == steps.c.id))
    return select(steps.c.id).where(or_(true() if itself else false(), steps.c.id != top))


def above_in_tree(player: Player, role: str, inner: ColumnElement[Any]) -> Any:  # noqa: ANN401 - a select of ids, of one table or recursive
    """Return a select of a record and those above it along a role such as parent."""
    entity, found = player.entity, player.field(role)
    if found is None or not found.columns:
        return select(inner)
    closure = entity.tables.closure
    if closure is not None and entity.tree is not None and entity.tree.name == found.name:
        way = closure.alias()
        return select(way.c.ancestor).where(way.c.descendant == inner)
    here, above = entity.table.alias(), entity.table.alias()
    column = found.columns[0].name
    start = select(here.c["id"], here.c[column].label("up")).where(here.c["id"] == inner)
    steps = start.cte(recursive=True)
    steps = steps.union(select(above.c["id"], above.c[column]).where(above.c["id"] == steps.c.up))
    return select(steps.c.id)


def has_text(column: ColumnElement[Any], text: str, dialect: str) -> ColumnElement[bool]:
    """Return whether a column of several texts holds one of them."""
    if dialect == "postgresql":
        return literal(text) == any_(column)
    listed = func.json_each(column).table_valued("value")
    return literal(text).in_(select(listed.c.value).select_from(listed))
