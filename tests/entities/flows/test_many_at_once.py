"""Many at the same documents at the same moment: never more than is open, never below zero."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from installation import Installation
from shipping_steps import deliver, make_order, open_rests, order_lines
from sqlalchemy import select

from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError, UnavailableError
from cardwright_entities.queries.ledger_balances import LedgerBalances

PEOPLE = 64
#: Who reads all the time while the others write.
READERS = 2


def all_at_once(
    shipping: Installation,
    act: Callable[[Desk, int], object],
    after: Callable[[], None] = lambda: None,
) -> list[bool]:
    """Let everybody act; tell who succeeded. Who is told to try later does."""

    def one(number: int) -> bool:
        while True:
            try:
                shipping.engine.run_write(shipping.system(), lambda desk: act(desk, number))
            except InputError:
                return False
            except UnavailableError:
                continue
            after()
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


class Looks:
    """Reads balances, entries and rests as one snapshot has them, and counts what it saw."""

    def __init__(self, shipping: Installation, line: int) -> None:
        self._shipping = shipping
        self._line = line
        self._lock = threading.Lock()
        self.reads = 0
        self.states: set[tuple[Decimal, Decimal]] = set()  #: stock and rest, as they were seen
        self.wrong: list[str] = []

    def look(self) -> None:
        """Compare each balance with the sum of its entries, and the rest with what was pulled."""
        with self._shipping.engine.read(self._shipping.system()) as desk:
            balances = _stock(desk, "stock_balance")
            entries = _stock(desk, "stock_entry")
            ordered, rest = self._order(desk)
            pulled = self._pulled(desk)
        with self._lock:
            self.reads += 1
            self.states.add((balances[0], rest))
            if balances != entries:
                self.wrong.append(f"balance {balances}, its entries {entries}")
            if balances[0] < 0 or rest < 0 or rest != ordered - pulled:
                self.wrong.append(f"stock {balances[0]}, rest {rest} of {ordered}, {pulled} pulled")

    def _order(self, desk: Desk) -> tuple[Decimal, Decimal]:
        table = desk.model.entity("order_line").table
        row = desk.session.rows(select(table).where(table.c.id == self._line))[0]
        return row.quantity, row.open_quantity

    def _pulled(self, desk: Desk) -> Decimal:
        head, line = (desk.model.entity(name) for name in ("delivery", "delivery_line"))
        (source,) = line.fields["order_line"].columns
        pulled = select(line.table.c.quantity).join(
            head.table, head.table.c.id == line.table.c.head
        )
        rows = desk.session.rows(pulled.where(source == self._line, head.table.c.stage != "void"))
        return sum((row.quantity for row in rows), Decimal(0))


def _stock(desk: Desk, entity: str) -> tuple[Decimal, Decimal]:
    table = desk.model.entity(entity).table
    rows = desk.session.rows(select(table.c.quantity, table.c.value))
    return (
        sum((row.quantity or Decimal(0) for row in rows), Decimal(0)),
        sum((row.value or Decimal(0) for row in rows), Decimal(0)),
    )


def test_every_read_sees_balances_that_are_the_sums_of_their_entries(
    shipping: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        raw = {"product": 1, "warehouse": 1, "quantity": 30, "value": "100"}
        desk.records.create("intake", raw)
        (line,) = order_lines(desk, make_order(desk, 40))
    looks = Looks(shipping, line)
    pulled: dict[int, int] = {}
    ended = threading.Event()

    def watch(_: int) -> None:
        while not ended.wait(0.01):
            looks.look()

    def pull(desk: Desk, number: int) -> None:
        pulled[number] = deliver_shipped(desk, line)

    def give_back(desk: Desk, number: int) -> None:
        if number % 2 and number in done:
            desk.records.update("delivery", pulled[number], {"stage": "void"}, None)

    with ThreadPoolExecutor(READERS) as readers:
        watching = readers.map(watch, range(READERS))
        done = succeeded(all_at_once(shipping, pull, looks.look))
        given = succeeded(all_at_once(shipping, give_back, looks.look)) & done
        again = succeeded(all_at_once(shipping, pull, looks.look))
        ended.set()
        list(watching)
    returned = sum(number % 2 for number in given)
    left = 30 - len(done) + returned - len(again)
    assert looks.wrong == []
    assert looks.states >= {(Decimal(0), Decimal(10)), (Decimal(returned), Decimal(10 + returned))}
    assert (len(done), given, left) == (30, done, 0)
    with capsys.disabled():
        print(f"\n{looks.reads} reads of {len(looks.states)} states, {len(looks.wrong)} wrong")


def deliver_shipped(desk: Desk, line: int) -> int:
    raw = {"order_line": line, "product": 1, "quantity": 1}
    sent = {"stage": "shipped", "warehouse": 1, "lines": [raw]}
    return desk.records.create("delivery", sent).id


def succeeded(told: list[bool]) -> set[int]:
    return {number for number, done in enumerate(told) if done}
