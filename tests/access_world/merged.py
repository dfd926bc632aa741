"""Makes one record of two, in the store and in the world: what the paper says of a merge."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from access_world.eyes import Row, World
from access_world.keeping import Keeper, recompute
from access_world.peopling import LENT
from access_world.schema import FIELDS, TREES
from access_world.sight import HEADS

from cardwright_entities.records.merging import Merge, merge

#: Entities of which the living world merges records.
MERGED = ("area", "firm", "person", "thing", "deal")
_LINES = {head: (field, line) for line, (head, field) in HEADS.items()}
_LEVELS = ("read", "edit")

Field = tuple[str, str]


def merge_two(
    keeper: Keeper, entity: str, master: int, other: int, retired: Collection[Field]
) -> None:
    """Let the master take over what points to another record, its lines and its shares.

    What ``retired`` fields hold stays as it is. Raise what the gate raises, nothing being changed.
    """
    asked = Merge(entity=entity, master=master, others=(other,), choices={}, confirmed={})
    merge(keeper.desk.records, asked)
    rows = keeper.world[entity]
    for holder, name, row in [*_holding(keeper.world, entity, other)]:
        if (holder, name) not in retired and (holder, row["id"]) != (entity, other):
            own = (holder, row["id"]) == (entity, master)
            row[name] = _moved(row[name], other, _beyond(rows, name, other, master, own=own))
    for name, kind in FIELDS[entity].items():
        if kind.startswith("links ") and (entity, name) not in retired:
            linked = {*(rows[master][name] or ()), *(rows[other][name] or ())}
            rows[master][name] = tuple(sorted(linked)) or None
    if entity == "firm":
        patrons = keeper.people.patrons
        patrons |= {each: master for each, firm in patrons.items() if firm == other}
    _move_lines(keeper, entity, master, other)
    rows[other]["deleted"] = True
    if entity in LENT:
        _move_shares(keeper.people.shares, entity, master, other)
    recompute(keeper.world)


def bites_its_tail(world: World, entity: str, master: int, other: int) -> bool:
    """Tell whether the master stands below the other, but for its own link to it."""
    tree = TREES.get(entity, "")
    rows = world[entity]
    above = rows[master].get(tree)
    if above == other:
        above = rows[other][tree]
    while above is not None and above != other:
        above = rows[above][tree]
    return above is not None


def _holding(world: World, entity: str, record: int) -> Iterator[tuple[str, str, Row]]:
    """Yield which fields of which living records point to one, lines to their head aside."""
    for holder, fields in FIELDS.items():
        for name, kind in fields.items():
            for row in world[holder].values():
                if not row["deleted"] and name != "head" and name in row:
                    value = row[name]
                    if (
                        (kind == f"> {entity}" and value == record)
                        or (kind == f"links {entity}" and record in (value or ()))
                        or (kind == "any" and value == (entity, record))
                    ):
                        yield holder, name, row


def _beyond(rows: dict[int, Row], name: str, other: int, master: int, *, own: bool) -> int | None:
    """Return what a link shall hold: the master; in the master itself what the other held."""
    if not own:
        return master
    beyond = rows[other][name]
    return None if beyond in (other, master) else int(beyond) if beyond else None


def _moved(value: Any, other: int, new: int | None) -> Any:
    if not isinstance(value, tuple):
        return new
    if isinstance(value[0], str):
        return value[0], new
    kept = {each for each in value if each != other}
    return tuple(sorted(kept if new is None else {*kept, new}))


def _move_lines(keeper: Keeper, entity: str, master: int, other: int) -> None:
    name, line = _LINES.get(entity, ("", ""))
    for row in keeper.world.get(line, {}).values():
        if row["head"] == other and not row["deleted"]:
            row["head"] = master
    for found in keeper.desk.record(entity, master).lines.get(name, ()):
        keeper.world[line][found.id]["position"] = found.values["position"]


def _move_shares(shares: list[Row], entity: str, master: int, other: int) -> None:
    lasting = [each for each in shares if each["entity"] == entity and each["lasts"]]
    own = {each["holder"]: each for each in lasting if each["record"] == master}
    for each in lasting:
        if each["record"] != other:
            continue
        each["lasts"] = False
        same = own.get(each["holder"])
        if same is None:
            shares.append({**each, "record": master, "lasts": True})
        else:
            same["level"] = max(same["level"], each["level"], key=_LEVELS.index)
