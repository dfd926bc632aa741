"""Keeps a world of plain dicts in step with what the gate stores, and notes what was done."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from access_world.eyes import Row, World
from access_world.schema import FIELDS
from access_world.sight import Owner, People

from cardwright_entities.engine import Desk
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.records.history import open_change_set
from cardwright_entities.shares.keeping import Holder, end_shares, share_records, shares_of

#: What the gate makes of itself.
_GIVEN_BY_GATE = ("code", "short", "number", "created_at", "position")
_LINES = {"person": ("jobs", "job"), "deal": ("items", "deal_item")}
#: How long a share lasts that has no end.
FOR_GOOD = math.inf
_VIRTUAL = frozenset({"double"})


@dataclass(frozen=True)
class Change:
    """One record's change: what was done, and what its changed fields held before."""

    entity: str
    record: int
    head: int | None
    op: str
    before: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Keeper:
    """Writes as the system itself, into the store and into the world."""

    desk: Desk
    world: World
    changes: list[Change]
    people: People = field(default_factory=People)

    def create(self, entity: str, row: Row, owner: Owner = None) -> int:
        """Store a record with its lines."""
        owned = to_raw(row) | {"owner": None if owner is None else RecordRef(*owner)}
        saved = self.desk.records.create(entity, owned)
        view = self.desk.record(entity, saved.id)
        lines, line = _LINES.get(entity, ("", ""))
        own = {name: value for name, value in row.items() if name != lines}
        self.world[entity][saved.id] = _taken(saved.id, own, view.values)
        self.stamp(entity, saved.id, owner)
        self.changes.append(Change(entity, saved.id, None, "create"))
        for given, found in zip(row.get(lines, ()), view.lines.get(lines, ()), strict=True):
            taken = _taken(found.id, {**given, "head": saved.id}, found.values)
            self.world[line][found.id] = taken
            self.changes.append(Change(line, found.id, saved.id, "create"))
        recompute(self.world)
        return saved.id

    def change(
        self,
        entity: str,
        record: int,
        values: Row,
        line: int | None = None,
        line_values: Row | None = None,
    ) -> None:
        """Change fields of a record, and of one of its lines."""
        lines, of_lines = _LINES.get(entity, ("", ""))
        raw = to_raw(values)
        touched = [(entity, record, None, values)]
        if line is not None:
            raw[lines] = [{"id": line, **to_raw(line_values or {})}]
            touched.append((of_lines, line, record, line_values or {}))
        self.desk.records.update(entity, record, raw, None)
        before = [self.world[name][number] for name, number, _, _ in touched]
        for name, number, _, changed in touched:
            self.world[name][number] = {**self.world[name][number], **changed}
        if "short" in self.world[entity][record]:
            self.world[entity][record]["short"] = self.desk.record(entity, record).values["short"]
        recompute(self.world)
        noted = [
            self._differences(name, number, old)
            for (name, number, _, _), old in zip(touched, before, strict=True)
        ]
        if not any(noted):
            return  # a save that changes nothing leaves no trace
        for (name, number, head, _), differences in zip(touched, noted, strict=True):
            if differences or head is None:
                self.changes.append(Change(name, number, head, "update", differences))

    def assign(self, entity: str, record: int, owner: Owner) -> None:
        """Give a record to somebody else, or to nobody."""
        if owner == self.world[entity][record]["owner"]:
            return
        raw = None if owner is None else RecordRef(*owner)
        self.desk.records.update(entity, record, {"owner": raw}, None)
        self.stamp(entity, record, owner)
        self.changes.append(Change(entity, record, None, "update"))

    def stamp(self, entity: str, record: int, owner: Owner) -> None:
        """Note whose a record is now, and in which department and organisation."""
        unit, site = self.people.places(owner)
        self.world[entity][record] |= {"owner": owner, "department": unit, "organisation": site}

    def share(
        self, entity: str, record: int, holder: tuple[str, Any], level: str, hours: float
    ) -> None:
        """Share a record until so many hours from now, infinite for good; 0 and less is over."""
        kind, number = holder
        with_whom = Holder(role=number)
        if kind != "role":
            with_whom = Holder(kind=self.desk.model.entity(kind).key, id=number)
        now = self.desk.context.now
        until = None if hours == FOR_GOOD else now + timedelta(hours=hours)
        session, key = self.desk.session, self.desk.model.entity(entity).key
        share_records(session, key, record, [with_whom], level, until, self._shared_in())
        self.people.shares = [
            each
            for each in self.people.shares
            if (each["entity"], each["record"], each["holder"]) != (entity, record, holder)
        ]
        self.people.shares.append(
            {
                "entity": entity,
                "record": record,
                "holder": holder,
                "level": level,
                "lasts": hours > 0,
            }
        )

    def end_share(self, share: Row) -> None:
        """Take a share back before its time."""
        entity, record = share["entity"], share["record"]
        kind, number = share["holder"]
        key = self.desk.model.entity(entity).key
        wanted = Holder(role=number)
        if kind != "role":
            wanted = Holder(kind=self.desk.model.entity(kind).key, id=number)
        known = shares_of(self.desk.session, key, [record])
        end_shares(
            self.desk.session,
            [each.id for each in known if each.holder == wanted],
            self._shared_in(),
        )
        share["lasts"] = False

    def _shared_in(self) -> int:
        return open_change_set(self.desk.session, self.desk.context, "share")

    def delete(self, entity: str, record: int) -> None:
        """Put a record with its lines into the recycle bin."""
        self.desk.records.delete(entity, record)
        self.world[entity][record]["deleted"] = True
        self.changes.append(Change(entity, record, None, "delete"))
        _, of_lines = _LINES.get(entity, ("", ""))
        for line, row in self.world.get(of_lines, {}).items():
            if row["head"] == record and not row["deleted"]:
                row["deleted"] = True
                self.changes.append(Change(of_lines, line, record, "delete"))

    def pointing_at(self, entity: str, record: int) -> Iterator[Row]:
        """Yield the living records that hold on to one, its own lines aside."""
        for holder, fields in FIELDS.items():
            for name, kind in fields.items():
                for row in self.world[holder].values():
                    if not row["deleted"] and _points(name, kind, row.get(name), entity, record):
                        yield row

    def _differences(self, entity: str, record: int, old: Row) -> Row:
        row = self.world[entity][record]
        return {
            name: value
            for name, value in old.items()
            if value != row[name] and name not in _VIRTUAL
        }


