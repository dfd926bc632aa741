"""A world of firms, people and deals with a fixed seed, as plain dicts and stored by the gate."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from access_world.oracle import Row, World
from access_world.schema import FIELDS, PINYIN
from installation import Installation

from cardwright_entities.engine import Desk
from cardwright_entities.expressions.values import RecordRef

HAN = tuple(PINYIN)
POSTS = ("经理", "会计", "Engineer", "销售", None)
#: What the gate makes of itself.
_GIVEN_BY_GATE = ("code", "short", "number", "created_at", "position")
_HEADS = ("area", "firm", "person", "thing", "deal")
_LINES = {"person": ("jobs", "job"), "deal": ("items", "deal_item")}


class Maker:
    """Makes values and records, always the same ones for a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def words(self) -> str:
        """Return a name: Han, now and then with Latin, digits or wide letters."""
        han = "".join(self.random.choices(HAN, k=self.random.randint(2, 5)))
        extra = self.random.choice(["", "", "", "ABC ", "9号", "12号", "ＸＹ", "abc", "3M"])
        return extra + han if self.random.random() < 0.8 else (extra.strip() or "Plain") + " Ltd"

    def maybe(self, value: Any, share: float = 0.75) -> Any:
        """Return the value, or nothing."""
        return value if self.random.random() < share else None

    def area(self, areas: Mapping[int, Row]) -> Row:
        """Return an area somewhere in the tree."""
        number = len(areas) + 1
        return {
            "code": f"A{number}",
            "name": self.words()[:4].strip(),
            "above": self.maybe(self.random.choice([*areas, None])),
        }

    def firm(self, world: World) -> Row:
        """Return a firm with most of its fields filled."""
        pick = self.random
        seen = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=pick.randint(0, 24 * 120))
        return {
            "name": self.words() if pick.random() < 0.8 else "华南科动公司",
            "level": pick.choice(["a", "b", "b", "c", None]),
            "tags": tuple(sorted(pick.sample(["a", "b", "c"], pick.randint(0, 2)))) or None,
            "area": self.maybe(pick.choice([*world["area"]])),
            "mother": self.maybe(pick.choice([*world["firm"], None]), 0.5),
            "phone": self.maybe(f"+86138{pick.choice(['0013', '1234'])}{pick.randint(1000, 1009)}"),
            "email": self.maybe(f"{pick.choice(['a', 'B', 'zhang'])}{pick.randint(1, 9)}@ex.com"),
            "credit": self.maybe(Decimal(pick.choice(["0", "12.50", "-3.10", "99999.99", "7"]))),
            "staff": self.maybe(pick.choice([0, 1, 7, 12, 100, 2500])),
            "share": self.maybe(Decimal(pick.choice(["0.15", "0.5", "1", "0.333333"]))),
            "founded": self.maybe(date(2020, 1, 1) + timedelta(days=pick.randint(0, 900))),
            "seen_at": self.maybe(
                pick.choice(
                    [seen, seen.replace(hour=15, minute=59, second=59), seen.replace(hour=16)]
                )
            ),
            "partner": pick.choice([True, False, None]),
            "note": self.maybe(self.words(), 0.5),
        }

    def thing(self, number: int) -> Row:
        """Return a thing with a price or none."""
        price = Decimal(self.random.choice(["1", "99.90", "500", "1234.56"]))
        return {"code": f"T-{number}", "name": self.words(), "price": self.maybe(price)}

    def person(self, world: World) -> Row:
        """Return a person with jobs, some of them over."""
        firms = self.random.sample([*world["firm"]], self.random.randint(0, 3))
        return {"name": self.words()[:3].strip(), "jobs": [self.job(firm) for firm in firms]}

    def job(self, firm: int) -> Row:
        """Return a job at a firm; its beginning is always said."""
        since = date(2023, 1, 1) + timedelta(days=self.random.randint(0, 900))
        until = since + timedelta(days=self.random.randint(0, 900))
        return {
            "firm": firm, "post": self.random.choice(POSTS), "since": since,
            "until": self.maybe(until, 0.5),
        }  # fmt: skip

    def deal(self, world: World) -> Row:
        """Return a deal with items and extras, about somebody or something."""
        pick, things = self.random, [*world["thing"]]
        about = pick.choice(
            [None, ("thing", pick.choice(things)), ("person", pick.choice([*world["person"]]))]
        )
        return {
            "firm": pick.choice([*world["firm"]]),
            "due": self.maybe(date(2026, 1, 1) + timedelta(days=pick.randint(0, 60))),
            "stage": pick.choice(["draft", "sent", "won", None]),
            "items": [self.item(pick.choice(things)) for _ in range(pick.randint(0, 3))],
            "extras": tuple(sorted(pick.sample(things, pick.randint(0, 3)))) or None,
            "about": about,
        }

    def item(self, thing: int) -> Row:
        """Return an item of a deal."""
        return {
            "thing": thing,
            "quantity": Decimal(self.random.choice(["1", "2.5", "0.3333", "12"])),
            "price": Decimal(self.random.choice(["10", "99.99", "0.01"])),
        }


