"""Users from outside the pages: the first administrator and those that an operator adds."""

from __future__ import annotations

from collections.abc import Sequence

from cardwright_entities.accounts.accounts import (
    Account,
    NewAccount,
    create_account,
    find_account,
    list_accounts,
    read_account,
    set_roles,
)
from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError, Message, NotFoundError
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.words import nearest
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


def change_roles(
    instance: Instance, login: str, add: Sequence[str] = (), remove: Sequence[str] = ()
) -> Account:
    """Give roles to an account and take others away; they hold from its next request on.

    Raise InputError for a role that there is not; one that only the account has may be taken away.
    """

    def write(desk: Desk) -> Account:
        account = find_account(desk.session, login)
        _check_roles(desk.model.catalog, [*add, *(set(remove) - account.roles)])
        roles = sorted((account.roles | set(add)) - set(remove))
        player = desk.model.catalog.player("user")
        field = desk.model.catalog.part("user", "roles") if player is not None else None
        entity = desk.model.entity(player.name) if player is not None else None
        if entity is None or field is None or not desk.records.loader.record(entity, account.id):
            set_roles(desk.session, account.id, roles)
        elif roles != sorted(account.roles):
            desk.records.update(entity.name, account.id, {field: roles}, None)
        return read_account(desk.session, account.id)

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
        raise InputError({"roles": [_unknown(catalog, each) for each in unknown]})


def _unknown(catalog: Catalog, role: str) -> Message:
    near = nearest(role, catalog.roles)
    if near:
        return Message.of("unknown_role_near", value=role, near=near)
    return Message.of("unknown_role", value=role)
