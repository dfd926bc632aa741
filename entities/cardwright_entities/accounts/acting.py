"""Somebody who is not there: the principal of a job, with the rights that he has now."""

from __future__ import annotations

from sqlalchemy import select

from cardwright_entities.accounts.accounts import (
    ACCOUNT_ID,
    Account,
    account_columns,
    account_from,
)
from cardwright_entities.contexts import Principal
from cardwright_entities.errors import AccessError, Message
from cardwright_entities.model.model import Model
from cardwright_entities.queries.persons import join_employee
from cardwright_entities.store.platform_tables import cw_account
from cardwright_entities.store.sessions import Session


def principal_of(
    session: Session, model: Model, account: int, kind: str = "user"
) -> tuple[Principal, Account]:
    """Return who an account is now; raise AccessError if it is gone or disabled."""
    person, source = join_employee(cw_account, model, ACCOUNT_ID)
    row = session.row(
        select(*account_columns(), *person).select_from(source).where(cw_account.c.id == account)
    )
    found = None if row is None else account_from(row)
    if row is None or found is None or found.disabled_at is not None:
        raise AccessError(Message("account_disabled"))
    principal = Principal(
        account=found.id,
        name=found.name,
        roles=found.all_roles,
        employee=row.employee_id,
        department=row.employee_department,
        organisation=row.employee_organisation,
        kind=kind,
    )
    return principal, found
