"""Reports against the same sums over plain Python lists, for random records and two readers."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from installation import PACKS, Installation, build_installation

from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk
from cardwright_entities.expressions.numbers import divide
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.reports.drilling import condition_behind
from cardwright_entities.reports.seeing import measured_for
from cardwright_entities.reports.tables import ReportTable

NONE = Decimal(0)
Key = tuple[object, ...]
Place = tuple[Key, Key]


@dataclass(frozen=True)
class Sale:
    day: date | None
    shop: int | None
    keeper: str | None
    won: bool
    margin: Decimal | None
    items: tuple[tuple[Decimal, Decimal], ...]

    @property
    def worth(self) -> Decimal:
        return sum((quantity * price for quantity, price in self.items), NONE)


@dataclass(frozen=True)
class World:
    """What is stored, as plain values beside the database."""

    areas: Mapping[int, int | None]  #: of shops
    big: frozenset[int]
    goals: tuple[tuple[date, int | None, Decimal], ...]
    sales: tuple[Sale, ...]

    def seen_shop(self, shop: int | None, *, clerk: bool) -> int | None:
        return shop if shop is None or not clerk or shop in self.big else None

    def shop_key(self, shop: int | None, *, clerk: bool) -> Key:
        seen = self.seen_shop(shop, clerk=clerk)
        area = self.areas[seen] if seen is not None else None
        return (area and RecordRef("area", area), seen and RecordRef("shop", seen))

    def sales_of(self, *, clerk: bool) -> Iterator[Sale]:
        return (each for each in self.sales if not clerk or each.keeper == "a")


def build_world(desk: Desk, chance: random.Random) -> World:
    def some(values: Iterable[int]) -> int | None:
        return chance.choice([*values, None])

    def amount(most: int) -> Decimal:
        return Decimal(chance.randint(0, most * 100)).scaleb(-2)

    areas = [desk.records.create("area", {"name": name}).id for name in ("东", "西")]
    shops: dict[int, int | None] = {}
    big: set[int] = set()
    for name in "丁丙乙甲":
        area, level = some(areas), chance.choice(["big", "small", None])
        shop = desk.records.create("shop", {"name": name, "area": area, "level": level}).id
        shops[shop] = area
        if level == "big":
            big.add(shop)
    goals = []
    for _ in range(chance.randint(0, 12)):
        goal = (date(2026, chance.randint(1, 5), 1), some(shops), amount(900))
        month, shop_, worth = goal
        desk.records.create("goal", {"month": month, "shop": shop_, "amount": worth})
        goals.append(goal)
    sales = [
        Sale(
            day=chance.choice([None, date(2026, 1, 1) + timedelta(chance.randint(0, 150))]),
            shop=some(shops),
            keeper=chance.choice(["a", "a", "b", None]),
            won=chance.random() < 0.7,
            margin=chance.choice([None, amount(50)]),
            items=tuple((amount(9), amount(90)) for _ in range(chance.randint(0, 3))),
        )
        for _ in range(chance.randint(0, 25))
    ]
    for sale in sales:
        values = {"day": sale.day, "shop": sale.shop, "keeper": sale.keeper, "margin": sale.margin}
        lines = [{"quantity": quantity, "price": price} for quantity, price in sale.items]
        state = "won" if sale.won else "open"
        desk.records.create("sale", {**values, "state": state, "items": lines})
    return World(shops, frozenset(big), tuple(goals), tuple(sales))


@pytest.fixture(params=[1, 2, 3, 4])
def figures(store_url: str, request: pytest.FixtureRequest) -> Iterator[tuple[Installation, World]]:
    installation = build_installation(store_url, PACKS / "figures")
    with installation.engine.write(installation.system()) as desk:
        world = build_world(desk, random.Random(request.param))
    yield installation, world
    installation.store.close()


def readers(installation: Installation) -> dict[bool, Context]:
    return {False: installation.acting("chief"), True: installation.acting("clerk")}


def month_of(day: date | None) -> date | None:
    return day and day.replace(day=1)


def quarter_of(day: date | None) -> date | None:
    return day and date(day.year, day.month - (day.month - 1) % 3, 1)


def added(pairs: Iterable[tuple[Place, Decimal]]) -> dict[Place, Decimal]:
    found: defaultdict[Place, Decimal] = defaultdict(lambda: NONE)
    for place, number in pairs:
        found[place] += number
    return dict(found)


def compare(
    table: ReportTable, name: str, wanted: Mapping[Place, Decimal], whole: Callable[[], Decimal]
) -> None:
    """Compare a number that adds up, in every cell and every total."""
    assert set(wanted) <= set(table.cells)
    for place, values in table.cells.items():
        assert values[name] == wanted.get(place, NONE), (name, place)
    for row in table.rows:
        total = sum((number for place, number in wanted.items() if place[0] == row), NONE)
        assert table.row_totals[row][name] == total, (name, row)
    for column in table.columns:
        total = sum((number for place, number in wanted.items() if place[1] == column), NONE)
        assert table.column_totals[column][name] == total, (name, column)
    assert table.totals[name] == whole()


@pytest.mark.parametrize("clerk", [False, True])
def test_measures_of_two_entities_meet_as_their_records_say(
    figures: tuple[Installation, World], clerk: bool
) -> None:
    installation, world = figures
    with installation.engine.read(readers(installation)[clerk]) as desk:
        table = desk.report("aims")
    goals = added(
        ((world.shop_key(shop, clerk=clerk), (month,)), amount)
        for month, shop, amount in world.goals
    )
    sold = added(
        ((world.shop_key(each.shop, clerk=clerk), (month_of(each.day),)), each.worth)
        for each in world.sales_of(clerk=clerk)
        if each.won and each.items
    )
    compare(table, "goals", goals, lambda: sum(goals.values(), NONE))
    compare(table, "sold", sold, lambda: sum(sold.values(), NONE))
    days = [column[0] for column in table.columns if isinstance(column[0], date)]
    for (row, column), values in table.cells.items():
        rate = divide(sold.get((row, column), NONE), goals.get((row, column), NONE))
        assert values["rate"] == rate
        if isinstance(column[0], date):
            earlier = (column[0] - timedelta(days=1)).replace(day=1)
            assert values["before"] == sold.get((row, (earlier,)), NONE), (row, column)
    # No month between the first and the last is left out.
    assert len(days) == len(set(days))
    if days:
        months = (max(days).year - min(days).year) * 12 + max(days).month - min(days).month + 1
        assert len(days) == months


def test_means_and_their_totals_are_those_of_the_records(
    figures: tuple[Installation, World],
) -> None:
    installation, world = figures
    with installation.engine.read(installation.acting("chief")) as desk:
        table = desk.report("keepers")
    margins: defaultdict[Place, list[Decimal]] = defaultdict(list)
    for each in world.sales:
        if each.margin is not None:
            margins[(each.keeper,), (quarter_of(each.day),)].append(each.margin)

    def mean(numbers: list[Decimal]) -> Decimal | None:
        return divide(sum(numbers, NONE), Decimal(len(numbers)))

    for place, values in table.cells.items():
        assert values["margins"] == mean(margins.get(place, [])), place
    for row in table.rows:
        own = [each for place, found in margins.items() if place[0] == row for each in found]
        assert table.row_totals[row]["margins"] == mean(own)
    every = [each for found in margins.values() for each in found]
    assert table.totals["margins"] == mean(every)
    totals = [table.row_totals[row]["sold"] for row in table.rows]
    assert totals == sorted(totals, reverse=True)  # type: ignore[type-var] # decimals


@pytest.mark.parametrize("clerk", [False, True])
def test_steps_count_what_their_reader_sees(
    figures: tuple[Installation, World], clerk: bool
) -> None:
    installation, world = figures
    with installation.engine.read(readers(installation)[clerk]) as desk:
        table = desk.report("steps")
    sales = list(world.sales_of(clerk=clerk))
    assert table.totals["shops"] == len(world.big if clerk else world.areas)
    assert table.totals["sales"] == len(sales)
    assert table.totals["won"] == sum(each.won for each in sales)
    if clerk:
        assert "least" not in table.totals
    else:
        margins = [each.margin for each in sales if each.margin is not None]
        assert table.totals["least"] == min(margins, default=None)


def test_the_list_behind_a_number_holds_its_records(figures: tuple[Installation, World]) -> None:
    installation, _ = figures
    with installation.engine.read(installation.acting("chief")) as desk:
        for name in ("aims", "keepers"):
            table = desk.report(name)
            for each in measured_for(desk.reading, table.definition):
                whole = count(desk, each.entity.name, condition_behind(table, each))
                found = {
                    place: count(desk, each.entity.name, condition_behind(table, each, *place))
                    for place in table.cells
                }
                if each.figure.definition.shift is None:
                    assert sum(found.values()) == whole, (name, each.figure.name)
                for place, number in found.items():
                    if not number:
                        assert not table.cells[place][each.figure.name]


def count(desk: Desk, entity: str, where: str) -> int:
    condition = desk.condition(entity, where)
    request = PageRequest(entity=entity, where=condition, limit=1, count="exact")
    found = desk.page(request).count
    assert found is not None
    return found.value
