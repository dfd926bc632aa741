"""What ``$me`` and its like mean in SQL, and what lies under a node of a tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, literal, or_, select

from cardwright_entities.errors import Message, QueryError
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.reading import Reading


@dataclass(frozen=True)
class SqlVariables:
    """The named values of one reader."""

    reading: Reading

    def value(self, name: str) -> object:
        """Return a Python value to bind, None when the reader has none, or a subquery of ids."""
        principal = self.reading.context.principal
        simple = {
            "$me": principal.employee,
            "$user": principal.account,
            "$my_department": principal.department,
            "$my_organisation": principal.organisation,
            "$contact": None,
        }
        if name in simple:
            return simple[name]
        if name.startswith("$me."):
            return self._of_me(name.split(".")[1])
        if name.startswith("$setting."):
            return self.reading.settings.get(name.removeprefix("$setting."))
        if name == "$my_subordinates":
            return self._subordinates()
        raise QueryError(Message.of("unknown_root", name=name))

    def under(
        self, found: FieldModel, column: ColumnElement[Any], operand: object
    ) -> ColumnElement[bool]:
        """Return whether a link's column lies at or below a record of its tree."""
        if not found.targets:
            return self._under_choice(found, column, operand)
        target = self.reading.model.entity(found.targets[0])
        closure = target.tables.closure
        if closure is None:
            raise QueryError(Message.of("not_a_tree", name=found.name))
        below = select(closure.c.descendant).where(
            closure.c.ancestor.in_(self._ancestors(target, operand))
        )
        return column.in_(below)

    def _ancestors(self, target: EntityModel, operand: object) -> Any:  # noqa: ANN401
        if operand is None:
            return []
        if isinstance(operand, int) and not isinstance(operand, bool):
            return [operand]
        if isinstance(operand, str):
            return self._named(target, operand)
        if isinstance(operand, ColumnElement):
            return [operand]
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
            if each is not None and each.columns and each.name in readable
        ]
        return select(table.c["id"]).where(table.c["deleted_at"].is_(None), or_(false(), *matches))

    def _under_choice(
        self, found: FieldModel, column: ColumnElement[Any], operand: object
    ) -> ColumnElement[bool]:
        picklist = found.definition.options.get("of")
        picklists = self.reading.model.catalog.picklists
        if picklist is None or str(picklist) not in picklists:
            raise QueryError(Message.of("not_a_tree", name=found.name))
        own = picklists[str(picklist)].choices
        wanted = {str(operand)}
        grown = True
        while grown:
            below = {code for code, choice in own.items() if choice.parent in wanted}
            grown = not below <= wanted
            wanted |= below
        return column.in_(sorted(wanted))

    def _of_me(self, name: str) -> object:
        employee = self.reading.model.catalog.player("employee")
        if employee is None:
            return None
        model = self.reading.model.entity(employee.name)
        if name not in self.reading.readable(model) or not model.fields[name].columns:
            raise QueryError(Message.of("unknown_field", name=name, entity=employee.name))
        statement = select(model.table.c[model.fields[name].columns[0].name])
        me = self.reading.context.principal.employee
        return statement.where(model.table.c["id"] == literal(me)).scalar_subquery()

    def _subordinates(self) -> object:
        employee = self.reading.model.catalog.player("employee")
        principal = self.reading.context.principal
        if employee is None or principal.employee is None:
            return []
        model = self.reading.model.entity(employee.name)
        superior = self.reading.model.catalog.part("employee", "superior")
        if superior is None:
            return []
        if model.tables.closure is not None and model.tree and model.tree.name == superior:
            closure = model.tables.closure
            return select(closure.c.descendant).where(
                closure.c.ancestor == literal(principal.employee), closure.c.depth > 0
            )
        column = model.fields[superior].columns[0]
        return select(model.table.c["id"]).where(column == literal(principal.employee))
