"""Users from outside the pages: the first administrator and those that an operator adds."""

from __future__ import annotations

from collections.abc import Sequence

from cardwright_entities.accounts.accounts import (
    Account,
    NewAccount,
    create_account,
    list_accounts,
    read_account,
)
from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError, Message, NotFoundError
from cardwright_metadata.catalog import Catalog
from cardwright_platform.instance import Instance

ADMIN = "admin"


def add_user(
    instance: Instance, *, login: str, name: str = "", roles: Sequence[str] = (), email: str = ""
) -> Account:
    """Add somebody who may sign in: a record of the entity that plays user, and its account.

    Raise InputError for an unknown role, a taken login or whatever the entity's rules refuse.
    """

    def write(desk: Desk) -> Account:
        _check_roles(desk.model.catalog, roles)
        new = NewAccount(login=login, name=name or login, roles=roles, email=email or None)
        player = desk.model.catalog.player("user")
        if player is None:
            return create_account(desk.session, new)
        saved = desk.records.create(player.name, _values(desk.model.catalog, new))
        return read_account(desk.session, saved.id)

    return instance.engine.run_write(instance.system_context(), write)


def first_admin(instance: Instance) -> Account:
    """Return the account that may do most; raise NotFoundError when nobody may sign in."""
    with instance.store.read(instance.system_context()) as session:
        found = [each for each in list_accounts(session) if each.disabled_at is None]
    admins = [each for each in found if ADMIN in each.roles]
    if not admins:
        raise NotFoundError(Message("no_such_account"))
    return min(admins, key=lambda each: each.id)


def _values(catalog: Catalog, new: NewAccount) -> dict[str, object]:
    wanted = {
        "login": new.login,
        "name": new.name,
        "roles": sorted(new.roles),
        "email": new.email,
    }
    named = {catalog.part("user", part): value for part, value in wanted.items()}
    return {field: value for field, value in named.items() if field is not None and value}


def _check_roles(catalog: Catalog, roles: Sequence[str]) -> None:
    unknown = sorted(set(roles) - set(catalog.roles))
    if unknown:
        raise InputError({"roles": [Message.of("unknown_role", value=", ".join(unknown))]})
