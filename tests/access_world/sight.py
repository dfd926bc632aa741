"""Whose records a reader sees by the scopes of his roles, by brute force over plain dicts.

Written from the paper alone: roles are read from their YAML, people are dicts, and everybody below
somebody is found by climbing up from each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from access_world.masks import MASKS
from access_world.schema import FIELDS, GROUPS

Row = dict[str, Any]
World = dict[str, dict[int, Row]]
Owner = tuple[str, int] | None
Grants = Mapping[str, Mapping[str, Any]]

#: Which head a line belongs to, and the field that holds it there.
HEADS = {"job": ("person", "jobs"), "deal_item": ("deal", "items")}
#: The conditions of those roles in the words of the paper.
ROWS: Mapping[str, Callable[[Row, int | None, World], bool]] = {
    "": lambda row, firm, world: True,
    "price < 1000": lambda row, firm, world: row["price"] is not None and row["price"] < 1000,
    "$self = $contact.firm": lambda row, firm, world: firm is not None and row.get("id") == firm,
    "firm = $contact.firm": lambda row, firm, world: firm is not None and row.get("firm") == firm,
    "jobs any (firm = $contact.firm)": lambda row, firm, world: any(
        job["head"] == row.get("id") and job["firm"] == firm and job["deleted"] == row["deleted"]
        for job in world["job"].values()
    ),
}
SCOPES_FILE = Path(__file__).parent.parent / "packs" / "workshop" / "scopes.yaml"


@dataclass
class People:
    """Sites and units below each other, workers with their boss, gangs with chief and hands."""

    sites: dict[int, Row] = field(default_factory=dict)
    units: dict[int, Row] = field(default_factory=dict)
    workers: dict[int, Row] = field(default_factory=dict)
    gangs: dict[int, Row] = field(default_factory=dict)
    #: people of customers: the firm of each
    patrons: dict[int, int] = field(default_factory=dict)
    #: single records that were shared: entity, record, holder, level, and whether it still lasts
    shares: list[Row] = field(default_factory=list)

    def places(self, owner: Owner) -> tuple[int | None, int | None]:
        """Return the unit and the site of an owner: those of a worker, of a gang its chief's."""
        if owner is not None and owner[0] == "gang":
            chief = self.gangs[owner[1]]["chief"]
            owner = None if chief is None else ("worker", chief)
        if owner is None or owner[1] in self.patrons:
            return None, None
        unit = self.workers[owner[1]]["unit"]
        return unit, None if unit is None else self.units[unit]["site"]


