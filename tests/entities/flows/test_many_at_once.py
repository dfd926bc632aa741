"""Many at the same documents at the same moment: never more than is open, never below zero."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from installation import Installation
from shipping_steps import deliver, make_order, open_rests, order_lines

from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError, UnavailableError
from cardwright_entities.queries.ledger_balances import LedgerBalances

PEOPLE = 64


def all_at_once(shipping: Installation, act: Callable[[Desk, int], object]) -> list[bool]:
    """Let everybody act; tell who succeeded. Who is told to try later does."""

    def one(number: int) -> bool:
        while True:
            try:
                shipping.engine.run_write(shipping.system(), lambda desk: act(desk, number))
            except InputError:
                return False
            except UnavailableError:
                continue
            return True

    with ThreadPoolExecutor(PEOPLE) as people:
        return list(people.map(one, range(PEOPLE)))


def test_sixty_four_people_pull_no_more_than_is_open(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        first, second = make_order(desk, 50, 50), make_order(desk, 30)
        lines = [*order_lines(desk, first), *order_lines(desk, second)]
    # Each takes of two lines, in whatever order comes to him.
    done = all_at_once(
        shipping,
        lambda desk, number: deliver(
            desk, {lines[number % 3]: 2, lines[(number + 1 + number % 2) % 3]: 2}
        ),
    )
    with shipping.engine.read(shipping.system()) as desk:
        rests = open_rests(desk, first) + open_rests(desk, second)
    assert min(rests) >= 0
    assert sum(rests) == Decimal(130 - 4 * sum(done))
    assert min(rests) < 2 or sum(done) == PEOPLE


def test_sixty_four_people_send_no_more_than_is_in_stock(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        for product in (1, 2):
            raw = {"product": product, "warehouse": 1, "quantity": 40, "value": "1"}
            desk.records.create("intake", raw)

    def send(desk: Desk, number: int) -> None:
        products = (1, 2) if number % 2 else (2, 1)
        lines = [{"product": each, "quantity": 1} for each in products]
        desk.records.create("delivery", {"warehouse": 1, "stage": "shipped", "lines": lines})

    done = all_at_once(shipping, send)
    with shipping.engine.read(shipping.system()) as desk:
        left = [
            LedgerBalances().balance(desk.session, desk.reading, "stock", {"product": each})
            for each in (1, 2)
        ]
    assert sum(done) == 40
    assert left == [Decimal(0), Decimal(0)]


def test_a_balance_that_many_make_at_once_is_made_once(shipping: Installation) -> None:
    def take_in(desk: Desk, number: int) -> None:
        raw = {"product": 1, "warehouse": 1, "quantity": 1 + number, "value": "1"}
        desk.records.create("intake", raw)

    assert all(all_at_once(shipping, take_in))
    with shipping.engine.read(shipping.system()) as desk:
        assert LedgerBalances().balance(desk.session, desk.reading, "stock", {"product": 1}) == sum(
            range(PEOPLE + 1)
        )
        assert (
            LedgerBalances().balance(desk.session, desk.reading, "stock", {"product": 1}, "value")
            == PEOPLE
        )
