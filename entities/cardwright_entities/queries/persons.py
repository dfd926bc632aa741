"""The employee or contact behind an account: joined to the statement that opens a request."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Label, case, func, null, select

from cardwright_entities.model.model import Model
from cardwright_entities.people.players import organisation_column, player_of

#: Labels of the columns that are added, absent parts as NULL.
COLUMNS = ("employee_id", "employee_department", "employee_organisation")
CONTACT = "contact_id"


def join_person(
    source: FromClause, model: Model | None, account: ColumnElement[Any]
) -> tuple[tuple[ColumnElement[Any], ...], FromClause]:
    """Return columns and joins for the employee and the contact whose user has this account."""
    employee, source = _join_employee(source, model, account)
    # Whoever works here is no contact, whatever is written in a contact's record.
    found = case((employee[0].element.is_(None), _contact(model, account))).label(CONTACT)
    return (*employee, found), source


def _contact(model: Model | None, account: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the one contact in service who signs in with an account; of two it is neither."""
    contacts = player_of(model, "contact")
    if contacts is None:
        return null()
    table = contacts.entity.table.alias()
    link = contacts.column(table, "user")
    if link is None:
        return null()
    mine = select(func.min(table.c["id"])).where(link == account, contacts.in_service(table))
    return mine.having(func.count() == 1).scalar_subquery()


def _join_employee(
    source: FromClause, model: Model | None, account: ColumnElement[Any]
) -> tuple[tuple[Label[Any], ...], FromClause]:
    employees = player_of(model, "employee")
    link = employees.column(employees.entity.table, "user") if employees is not None else None
    if employees is None or link is None:
        return tuple(null().label(name) for name in COLUMNS), source
    table = employees.entity.table
    department = employees.column(table, "department")
    columns = (
        table.c["id"].label(COLUMNS[0]),
        (null() if department is None else department).label(COLUMNS[1]),
        organisation_column(employees, table).label(COLUMNS[2]),
    )
    mine = link == account
    return columns, source.outerjoin(table, mine & table.c["deleted_at"].is_(None))
