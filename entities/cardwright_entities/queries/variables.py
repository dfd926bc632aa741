"""What ``$me`` and its like mean in SQL."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, literal, select

from cardwright_entities.errors import Message, QueryError
from cardwright_entities.expressions.values import ValueType, record_of
from cardwright_entities.people.belonging import SETS, people_set
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.record_sets import entity_of_set, ids_of_set, is_record_set


@dataclass(frozen=True)
class SqlVariables:
    """The named values of one reader."""

    reading: Reading
    trusted: bool = False  #: for rights, which look at values behind the reader's back

    def value(self, name: str) -> object:
        """Return a Python value to bind, None when the reader has none, or a subquery of ids."""
        principal = self.reading.context.principal
        simple = {
            "$me": principal.employee,
            "$user": principal.account,
            "$my_department": principal.department,
            "$my_organisation": principal.organisation,
            "$contact": principal.contact,
        }
        if name in simple:
            return simple[name]
        if name.startswith("$me."):
            return self._of_person("employee", principal.employee, name.split(".")[1])
        if name.startswith("$contact."):
            return self._of_person("contact", principal.contact, name.split(".")[1])
        if name.startswith("$setting."):
            return self.reading.settings.get(name.removeprefix("$setting."))
        if is_record_set(name):
            made = self.reading.selects
            if name not in made:
                made[name] = self._records(name)
            return made[name]
        if name in SETS:
            return people_set(self.reading.model, principal, name)
        raise QueryError(Message.of("unknown_root", name=name))

    def _records(self, name: str) -> object:
        """Return the records that a name means to the reader, found once in a statement.

        They are shared with him, or marked by him. On PostgreSQL as an array: told beforehand, it
        lets ``or`` use the index of the ids.
        """
        ids = ids_of_set(self.reading.model, self.reading.context, name)
        if ids is None:
            return None
        found = select(ids.cte())
        if self.reading.dialect != "postgresql":
            return found
        return func.array(found.scalar_subquery()), ValueType(
            "list", item=record_of(entity_of_set(name))
        )

    def _of_person(self, part: str, record: int | None, name: str) -> object:
        """Return a field of the record that the reader himself is, unless it is hidden from him."""
        player = self.reading.model.catalog.player(part)
        if player is None:
            return None
        model = self.reading.model.entity(player.name)
        there = name in model.fields and bool(model.fields[name].columns)
        if not there or not (self.trusted or name in self.reading.readable(model)):
            raise QueryError(Message.of("unknown_field", name=name, entity=player.name))
        # Of an alias: the statement around it may be about the same entity.
        table = model.table.alias()
        statement = select(table.c[model.fields[name].columns[0].name])
        return statement.where(table.c["id"] == literal(record)).scalar_subquery()
