"""A world of firms, people and deals, made with a fixed seed and stored by the gate."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from access_world.eyes import Row, World
from access_world.keeping import Keeper
from access_world.schema import FIELDS, PINYIN
from access_world.sight import Owner

HAN = tuple(PINYIN)
POSTS = ("经理", "会计", "Engineer", "销售", None)


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


#: Entities whose records have an owner.
OWNED = ("area", "firm", "person", "thing", "deal")


def fill(keeper: Keeper, seed: int, owner: Callable[[], Owner] = lambda: None) -> None:
    """Make a world: records, changes of some of them, and some in the recycle bin."""
    make, world = Maker(seed), keeper.world
    makers = {
        "area": (14, lambda: make.area(world["area"])),
        "firm": (40, lambda: make.firm(world)),
        "thing": (14, lambda: make.thing(len(world["thing"]) + 1)),
        "person": (24, lambda: make.person(world)),
        "deal": (32, lambda: make.deal(world)),
    }
    for entity, (number, maker) in makers.items():
        for _ in range(number):
            keeper.create(entity, maker(), owner())
    for firm in make.random.sample([*world["firm"]], 12):
        fresh = make.firm(world)
        names = make.random.sample(["name", "level", "staff", "credit", "seen_at", "email"], 3)
        keeper.change("firm", firm, {name: fresh[name] for name in names})
    for line, row in make.random.sample([*world["deal_item"].items()], 8):
        keeper.change("deal", row["head"], {"stage": "won"}, line, {"quantity": Decimal(7)})
    for line, row in make.random.sample([*world["job"].items()], 8):
        keeper.change("person", row["head"], {}, line, {"post": "会计"})
    for entity in ("deal", "person", "firm", "thing"):
        for record in make.random.sample([*world[entity]], len(world[entity])):
            if make.random.random() < 0.3 and not any(keeper.pointing_at(entity, record)):
                keeper.delete(entity, record)


def empty_world() -> World:
    """Return a world without records."""
    return {entity: {} for entity in FIELDS}
