"""The first statement of every request: what is in use, who asks, and as which employee."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, FromClause, Row, Select, bindparam

from cardwright_entities.accounts.accounts import (
    ACCOUNT_ID,
    Account,
    account_columns,
    account_from,
)
from cardwright_entities.accounts.secrets import digest
from cardwright_entities.accounts.sessions import SignedIn, is_alive, session_from
from cardwright_entities.accounts.tokens import Token, is_good, token_from
from cardwright_entities.changes.commits import read_active, select_active
from cardwright_entities.contexts import Principal
from cardwright_entities.errors import Message, UnavailableError
from cardwright_entities.model.model import Model, Models
from cardwright_entities.queries.persons import join_person
from cardwright_entities.store.platform_tables import cw_account, cw_session, cw_token
from cardwright_entities.store.sessions import Session

Credential = Literal["none", "session", "token"]
_KEPT = 12


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What is known at the start of a request; ``account`` is None for a stranger."""

    model: Model
    rights_version: int
    account: Account | None = None
    principal: Principal
    signed_in: SignedIn | None = None
    token: Token | None = None


#: Nobody: no account, no roles.
STRANGER = Principal(account=None, name="", kind="stranger")


class Openings:
    """Reads the openings of one installation; keeps its statements for each catalog."""

    def __init__(self, models: Models, *, idle: timedelta) -> None:
        self._models = models
        self._idle = idle
        self._statements: OrderedDict[tuple[int, Credential], Select[Any]] = OrderedDict()

    def read(self, session: Session, *, secret: str = "", token: str = "") -> Opened:
        """Read commit, credential, account and employee in one statement.

        A second one follows only in the first request after an apply. Raise UnavailableError
        before the first apply.
        """
        credential: Credential = "token" if token else "session" if secret else "none"
        row = self._row(session, self._models.newest(), credential, token or secret)
        model = self._models.kept(row.active_number)
        if model is None:
            model = self._models.of(session, read_active(session))
            row = self._row(session, model, credential, token or secret)
        opened = Opened(model=model, rights_version=row.active_rights, principal=STRANGER)
        return self._trusted(session, row, opened, credential)

    def _row(
        self, session: Session, model: Model | None, credential: Credential, secret: str
    ) -> Row[Any]:
        statement = self._statement(model, credential)
        parameters = {"digest": digest(secret)} if credential != "none" else None
        row = session.row(statement, parameters)
        if row is None:
            raise UnavailableError(Message("not_installed"))
        return row

    def _trusted(
        self, session: Session, row: Row[Any], opened: Opened, credential: Credential
    ) -> Opened:
        if credential == "none" or row.account_id is None:
            return opened
        now = session.context.now
        account = account_from(row)
        opened = replace(opened, account=account, principal=_principal(row, account, credential))
        if credential == "session":
            signed_in = session_from(row)
            return replace(
                opened if is_alive(signed_in, now, self._idle) else _as_stranger(opened),
                signed_in=signed_in if is_alive(signed_in, now, self._idle) else None,
            )
        token = token_from(row)
        return (
            replace(opened, token=token) if is_good(token, account, now) else _as_stranger(opened)
        )

    def _statement(self, model: Model | None, credential: Credential) -> Select[Any]:
        key = (model.commit if model else 0, credential)
        statement = self._statements.get(key)
        if statement is None:
            statement = _build(model, credential)
            self._statements[key] = statement
            while len(self._statements) > _KEPT:
                self._statements.popitem(last=False)
        return statement


def _build(model: Model | None, credential: Credential) -> Select[Any]:
    statement = select_active()
    if credential == "none":
        return statement
    table = cw_session if credential == "session" else cw_token
    known: ColumnElement[Any] = table.c["id" if credential == "session" else "hash"]
    columns = (column.label(f"{credential}_{column.name}") for column in table.columns)
    (active,) = statement.get_final_froms()
    source: FromClause = active.outerjoin(table, known == bindparam("digest")).outerjoin(
        cw_account, table.c.account == ACCOUNT_ID
    )
    person, source = join_person(source, model, ACCOUNT_ID)
    return statement.add_columns(*account_columns(), *columns, *person).select_from(source)


def _principal(row: Row[Any], account: Account, credential: Credential) -> Principal:
    return Principal(
        account=account.id,
        name=account.name,
        roles=account.all_roles,
        employee=row.employee_id,
        department=row.employee_department,
        organisation=row.employee_organisation,
        contact=row.contact_id,
        kind="token" if credential == "token" else "user",
        login=account.login,
    )


def _as_stranger(opened: Opened) -> Opened:
    return replace(opened, account=None, principal=STRANGER)
