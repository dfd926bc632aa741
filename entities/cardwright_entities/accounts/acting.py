"""Somebody who is not there: the principal of a job, with the rights that he has now."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from cardwright_entities.accounts.accounts import (
    ACCOUNT_ID,
    Account,
    account_columns,
    account_from,
)
from cardwright_entities.contexts import Principal
from cardwright_entities.errors import AccessError, Message
from cardwright_entities.model.model import Model
from cardwright_entities.queries.persons import join_person
from cardwright_entities.store.platform_tables import cw_account
from cardwright_entities.store.sessions import Session


def principal_of(
    session: Session, model: Model, account: int, kind: str = "user"
) -> tuple[Principal, Account]:
    """Return who an account is now; raise AccessError if it is gone or disabled."""
    person, source = join_person(cw_account, model, ACCOUNT_ID)
    row = session.row(
        select(*account_columns(), *person).select_from(source).where(cw_account.c.id == account)
    )
    found = None if row is None else account_from(row)
    if row is None or found is None or found.disabled_at is not None:
        raise AccessError(Message("account_disabled"))
    return _principal(row, found, kind), found


def active_principals(
    session: Session, model: Model, *, words: str = "", after: str = "", limit: int
) -> list[tuple[Principal, Account]]:
    """Return who may sign in, by login, behind one of them; ``words`` are in login or name."""
    person, source = join_person(cw_account, model, ACCOUNT_ID)
    statement = select(*account_columns(), *person).select_from(source)
    statement = statement.where(cw_account.c.disabled_at.is_(None), cw_account.c.login > after)
    if words:
        known = cw_account.c.login.icontains(words, autoescape=True)
        statement = statement.where(known | cw_account.c.name.icontains(words, autoescape=True))
    rows = session.rows(statement.order_by(cw_account.c.login).limit(limit))
    found = [(row, account_from(row)) for row in rows]
    return [(_principal(row, account, "user"), account) for row, account in found]


def _principal(row: Row[Any], account: Account, kind: str) -> Principal:
    return Principal(
        account=account.id,
        name=account.name,
        roles=account.all_roles,
        employee=row.employee_id,
        department=row.employee_department,
        organisation=row.employee_organisation,
        contact=row.contact_id,
        kind=kind,
        login=account.login,
    )
