"""Questions about people that approvals, rules and rights ask: superiors, managers, roles."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from cardwright_entities.contexts import Principal
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.model import Model
from cardwright_entities.people import belonging
from cardwright_entities.people.players import (
    Player,
    has_text,
    organisation_column,
    player_of,
)
from cardwright_entities.store.sessions import Session


@dataclass(frozen=True, eq=False)
class People:
    """The people of an installation as they stand now, in one transaction.

    Who has left, or is in the recycle bin, is nobody's superior, manager or colleague. No rights
    are asked: these are answers for the engine, not for a page.
    """

    session: Session
    model: Model

    def superior_of(self, employee: int) -> int | None:
        """Return the nearest superior of an employee who is in service."""
        return next(iter(self.superiors_of(employee)), None)

    def superiors_of(self, employee: int) -> tuple[int, ...]:
        """Return the superiors of an employee in order, the nearest first."""
        player = player_of(self.model, "employee")
        found = player.field("superior") if player is not None else None
        if player is None or found is None or not found.columns:
            return ()
        chain: dict[int, bool] = {}
        table = player.entity.table
        above = found.columns[0]
        current: int | None = employee
        while current is not None and current not in chain:
            statement = select(above, player.in_service(table)).where(table.c["id"] == current)
            row = self.session.row(statement)
            chain[current] = row is not None and bool(row[1]) and current != employee
            current = None if row is None else row[0]
        return tuple(each for each, serves in chain.items() if serves)

    def subordinates_of(self, employee: int) -> frozenset[int]:
        """Return the employees below one, near and far."""
        return frozenset(self._ids(belonging.subordinates(self.model, employee)))

    def manager_of(self, department: int) -> int | None:
        """Return who manages a department, None if nobody in service does."""
        player = player_of(self.model, "department")
        if player is None:
            return None
        table = player.entity.table
        manager = player.column(table, "manager")
        if manager is None:
            return None
        row = self.session.row(select(manager).where(table.c["id"] == department))
        return next(iter(self._serving([row[0]])), None) if row is not None else None

    def department_of(self, employee: int) -> int | None:
        """Return the department of an employee."""
        player = player_of(self.model, "employee")
        column = player.column(player.entity.table, "department") if player is not None else None
        if player is None or column is None:
            return None
        row = self.session.row(select(column).where(player.entity.table.c["id"] == employee))
        return None if row is None else row[0]

    def members_of(self, team: int) -> tuple[int, ...]:
        """Return the employees in a team, its leader included, in the order of their ids."""
        return self._serving(self._ids(belonging.members_of(self.model, team)))

    def behind(self, owner: object) -> tuple[int, ...]:
        """Return the employee that an owner is, or the members of the team; nobody of nothing."""
        if not isinstance(owner, RecordRef):
            return ()
        team = self.model.catalog.player("team")
        is_team = team is not None and owner.entity == team.name
        return self.members_of(owner.id) if is_team else (owner.id,)

    def teams_of(self, employee: int) -> frozenset[int]:
        """Return the teams that an employee is in or leads."""
        return frozenset(self._ids(belonging.teams_of(self.model, employee)))

    def employees_in_role(self, role: str, organisation: int | None = None) -> tuple[int, ...]:
        """Return the employees whose user has a role, or is in a group with it, by their ids.

        ``organisation`` keeps those who are in it or in one below it.
        """
        found = self._employees_with_users()
        roles = found[1].column(found[3], "roles") if found is not None else None
        if found is None or roles is None:
            return ()
        employees, users, employee, user, joined = found
        has_role = has_text(roles, role, self.session.dialect)
        grouped = belonging.users_in_groups(self.model, role, self.session.dialect)
        if grouped is not None:
            has_role = or_(has_role, user.c["id"].in_(grouped))
        statement = (
            select(employee.c["id"])
            .select_from(joined)
            .where(employees.in_service(employee), users.in_service(user), has_role)
            .order_by(employee.c["id"])
        )
        within = belonging.parts_of(self.model, "organisation", organisation or 0)
        if organisation is not None and within is not None:
            statement = statement.where(organisation_column(employees, employee).in_(within))
        return tuple(row[0] for row in self.session.rows(statement))

    def account_of(self, employee: int) -> int | None:
        """Return the account of an employee, None if he has none that is in use."""
        found = self._employees_with_users()
        if found is None:
            return None
        employees, users, employee_table, user, joined = found
        statement = select(user.c["id"]).select_from(joined)
        wanted = employee_table.c["id"] == employee
        serves = users.in_service(user), employees.in_service(employee_table)
        row = self.session.row(statement.where(wanted, *serves))
        return None if row is None else row[0]

    def accounts_of(self, employees: Collection[int]) -> frozenset[int]:
        """Return the accounts in use of some employees."""
        found = self._employees_with_users()
        if found is None or not employees:
            return frozenset()
        players, users, employee, user, joined = found
        serves = users.in_service(user), players.in_service(employee)
        statement = select(user.c["id"]).select_from(joined)
        wanted = employee.c["id"].in_(sorted(employees))
        return frozenset(row[0] for row in self.session.rows(statement.where(wanted, *serves)))

    def employees_within(self, department: int) -> tuple[int, ...]:
        """Return the employees of a department and of those below it, in the order of their ids."""
        player = player_of(self.model, "employee")
        column = player.column(player.entity.table, "department") if player is not None else None
        within = belonging.parts_of(self.model, "department", department)
        if player is None or column is None or within is None:
            return ()
        statement = select(player.entity.table.c["id"]).where(column.in_(within))
        return self._serving(row[0] for row in self.session.rows(statement))

    def employee_of(self, account: int) -> int | None:
        """Return the employee behind an account, None if there is none in service."""
        player = player_of(self.model, "employee")
        column = player.column(player.entity.table, "user") if player is not None else None
        if player is None or column is None:
            return None
        table = player.entity.table
        statement = select(table.c["id"]).where(column == account, player.in_service(table))
        row = self.session.row(statement.order_by(table.c["id"]))
        return None if row is None else row[0]

    def employees_with_code(self, code: str) -> tuple[int, ...]:
        """Return the employees in service who have a code, in the order of their ids."""
        player = player_of(self.model, "employee")
        column = player.column(player.entity.table, "code") if player is not None else None
        if player is None or column is None:
            return ()
        table = player.entity.table
        wanted = select(table.c["id"]).where(column == code, player.in_service(table))
        return tuple(self._ids(wanted.order_by(table.c["id"])))

    def set_of(self, principal: Principal, variable: str) -> tuple[RecordRef, ...]:
        """Return the records that ``$my_subordinates`` and its like mean to a principal."""
        player = self.model.catalog.player(belonging.SETS[variable])
        found = self._ids(belonging.people_set(self.model, principal, variable))
        return tuple(RecordRef(player.name, each) for each in sorted(found)) if player else ()

    def _employees_with_users(self) -> tuple[Player, Player, Any, Any, Any] | None:
        employees, users = player_of(self.model, "employee"), player_of(self.model, "user")
        if employees is None or users is None:
            return None
        employee, user = employees.entity.table.alias(), users.entity.table.alias()
        link = employees.column(employee, "user")
        if link is None:
            return None
        return employees, users, employee, user, employee.join(user, link == user.c["id"])

    def _serving(self, employees: Any) -> tuple[int, ...]:  # noqa: ANN401 - ids, some empty
        player = player_of(self.model, "employee")
        wanted = sorted({each for each in employees if each is not None})
        if player is None or not wanted:
            return ()
        table = player.entity.table
        statement = select(table.c["id"]).where(table.c["id"].in_(wanted), player.in_service(table))
        return tuple(row[0] for row in self.session.rows(statement.order_by(table.c["id"])))

    def _ids(self, statement: Any) -> list[int]:  # noqa: ANN401 - a select of ids or None
        if statement is None:
            return []
        return [row[0] for row in self.session.rows(statement)]
