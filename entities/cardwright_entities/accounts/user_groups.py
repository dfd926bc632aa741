"""Groups of users carry roles: accounts know what their groups give them.

It is worked out when a group changes and kept beside the roles of an account's own, so that the
first statement of a request stays one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import select, update

from cardwright_entities.model.model import Model
from cardwright_entities.people.belonging import membership
from cardwright_entities.people.players import player_of
from cardwright_entities.store.platform_tables import cw_account
from cardwright_entities.store.sessions import Session

PART = "user_group"


def follow_user_groups(session: Session, model: Model) -> None:
    """Give every account the roles of its groups as they stand now."""
    wanted = _roles_by_account(session, model)
    rows = session.rows(select(cw_account.c.id, cw_account.c.group_roles))
    for account, held in rows:
        roles = sorted(wanted.get(account, ()))
        if roles != sorted(held or ()):
            session.execute(
                update(cw_account).where(cw_account.c.id == account).values(group_roles=roles)
            )


def _roles_by_account(session: Session, model: Model) -> Mapping[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    player = player_of(model, PART)
    if player is None:
        return found
    table = player.entity.table
    roles = player.column(table, "roles")
    between, columns = membership(player, of="user")
    if roles is None or between is None:
        return found
    group, member, counts = columns
    statement = (
        select(member, roles)
        .select_from(table.join(between, group == table.c["id"]))
        .where(player.in_service(table), counts)
    )
    for account, names in session.rows(statement):
        found[account].update(names or ())
    return found