@dataclass(frozen=True)
class Sight:
    """Somebody with roles, as a worker or as nobody."""

    roles: tuple[Grants, ...]
    people: People
    me: int | None
    names: tuple[str, ...] = ()

    def sees(self, world: World, entity: str, row: Row) -> bool:
        """Tell whether some grant to read covers the record, or the head of the line."""
        return self.covers(world, entity, row, "read")

    def covers(self, world: World, entity: str, row: Row, action: str) -> bool:
        """Tell whether some grant of an action covers the record, or the head of the line."""
        head = HEADS.get(entity, (entity, ""))[0]
        record = row if head == entity else world[head][row["head"]]
        return any(
            (
                any(self._within(scope, record) for scope in _scopes(grant, action))
                or self.is_shared(head, record, action)
            )
            and ROWS[grant.get("rows", "")](record, self.people.patrons.get(self.me or 0), world)
            for grant in self._granting(entity, action)
        )

    def is_shared(self, entity: str, row: Row, action: str) -> bool:
        """Tell whether some share of a record that lasts reaches the reader, for an action."""
        levels = {"edit": ("edit",)}.get(action, ("read", "edit"))
        return action in ("read", "export", "print", "edit") and any(
            each["entity"] == entity
            and each["record"] == row.get("id")
            and each["lasts"]
            and each["level"] in levels
            and self._is_held(*each["holder"])
            for each in self.people.shares
        )

    def _is_held(self, kind: str, holder: Any) -> bool:
        match kind:
            case "role":
                return holder in self.names
            case "worker":
                return self.me == holder
            case "gang":
                gang = self.people.gangs[holder]
                return self.me is not None and self.me in (gang["chief"], *gang["hands"])
        unit, _ = self.people.places(("worker", self.me) if self.me else None)
        return _is_below(self.people.units, "above", unit, holder)

    def may(self, entity: str, action: str) -> bool:
        """Tell whether an action is granted on any record at all."""
        return any(True for _ in self._granting(entity, action))

    def writes(self, entity: str, name: str) -> bool:
        """Tell whether some grant to create or edit lets one set a field."""
        head = HEADS.get(entity, (entity, ""))[0]
        grants = [_grant(role, head) for role in self.roles]
        return any(
            grant
            and {"create", "edit"} & {*grant["actions"]}
            and _level(grant, entity, name) == "write"
            and (head == entity or _level(grant, head, HEADS[entity][1]) == "write")
            for grant in grants
        )

    def _granting(self, entity: str, action: str) -> Iterator[Mapping[str, Any]]:
        head, lines = HEADS.get(entity, (entity, ""))
        for grant in (_grant(role, head) for role in self.roles):
            shown = grant and (not lines or _level(grant, head, lines) in ("read", "write"))
            if grant and shown and action in grant["actions"]:
                yield grant

    def hidden(self) -> dict[str, frozenset[str]]:
        """Return the fields that no role shows whole, by entity."""
        return {
            entity: frozenset(name for name in fields if not self.shows(entity, name))
            for entity, fields in FIELDS.items()
        }

    def shows(self, entity: str, name: str) -> bool:
        """Tell whether some role shows a field."""
        if name in ("id", "head", "position"):
            return True
        head = HEADS.get(entity, (entity, ""))[0]
        grants = [_grant(role, head) for role in self.roles]
        return any(grant and _level(grant, entity, name) in ("read", "write") for grant in grants)

    def masked(self) -> dict[str, frozenset[str]]:
        """Return the fields of which some role shows a part and none the whole, by entity."""
        found: dict[str, set[str]] = {entity: set() for entity in FIELDS}
        for entity, name in MASKS:
            head = HEADS.get(entity, (entity, ""))[0]
            levels = {
                _level(grant, entity, name)
                for grant in (_grant(role, head) for role in self.roles)
                if grant and "read" in grant["actions"]
            }
            if "masked" in levels and not self.shows(entity, name):
                found[entity].add(name)
        return {entity: frozenset(names) for entity, names in found.items()}

    def _within(self, scope: str, row: Row) -> bool:
        owner: Owner = row["owner"]
        unit, site = self.people.places(("worker", self.me) if self.me else None)
        if scope in ("all", "pool"):
            return scope == "all" or owner is None
        match scope:
            case "department":
                return unit is not None and row["department"] == unit
            case "organisation":
                return site is not None and row["organisation"] == site
            case "department_tree":
                return _is_below(self.people.units, "above", row["department"], unit)
            case "organisation_tree":
                return _is_below(self.people.sites, "above", row["organisation"], site)
        return owner is not None and self._is_mine(scope, *owner)

    def _is_mine(self, scope: str, kind: str, owner: int) -> bool:
        if self.me is None or (kind == "gang") != (scope == "my_teams"):
            return False
        if scope == "my_teams":
            gang = self.people.gangs[owner]
            return self.me in (gang["chief"], *gang["hands"])
        if scope == "own":
            return owner == self.me
        return _is_below(self.people.workers, "boss", owner, self.me)


def _is_below(tree: Mapping[int, Row], link: str, record: int | None, top: int | None) -> bool:
    while record is not None and record != top:
        record = tree[record][link]
    return record is not None


@cache
def read_roles(path: Path = SCOPES_FILE) -> dict[str, Grants]:
    """Return the grants of the roles with scopes, by the roles' names."""
    with path.open(encoding="utf-8") as file:
        return {each["name"]: each["grants"] for each in yaml.safe_load_all(file)}


def _grant(role: Grants, head: str) -> Mapping[str, Any] | None:
    return role.get(head, role.get("*"))


def _scopes(grant: Mapping[str, Any], action: str) -> list[str]:
    said = grant.get("scope", "all")
    if isinstance(said, dict):
        said = said.get(action, said.get("*", []))
    return [said] if isinstance(said, str) else said


def _level(grant: Mapping[str, Any], entity: str, name: str) -> str:
    said = grant.get("fields", {})
    if entity in HEADS:
        head, lines = HEADS[entity]
        if _level(grant, head, lines) not in ("read", "write"):
            return "hidden"
        group = next((g for (e, g), f in GROUPS.items() if e == entity and name in f), "")
        return str(said.get(f"{lines}.{name}", said.get(f"{lines}.{group}", "write")))
    group = next((g for (e, g), f in GROUPS.items() if e == entity and name in f), "")
    return str(said.get(name, said.get(group, said.get("*", "write"))))
