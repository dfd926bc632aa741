"""Whose account somebody may manage: a feature alone opens no account.

A link that lets somebody in is worth all his rights, and so is the power over his passkeys. So
whoever manages an account may change the record of its user, and give every role that it has of
its own or of a group.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, select, true

from cardwright_entities.access.choosing import may_choose
from cardwright_entities.accounts.accounts import ACCOUNT_ID, Account
from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.people.players import Player, player_of
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.queries.reading import Reading
from cardwright_entities.store.sessions import Session


def of_users(reading: Reading, action: str = "read") -> ColumnElement[bool]:
    """Return which accounts belong to users with whose records a reader may do something."""
    player = player_of(reading.model, "user")
    if player is None:
        return true()
    table = player.entity.table
    allowed = rows_condition(reading, player.entity, table, action)
    users = select(table.c["id"]).where(table.c["deleted_at"].is_(None), allowed)
    return ACCOUNT_ID.in_(users)


def manageable(session: Session, reading: Reading, accounts: Iterable[Account]) -> frozenset[int]:
    """Return which of some accounts a reader may manage, by one statement."""
    player = player_of(reading.model, "user")
    given = [each.id for each in accounts if _may_give(reading, player, each.all_roles)]
    if not given:
        return frozenset()
    statement = select(ACCOUNT_ID).where(ACCOUNT_ID.in_(given), of_users(reading, "edit"))
    return frozenset(row[0] for row in session.rows(statement))


def check_manageable(session: Session, reading: Reading, account: Account) -> Account:
    """Return an account that a reader may manage; raise NotFoundError for others."""
    if not manageable(session, reading, [account]):
        raise NotFoundError(Message("not_found"))
    return account


def _may_give(reading: Reading, player: Player | None, roles: Iterable[str]) -> bool:
    field = player.field("roles") if player is not None else None
    choices = field.definition.options.get("choices", {}) if field is not None else {}
    return all(
        may_choose(reading.context.principal, choices[each]) for each in roles if each in choices
    )
