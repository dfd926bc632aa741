"""Accounts follow the records of the entity that plays user: one transaction, one truth."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Row, insert, select, update

from cardwright_entities.accounts.accounts import check_login, fold_login
from cardwright_entities.accounts.sessions import close_sessions
from cardwright_entities.audit import kinds
from cardwright_entities.audit.noting import note
from cardwright_entities.errors import InputError, Message
from cardwright_entities.store.driver_errors import UniqueViolation
from cardwright_entities.store.platform_tables import cw_account
from cardwright_entities.store.sessions import Session
from cardwright_metadata.catalog import Catalog

#: Parts that an account takes over as they are.
_AS_THEY_ARE = ("name", "email", "language", "zone", "theme")
#: Parts that people also choose on their own page: only a change of the record replaces them.
_TASTES = frozenset({"language", "zone", "theme"})


def follow_user(
    session: Session,
    catalog: Catalog,
    record: int,
    values: Mapping[str, object],
    *,
    changed: Collection[str],
    gone: bool,
) -> None:
    """Make the account with this id what the user's record says; ``gone`` is in the bin.

    ``changed`` names the fields that differ from before. Parts that the entity does not map stay
    as they are. Raise InputError at the record's field when its login cannot be one.
    """
    parts = {
        part: values.get(field)
        for part in (*_AS_THEY_ARE, "login", "roles", "active")
        if (field := catalog.part("user", part)) is not None
        and (part not in _TASTES or field in changed)
    }
    wanted = _columns(catalog, parts)
    wanted["disabled_at"] = session.context.now if gone or parts.get("active") is False else None
    columns = (cw_account.c.disabled_at, cw_account.c.roles, cw_account.c.login)
    stored = session.row(select(*columns).where(cw_account.c.id == record))
    if stored is not None and stored.disabled_at is not None and wanted["disabled_at"] is not None:
        del wanted["disabled_at"]
    try:
        with session.savepoint():
            _write(session, record, wanted, is_new=stored is None)
    except UniqueViolation as error:
        field = catalog.part("user", "login") or ""
        raise InputError({field: [Message("already_used")]}) from error
    _note(session, record, wanted, stored)
    if wanted.get("disabled_at") is not None:
        close_sessions(session, record)


def _note(
    session: Session, record: int, wanted: Mapping[str, Any], stored: Row[Any] | None
) -> None:
    """Note what the change means for who may do what; the record's own history says the rest."""
    roles, login = wanted.get("roles"), wanted.get("login", stored.login if stored else "")
    detail: dict[str, Any] = {"account": record}
    if stored is None:
        note(session, kinds.ACCOUNT_MADE, target=login, detail=detail | {"roles": roles or []})
        return
    if roles is not None and roles != sorted(stored.roles):
        changed = {"roles": roles, "before": sorted(stored.roles)}
        note(session, kinds.ROLES_CHANGED, target=login, detail=detail | changed)
    if "disabled_at" in wanted and (wanted["disabled_at"] is None) != (stored.disabled_at is None):
        is_out = wanted["disabled_at"] is not None
        deed = kinds.ACCOUNT_DISABLED if is_out else kinds.ACCOUNT_ENABLED
        note(session, deed, target=login, detail=detail)


def _columns(catalog: Catalog, parts: Mapping[str, object]) -> dict[str, Any]:
    columns: dict[str, Any] = {part: parts[part] for part in _AS_THEY_ARE if part in parts}
    if "name" in columns:
        columns["name"] = str(columns["name"] or parts.get("login") or "")
    if "roles" in parts:
        roles = parts["roles"]
        columns["roles"] = sorted(map(str, roles)) if isinstance(roles, (list, tuple)) else []
    if "login" in parts:
        columns["login"] = _login(catalog, str(parts["login"] or ""))
    return columns


def _login(catalog: Catalog, login: str) -> str:
    folded = fold_login(login)
    try:
        check_login(folded)
    except InputError as error:
        field = catalog.part("user", "login") or ""
        raise InputError({field: error.fields["login"]}) from error
    return folded


def _write(session: Session, record: int, wanted: dict[str, Any], *, is_new: bool) -> None:
    if not is_new:
        session.execute(update(cw_account).where(cw_account.c.id == record).values(wanted))
        return
    # Without a part for the login nobody can type one: the id serves until an operator sets it.
    new = {"login": f"user{record}", "name": f"user{record}", "roles": [], "must_change": False}
    session.execute(
        insert(cw_account).values(new | wanted | {"id": record, "created_at": session.context.now})
    )