def build_world(installation: Installation, seed: int) -> World:
    """Make a world, store it through the gate and return it as the oracle reads it."""
    make, world = Maker(seed), {entity: {} for entity in FIELDS}
    makers = {
        "area": (14, lambda: make.area(world["area"])),
        "firm": (40, lambda: make.firm(world)),
        "thing": (14, lambda: make.thing(len(world["thing"]) + 1)),
        "person": (24, lambda: make.person(world)),
        "deal": (32, lambda: make.deal(world)),
    }
    with installation.engine.write(installation.system()) as desk:
        for entity, (number, maker) in makers.items():
            for _ in range(number):
                store(desk, world, entity, maker())
        _delete_some(desk, world, make)
    return world


def store(desk: Desk, world: World, entity: str, row: Row) -> int:
    """Store a record with its lines and take it into the world."""
    saved = desk.records.create(entity, to_raw(row))
    view = desk.record(entity, saved.id)
    lines = _LINES.get(entity)
    taken = {name: value for name, value in row.items() if lines is None or name != lines[0]}
    world[entity][saved.id] = _taken(saved.id, taken, view.values)
    if lines is not None:
        for given, found in zip(row[lines[0]], view.lines[lines[0]], strict=True):
            own = _taken(found.id, {**given, "head": saved.id}, found.values)
            world[lines[1]][found.id] = own
    recompute(world)
    return saved.id


def _taken(record: int, row: Row, stored: Mapping[str, Any]) -> Row:
    made = {name: stored[name] for name in _GIVEN_BY_GATE if name in stored}
    return {**made, **row, "id": record, "deleted": False}


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


def _delete_some(desk: Desk, world: World, make: Maker) -> None:
    for entity in ("deal", "person", "firm", "thing"):
        for record in make.random.sample([*world[entity]], len(world[entity])):
            if make.random.random() < 0.3 and not any(_pointing_at(world, entity, record)):
                desk.records.delete(entity, record)
                world[entity][record]["deleted"] = True
                for _, line in _LINES.values():
                    for row in world[line].values():
                        if FIELDS[line]["head"] == f"> {entity}" and row["head"] == record:
                            row["deleted"] = True
    recompute(world)


def _pointing_at(world: World, entity: str, record: int) -> Iterator[Row]:
    """Yield the living records that hold on to one, its own lines aside."""
    for holder, fields in FIELDS.items():
        for name, kind in fields.items():
            for row in world[holder].values():
                value = row.get(name)
                same = {
                    f"> {entity}": value == record and name != "head",
                    "any": value == (entity, record),
                    f"links {entity}": record in (value or ())
                    if kind.startswith("links")
                    else False,
                }
                if same.get(kind) and not row["deleted"]:
                    yield row
