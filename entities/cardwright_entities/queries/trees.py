"""What lies at or below a record of a tree, over records that the reader may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, exists, false, or_, select, true

from cardwright_entities.errors import Message, QueryError
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.reading import Reading

#: Tells of a record of some entity and source whether it exists for the reader.
Visible = Callable[[EntityModel, FromClause], ColumnElement[bool]]


@dataclass(frozen=True, eq=False)
class Tree:
    """The tree behind a link or a picklist; ``visible`` is None where rights are no question."""

    reading: Reading
    link: FieldModel
    visible: Visible | None

    def under(self, column: ColumnElement[Any], operand: object) -> ColumnElement[bool]:
        """Return whether the link's column lies at or below a record (its id, code or title)."""
        if not self.link.targets:
            return self._under_choice(column, operand)
        target = self.reading.model.entity(self.link.targets[0])
        closure = target.tables.closure
        if closure is None or target.tree is None:
            raise QueryError(Message.of("not_a_tree", name=self.link.name))
        if self.visible and target.tree.name not in self.reading.readable(target):
            raise QueryError(Message.of("unknown_field", name=target.tree.name, entity=target.name))
        way = closure.alias()
        below = select(way.c.descendant).where(
            way.c.ancestor.in_(self._tops(target, operand)), self._open_way(target, way)
        )
        return column.in_(below)

    def _open_way(self, target: EntityModel, way: FromClause) -> ColumnElement[bool]:
        """Return whether every record passed on the way up exists for the reader.

        The record at the top need not: its id stands in the last link.
        """
        if self.visible is None or self.reading.rows(target.name) is True:
            return true()
        passed = target.table.alias()
        closure = target.tables.closure
        assert closure is not None
        lower, upper = closure.alias(), closure.alias()
        seen = select(passed.c["id"]).where(self.visible(target, passed))
        hidden = and_(
            lower.c.descendant == way.c.descendant,
            upper.c.ancestor == way.c.ancestor,
            lower.c.ancestor == upper.c.descendant,
            lower.c.ancestor != way.c.ancestor,
            lower.c.ancestor.not_in(seen),
        )
        between = select(lower.c.ancestor).join(upper, lower.c.ancestor == upper.c.descendant)
        return ~exists(between.where(hidden).correlate(way))

    def _tops(self, target: EntityModel, operand: object) -> Any:  # noqa: ANN401 - ids or a query
        if operand is None:
            return []
        if isinstance(operand, str):
            return self._named(target, operand)
        return list(operand) if isinstance(operand, (list, tuple, set)) else [operand]

    def _named(self, target: EntityModel, text: str) -> Select[Any]:
        table = target.table.alias()
        readable = self.reading.readable(target)
        candidates = [target.title] + [
            each for each in target.stored if each.definition.unique and each.type.searchable
        ]
        matches = [
            table.c[each.columns[0].name] == text
            for each in candidates
            if each is not None and each.columns and (not self.visible or each.name in readable)
        ]
        there: ColumnElement[bool] = table.c["deleted_at"].is_(None)
        if self.visible:
            there = self.visible(target, table)
        return select(table.c["id"]).where(there, or_(false(), *matches))

    def _under_choice(self, column: ColumnElement[Any], operand: object) -> ColumnElement[bool]:
        picklist = self.link.definition.options.get("of")
        picklists = self.reading.model.catalog.picklists
        if picklist is None or str(picklist) not in picklists:
            raise QueryError(Message.of("not_a_tree", name=self.link.name))
        own = picklists[str(picklist)].choices
        wanted = {str(operand)}
        grown = True
        while grown:
            below = {code for code, choice in own.items() if choice.parent in wanted}
            grown = not below <= wanted
            wanted |= below
        return column.in_(sorted(wanted))
