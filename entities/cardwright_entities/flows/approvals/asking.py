"""Who is asked: the people behind what a step says, who are there and may read the record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from cardwright_entities.accounts.accounts import find_account
from cardwright_entities.accounts.acting import principal_of
from cardwright_entities.errors import AccessError, CardwrightError, NotFoundError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.people.people import People
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.queries.reading import Reading
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.gate import Records
from cardwright_entities.records.loading import Values
from cardwright_metadata.definitions.approvals import AskedDefinition
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.tree import Expression, Path


@dataclass(frozen=True, eq=False)
class Asking:
    """Finds people for one record; ``gate`` has the rights of the system."""

    gate: Records
    entity: EntityModel
    values: Values

    def accounts(self, asked: AskedDefinition | None) -> dict[int, int]:
        """Return the employees who can be asked with their accounts, in their order."""
        people = People(self.gate.session, self.gate.model)
        return self.of_employees(self._employees(asked, people))

    def of_employees(self, employees: Iterable[int]) -> dict[int, int]:
        """Return those of some employees who can be asked with their accounts."""
        found: dict[int, int] = {}
        people = People(self.gate.session, self.gate.model)
        for employee in dict.fromkeys(employees):
            account = people.account_of(employee)
            if account is not None and self.may_read(account):
                found[employee] = account
        return found

    def may_read(self, account: int) -> bool:
        """Tell whether an account may read the record: nobody decides on what he cannot see."""
        gate = self.gate
        try:
            principal, _ = principal_of(gate.session, gate.model, account)
        except AccessError:
            return False
        if not gate.policy.may(principal, self.entity.name, "read"):
            return False
        context = replace(gate.context, principal=principal)
        reading = Reading(gate.model, gate.policy, context, gate.session.dialect, gate.settings)
        condition = rows_condition(reading, self.entity, self.entity.table)
        number = int(str(self.values["id"]))
        return bool(gate.loader.records(self.entity, [number], condition=condition))

    def holds(self, condition: Expression | None) -> bool:
        """Tell whether a condition holds; one that can no longer be read does, to be sure."""
        if condition is None:
            return True
        names = RecordValues(self.gate.evaluator, self.entity, self.values)
        try:
            return self.gate.evaluator.holds(condition, names)
        except (ExpressionError, CardwrightError):
            return True

    def _employees(self, asked: AskedDefinition | None, people: People) -> Iterator[int]:
        if asked is None:
            return
        if asked.kind == "role":
            organisation = self._value(asked.within) if asked.within else None
            if not asked.within or organisation is not None:
                yield from people.employees_in_role(asked.names[0], organisation)
            return
        if asked.kind == "user":
            yield from self._named(asked.names[0], people)
            return
        for path in asked.names:
            value = self._value(path)
            if value is not None:
                yield from self._of_value(asked, path, value, people)

    def _of_value(
        self, asked: AskedDefinition, path: str, value: int, people: People
    ) -> Iterator[int]:
        match asked.kind:
            case "superior_of":
                superior = people.superior_of(value)
                yield from () if superior is None else (superior,)
            case "superiors_of":
                yield from self._superiors(value, asked.until, people)
            case "department_manager":
                manager = people.manager_of(value)
                yield from () if manager is None else (manager,)
            case "team":
                yield from people.members_of(value)
            case _:
                yield from self._of_field(path, value, people)

    def _named(self, name: str, people: People) -> tuple[int, ...]:
        """Return who signs in with a name or, where nobody ever did, has it as his code."""
        try:
            account = find_account(self.gate.session, name).id
        except NotFoundError:
            return people.employees_with_code(name)
        employee = people.employee_of(account)
        return () if employee is None else (employee,)

    def _superiors(self, employee: int, until: Expression | None, people: People) -> Iterator[int]:
        player = self.gate.model.catalog.player("employee")
        for each in people.superiors_of(employee):
            yield each
            if player is None or until is None:
                continue
            entity = self.gate.model.entity(player.name)
            stored = self.gate.loader.records(entity, [each]).get(each, {})
            try:
                if self.gate.evaluator.holds(
                    until, RecordValues(self.gate.evaluator, entity, stored)
                ):
                    return
            except ExpressionError:
                continue

    def _of_field(self, path: str, value: int, people: People) -> Iterator[int]:
        target = self._target(path)
        part = {
            player.name: part
            for part in ("employee", "user", "team")
            if (player := self.gate.model.catalog.player(part)) is not None
        }.get(target)
        if part == "team":
            yield from people.members_of(value)
        elif part == "user":
            employee = people.employee_of(value)
            yield from () if employee is None else (employee,)
        elif part == "employee":
            yield value

    def _value(self, path: str) -> int | None:
        """Return the record that a path leads to, None where the path is gone."""
        names = RecordValues(self.gate.evaluator, self.entity, self.values)
        try:
            value = names.value(Path(tuple(path.split("."))))
        except (CardwrightError, LookupError):
            return None
        found = value.id if isinstance(value, RecordRef) else value
        return found if isinstance(found, int) else None

    def _target(self, path: str) -> str:
        entity = self.entity
        *way, last = path.split(".")
        for name in way:
            found = entity.fields.get(name)
            if found is None or not found.targets:
                return ""
            entity = self.gate.model.entity(found.targets[0])
        end = entity.fields.get(last)
        if end is None:
            return ""
        if end.type.relation == "any":
            value = RecordValues(self.gate.evaluator, self.entity, self.values).value(
                Path(tuple(path.split(".")))
            )
            return value.entity if isinstance(value, RecordRef) else ""
        return end.targets[0] if len(end.targets) == 1 else ""
