"""Accounts: who may sign in, with which roles, and how they like their pages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, insert, select, update

from cardwright_entities.audit import kinds
from cardwright_entities.audit.noting import note
from cardwright_entities.errors import InputError, Message, NotFoundError
from cardwright_entities.store.driver_errors import UniqueViolation
from cardwright_entities.store.platform_tables import cw_account
from cardwright_entities.store.sessions import Session

_LOGIN = re.compile(r"[\w.@+-]{2,64}")


@dataclass(frozen=True, kw_only=True)
class Account:
    """One account; its rights are those of its own roles and of the roles of its groups."""

    id: int
    login: str
    name: str
    email: str | None = None
    roles: frozenset[str] = frozenset()  #: names of the catalog's roles, its own
    group_roles: frozenset[str] = frozenset()
    language: str | None = None
    zone: str | None = None
    theme: str | None = None
    password_hash: str | None = field(default=None, repr=False)
    must_change: bool = False
    created_at: datetime
    password_changed_at: datetime | None = None
    last_login_at: datetime | None = None
    disabled_at: datetime | None = None

    @property
    def all_roles(self) -> frozenset[str]:
        """The roles whose rights add up."""
        return self.roles | self.group_roles


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """What is known of an account before it is stored; ``id`` is that of the user's record."""

    login: str
    name: str
    roles: Sequence[str] = ()
    email: str | None = None
    language: str | None = None
    id: int | None = None


def fold_login(login: str) -> str:
    """Return the one spelling under which a login is stored and looked up."""
    return unicodedata.normalize("NFKC", login).strip().lower()


def check_login(login: str) -> None:
    """Raise InputError for a folded login that nobody could type or that could do harm."""
    if not _LOGIN.fullmatch(login):
        raise InputError({"login": [Message("bad_login")]})


def create_account(session: Session, new: NewAccount) -> Account:
    """Store an account without a password; raise InputError when its login cannot be taken."""
    login = fold_login(new.login)
    check_login(login)
    values: dict[str, Any] = {
        "login": login,
        "name": new.name or login,
        "email": new.email,
        "roles": sorted(set(new.roles)),
        "language": new.language,
        "must_change": False,
        "created_at": session.context.now,
    }
    # Numbers of users' records and our own must not meet: ours continue behind the highest.
    values["id"] = new.id or 1 + (session.scalar(select(func.max(cw_account.c.id))) or 0)
    try:
        with session.savepoint():
            session.execute(insert(cw_account).values(values))
    except UniqueViolation as error:
        raise InputError({"login": [Message("already_used")]}) from error
    detail = {"account": values["id"], "roles": values["roles"]}
    note(session, kinds.ACCOUNT_MADE, target=login, detail=detail)
    return find_account(session, login)


def find_account(session: Session, login: str) -> Account:
    """Read the account with this login; raise NotFoundError."""
    row = session.row(select_accounts().where(cw_account.c.login == fold_login(login)))
    return _found(row)


def read_account(session: Session, account: int) -> Account:
    """Read an account by its id; raise NotFoundError."""
    return _found(session.row(select_accounts().where(cw_account.c.id == account)))


def list_accounts(session: Session) -> tuple[Account, ...]:
    """Read all accounts in the order of their logins."""
    rows = session.rows(select_accounts().order_by(cw_account.c.login))
    return tuple(account_from(row) for row in rows)


def has_accounts(session: Session) -> bool:
    """Tell whether anybody could sign in."""
    return session.row(select(cw_account.c.id).limit(1)) is not None


def set_password_hash(
    session: Session, account: int, password_hash: str, *, is_new: bool = True
) -> None:
    """Store a password's hash; ``is_new`` is False when only the hashing became stronger."""
    values: dict[str, Any] = {"password_hash": password_hash}
    if is_new:
        values |= {"must_change": False, "password_changed_at": session.context.now}
        note(session, kinds.PASSWORD_SET, detail={"account": account})
    _change(session, account, values)


def set_disabled(session: Session, account: int, *, disabled: bool) -> None:
    """Take away or give back the right to sign in; what is open ends with the next request."""
    _change(session, account, {"disabled_at": session.context.now if disabled else None})
    deed = kinds.ACCOUNT_DISABLED if disabled else kinds.ACCOUNT_ENABLED
    note(session, deed, detail={"account": account})


def set_roles(session: Session, account: int, roles: Iterable[str]) -> None:
    """Replace the roles of an account; they hold from its next request on."""
    wanted = sorted(set(roles))
    _change(session, account, {"roles": wanted})
    note(session, kinds.ROLES_CHANGED, detail={"account": account, "roles": wanted})


def set_tastes(
    session: Session,
    account: int,
    *,
    language: str | None,
    zone: str | None,
    theme: str | None,
) -> None:
    """Replace language, time zone and theme of an account; None is the installation's."""
    _change(session, account, {"language": language, "zone": zone, "theme": theme})


def note_sign_in(session: Session, account: int) -> None:
    """Remember when somebody signed in last."""
    _change(session, account, {"last_login_at": session.context.now})


def account_columns() -> tuple[ColumnElement[Any], ...]:
    """Return what ``account_from`` needs, each labelled ``account_…``."""
    return tuple(column.label(f"account_{column.name}") for column in cw_account.columns)


def select_accounts() -> Select[Any]:
    """Select what ``account_from`` needs; others join to it on ``ACCOUNT_ID``."""
    return select(*account_columns())


#: What a session, token or link points to.
ACCOUNT_ID = cw_account.c.id


def account_from(row: Row[Any]) -> Account:
    """Make an account of a row that ``select_accounts`` gave."""
    return Account(
        id=row.account_id,
        login=row.account_login,
        name=row.account_name,
        email=row.account_email,
        roles=frozenset(row.account_roles),
        group_roles=frozenset(row.account_group_roles or ()),
        language=row.account_language,
        zone=row.account_zone,
        theme=row.account_theme,
        password_hash=row.account_password_hash,
        must_change=row.account_must_change,
        created_at=row.account_created_at,
        password_changed_at=row.account_password_changed_at,
        last_login_at=row.account_last_login_at,
        disabled_at=row.account_disabled_at,
    )


def _found(row: Row[Any] | None) -> Account:
    if row is None:
        raise NotFoundError(Message("no_such_account"))
    return account_from(row)


def _change(session: Session, account: int, values: dict[str, Any]) -> None:
    changed = session.execute(
        update(cw_account).where(cw_account.c.id == account).values(values)
    ).rowcount
    if not changed:
        raise NotFoundError(Message("no_such_account"))


def names_of_accounts(session: Session, accounts: Iterable[int]) -> dict[int, str]:
    """Return the names of some accounts by id."""
    ids = sorted(set(accounts))
    if not ids:
        return {}
    statement = select(cw_account.c.id, cw_account.c.name).where(cw_account.c.id.in_(ids))
    return {row[0]: row[1] for row in session.rows(statement)}
