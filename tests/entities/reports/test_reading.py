"""What a report does not show, how many statements it takes, and where it ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from installation import PACKS, Installation, build_installation

from cardwright_entities.engine import Desk
from cardwright_entities.errors import LimitError, NotFoundError, QueryError
from cardwright_entities.queries.conditions import read_expression


@pytest.fixture
def figures(store_url: str) -> Iterator[Installation]:
    installation = build_installation(store_url, PACKS / "figures")
    yield installation
    installation.store.close()


def fill(desk: Desk, shops: int, sales: int) -> None:
    area = desk.records.create("area", {"name": "东"}).id
    ids = [
        desk.records.create("shop", {"name": f"店{number}", "area": area, "level": "big"}).id
        for number in range(shops)
    ]
    for number in range(sales):
        item = {"quantity": "1", "price": "10"}
        sale = {"day": f"2026-0{number % 9 + 1}-03", "shop": ids[number % shops], "keeper": "a"}
        desk.records.create("sale", {**sale, "state": "won", "margin": "2", "items": [item]})


def test_a_number_that_needs_what_one_may_not_read_is_not_there(figures: Installation) -> None:
    with figures.engine.write(figures.system()) as desk:
        fill(desk, 2, 3)
    with figures.engine.read(figures.acting("clerk")) as desk:
        shown = [each.name for each in desk.report("keepers").figures]
        assert shown == ["sold"]  # neither the mean margin nor the gap made of it
        with pytest.raises(NotFoundError):
            desk.report("secrets")
        with pytest.raises(NotFoundError):
            desk.report("no_such_report")
        with pytest.raises(QueryError):
            desk.report("keepers", read_expression("margin > 1"))
    with figures.engine.read(figures.acting("chief")) as desk:
        assert [each.name for each in desk.report("keepers").figures] == ["sold", "margins", "gap"]
        assert desk.report("secrets").totals["margins"] == 2


def test_the_number_of_statements_does_not_depend_on_the_records(figures: Installation) -> None:
    counted = []
    for shops in (1, 6):
        with figures.engine.write(figures.system()) as desk:
            fill(desk, shops, 9)
        with figures.engine.read(figures.acting("chief")) as desk:
            before = desk.session.statements
            desk.report("aims")
            counted.append(desk.session.statements - before)
    # One for each of three measured numbers, one for each entity whose titles are shown.
    assert counted == [5, 5]


def test_a_condition_over_dimensions_narrows_all_numbers(figures: Installation) -> None:
    with figures.engine.write(figures.system()) as desk:
        fill(desk, 2, 4)
    with figures.engine.read(figures.acting("chief")) as desk:
        one = desk.report("aims", read_expression("shop = 1 and time <= '2026-02-28'"))
        assert one.totals["sold"] == 10
        assert len(one.rows) == 1
        behind = desk.report("aims", read_expression("shop.area.name = '西'"))
        assert behind.totals["sold"] == 0
        with pytest.raises(QueryError):
            desk.report("aims", read_expression("keeper = 'a'"))
        with pytest.raises(QueryError):
            desk.report("steps", read_expression("sale any (state = 'won')"))


def test_a_report_with_too_many_rows_says_so(figures: Installation) -> None:
    with figures.engine.write(figures.system()) as desk:
        for number in range(2_001):
            desk.records.create("sale", {"keeper": f"k{number}", "margin": "1"})
    with figures.engine.read(figures.acting("chief")) as desk:
        with pytest.raises(LimitError) as error:
            desk.report("keepers")
        assert error.value.message.code == "report_too_large"
        narrowed = desk.report("keepers", read_expression("keeper = 'k7'"))
        assert narrowed.totals["margins"] == 1