def recompute(world: World) -> None:
    """Fill in what is computed from other fields."""
    for firm in world["firm"].values():
        firm["double"] = None if firm["staff"] is None else Decimal(firm["staff"] * 2)
    for item in world["deal_item"].values():
        amount = item["quantity"] * item["price"]
        item["amount"] = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    for deal in world["deal"].values():
        items = (
            each["amount"]
            for each in world["deal_item"].values()
            if each["head"] == deal["id"] and each["deleted"] == deal["deleted"]
        )
        deal["total"] = sum(items, Decimal("0.00"))


def to_raw(row: Row) -> Row:
    """Return values as the gate takes them."""
    return {name: _raw(value) for name, value in row.items()}


def _raw(value: Any) -> Any:
    if isinstance(value, tuple) and len(value) == 2 and value[0] in FIELDS:
        return RecordRef(*value)
    if isinstance(value, list):
        return [to_raw(each) for each in value]
    return value


def _taken(record: int, row: Row, stored: Mapping[str, Any]) -> Row:
    made = {name: stored[name] for name in _GIVEN_BY_GATE if name in stored}
    return {**made, **row, "id": record, "deleted": False}


def _points(name: str, kind: str, value: Any, entity: str, record: int) -> bool:
    if kind == f"> {entity}":
        return bool(value == record) and name != "head"
    if kind == f"links {entity}":
        return record in (value or ())
    return kind == "any" and value == (entity, record)
