"""What ``$me`` and its like mean in SQL."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import literal, select

from cardwright_entities.errors import Message, QueryError
from cardwright_entities.people.belonging import SETS, people_set
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
        if name in SETS:
            return people_set(self.reading.model, principal, name)
        raise QueryError(Message.of("unknown_root", name=name))

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
