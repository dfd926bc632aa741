"""The employee behind an account: joined to the statement that opens a request."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, null

from cardwright_entities.model.model import Model

#: Labels of the columns that are added, absent parts as NULL.
COLUMNS = ("employee_id", "employee_department", "employee_organisation")


def join_employee(
    source: FromClause, model: Model | None, account: ColumnElement[Any]
) -> tuple[tuple[ColumnElement[Any], ...], FromClause]:
    """Return columns and join for the employee whose user has this account."""
    employee = model.catalog.player("employee") if model else None
    user = model.catalog.part("employee", "user") if model else None
    if model is None or employee is None or user is None:
        return tuple(null().label(name) for name in COLUMNS), source
    entity = model.entity(employee.name)
    table = entity.table
    columns: list[ColumnElement[Any]] = [table.c["id"].label(COLUMNS[0])]
    for label, role in zip(COLUMNS[1:], ("department", "organisation"), strict=True):
        part = model.catalog.part("employee", role)
        found = entity.fields[part].columns if part else ()
        columns.append((found[0] if found else null()).label(label))
    mine = entity.fields[user].columns[0] == account
    return tuple(columns), source.outerjoin(table, mine & table.c["deleted_at"].is_(None))
