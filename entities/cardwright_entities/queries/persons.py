"""The employee behind an account: joined to the statement that opens a request."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, null

from cardwright_entities.model.model import Model
from cardwright_entities.people.players import organisation_column, player_of

#: Labels of the columns that are added, absent parts as NULL.
COLUMNS = ("employee_id", "employee_department", "employee_organisation")


def join_employee(
    source: FromClause, model: Model | None, account: ColumnElement[Any]
) -> tuple[tuple[ColumnElement[Any], ...], FromClause]:
    """Return columns and join for the employee whose user has this account."""
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
