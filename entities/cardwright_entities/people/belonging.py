"""Sets of people as selects of ids: those below an employee, and the teams that he is in."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import Select, literal, select, union

from cardwright_entities.contexts import Principal
from cardwright_entities.model.model import Model
from cardwright_entities.people.players import (
    Player,
    above_in_tree,
    below_in_tree,
    has_text,
    player_of,
)

#: A select of ids, which a statement takes in as a semi-join.
Ids = Any
Kept = TypeVar("Kept")
#: So many selects and conditions a model keeps: two or three for a person.
_MOST_KEPT = 2_000


#: Variables that stand for several records → the part that plays them.
SETS: Mapping[str, str] = MappingProxyType(
    {
        "$my_subordinates": "employee",
        "$my_teams": "team",
        "$my_departments": "department",
        "$my_organisations": "organisation",
    }
)


def people_set(model: Model, principal: Principal, variable: str) -> Ids | None:
    """Return a select of the ids that ``$my_subordinates`` and its like mean to a principal."""
    inner, make = {
        "$my_subordinates": (principal.employee, subordinates),
        "$my_teams": (principal.employee, teams_of),
        "$my_departments": (principal.department, departments_of),
        "$my_organisations": (principal.organisation, organisations_of),
    }.get(variable, (None, subordinates))
    if inner is None:
        return None
    return keep(model, (variable, inner), lambda: make(model, inner))


def keep(model: Model, key: Hashable, make: Callable[[], Kept]) -> Kept:
    """Return what a model keeps about people under a key, made when it is asked for first.

    Making it costs more than the rest of a small condition, and depends on nothing but the key.
    """
    kept = model.kept_people
    found: Kept | None = kept.get(key)
    if found is None:
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        found = kept[key] = make()
    return found


def departments_of(model: Model, top: int) -> Ids | None:
    """Return a select of a department and those below it; None without any."""
    return parts_of(model, "department", top)


def organisations_of(model: Model, top: int) -> Ids | None:
    """Return a select of an organisation and those below it; None without any."""
    return parts_of(model, "organisation", top)


def parts_of(model: Model, part: str, top: int) -> Ids | None:
    """Return a select of a department or organisation and those below it; None without any."""
    player = player_of(model, part)
    return None if player is None else below_in_tree(player, "parent", literal(top), itself=True)


def parts_around(model: Model, part: str, inner: int) -> Ids | None:
    """Return a select of a department or organisation and those above it; None without any."""
    player = player_of(model, part)
    return None if player is None else above_in_tree(player, "parent", literal(inner))


def subordinates(model: Model, employee: int, *, itself: bool = False) -> Ids | None:
    """Return a select of the employees below one, near and far; None without employees."""
    player = player_of(model, "employee")
    if player is None:
        return None
    return below_in_tree(player, "superior", literal(employee), itself=itself)


def teams_of(model: Model, employee: int) -> Ids | None:
    """Return a select of the teams that an employee is in or leads; None without teams."""
    player = player_of(model, "team")
    if player is None:
        return None
    found = [_led_by(player, employee), _joined_by(player, employee)]
    given = [each for each in found if each is not None]
    if not given:
        return None
    return given[0] if len(given) == 1 else union(*given)


def members_of(model: Model, team: int) -> Ids | None:
    """Return a select of the employees in a team, its leader included; None without teams."""
    player = player_of(model, "team")
    if player is None:
        return None
    table = player.entity.table.alias()
    leader = player.column(table, "leader")
    between, members = membership(player)
    found = []
    if leader is not None:
        found.append(select(leader).where(table.c["id"] == team, leader.is_not(None)))
    if between is not None:
        found.append(select(members[1]).where(members[0] == team, members[2]))
    if not found:
        return None
    return found[0] if len(found) == 1 else union(*found)


def groups_of(model: Model, user: int) -> Ids | None:
    """Return a select of the groups that a user is in and that are in service; None without any."""
    player = player_of(model, "user_group")
    if player is None:
        return None
    between, columns = membership(player, of="user")
    if between is None:
        return None
    table = player.entity.table.alias()
    group, member, counts = columns
    return (
        select(table.c["id"])
        .join(between, group == table.c["id"])
        .where(member == user, counts, player.in_service(table))
    )


def users_in_groups(model: Model, role: str, dialect: str) -> Ids | None:
    """Return a select of the users in a group with a role; None without groups."""
    player = player_of(model, "user_group")
    if player is None:
        return None
    table = player.entity.table.alias()
    roles = player.column(table, "roles")
    between, columns = membership(player, of="user")
    if roles is None or between is None:
        return None
    group, member, counts = columns
    return (
        select(member)
        .select_from(table.join(between, group == table.c["id"]))
        .where(player.in_service(table), counts, has_text(roles, role, dialect))
    )


def _led_by(player: Player, employee: int) -> Select[Any] | None:
    table = player.entity.table.alias()
    leader = player.column(table, "leader")
    if leader is None:
        return None
    return select(table.c["id"]).where(leader == employee, table.c["deleted_at"].is_(None))


def _joined_by(player: Player, employee: int) -> Select[Any] | None:
    between, members = membership(player)
    if between is None:
        return None
    table = player.entity.table.alias()
    return (
        select(table.c["id"])
        .join(between, members[0] == table.c["id"])
        .where(members[1] == employee, members[2], table.c["deleted_at"].is_(None))
    )


def membership(player: Player, of: str = "employee") -> tuple[Any, Any]:
    """Return where the members of a team or group stand, and its columns.

    Members are links of it, or lines that each name one who plays the part ``of``. The columns are
    those of the team, of the member, and whether the row counts; None where there are no members.
    """
    found = player.field("members")
    if found is not None and found.type.relation == "many":
        between = player.entity.tables.links[found.name].alias()
        return between, (between.c.source, between.c.target, between.c.source.is_not(None))
    if found is not None and found.type.relation == "lines":
        members = player.model.catalog.player(of)
        line = player.model.lines_of(player.entity, found.name)
        for each in line.fields.values():
            if members is not None and each.columns and each.targets == (members.name,):
                table = line.table.alias()
                there = table.c["deleted_at"].is_(None)
                return table, (table.c["head"], table.c[each.columns[0].name], there)
    return None, ()
