"""Who holds which roles: of one's own, or through groups of users."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from cardwright_entities.accounts.user_groups import PART
from cardwright_entities.model.model import Model
from cardwright_entities.people.belonging import membership
from cardwright_entities.people.players import Player, player_of
from cardwright_entities.store.platform_tables import cw_account
from cardwright_entities.store.sessions import Session


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Somebody who may sign in, with his own roles and those of his groups."""

    account: int
    login: str
    name: str
    own: frozenset[str]
    of_groups: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Group:
    """A group of users that is in service, with the roles that it carries."""

    id: int
    name: str
    roles: frozenset[str]


def list_holders(session: Session, account: int | None = None) -> tuple[Holder, ...]:
    """Read everybody who may sign in, by login, or only one of them."""
    columns = (
        cw_account.c.id,
        cw_account.c.login,
        cw_account.c.name,
        cw_account.c.roles,
        cw_account.c.group_roles,
    )
    statement = select(*columns).where(cw_account.c.disabled_at.is_(None))
    if account is not None:
        statement = statement.where(cw_account.c.id == account)
    return tuple(
        Holder(
            account=account,
            login=login,
            name=name,
            own=frozenset(own or ()),
            of_groups=frozenset(of_groups or ()),
        )
        for account, login, name, own, of_groups in session.rows(
            statement.order_by(cw_account.c.login)
        )
    )


def groups_of(session: Session, model: Model, account: int) -> tuple[Group, ...]:
    """Read the groups of users that an account is in and that carry roles."""
    player = player_of(model, PART)
    if player is None:
        return ()
    table = player.entity.table
    roles, named = player.column(table, "roles"), _name_column(player)
    between, columns = membership(player, of="user")
    if roles is None or between is None:
        return ()
    group, member, counts = columns
    statement = select(table.c["id"], named, roles).join(between, group == table.c["id"])
    statement = statement.where(player.in_service(table), member == account, counts)
    return tuple(
        Group(id=number, name=str(name or f"#{number}"), roles=frozenset(held or ()))
        for number, name, held in session.rows(statement.order_by(table.c["id"]))
    )


def _name_column(player: Player) -> ColumnElement[Any]:
    title = player.entity.fields.get(player.entity.definition.title)
    table = player.entity.table
    return table.c[title.columns[0].name] if title is not None and title.columns else table.c["id"]
