"""Whatever is done to documents in whatever order: rests and balances are what they should be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from installation import PACKS, Installation, build_installation
from shipping_steps import deliver, make_order, order_lines, push

from cardwright_entities.engine import Desk
from cardwright_entities.errors import CardwrightError
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.records.undoing import undo

STEPS = ("push", "part", "both", "void", "ship", "delete", "restore", "undo", "raise", "cut", "in")
STEP = st.tuples(st.sampled_from(STEPS), st.integers(0, 5), st.integers(1, 9))


class EndedError(Exception):
    """Ends a transaction so that nothing of it stays."""


@pytest.fixture(scope="module")
def shipping(store_module_url: str) -> Iterator[Installation]:
    """One installation for all histories; each is rolled back."""
    installation = build_installation(store_module_url, PACKS / "shipping")
    with installation.engine.write(installation.system()) as desk:
        desk.records.create("customer", {"name": "A"})
        for name in ("P", "Q"):
            desk.records.create("product", {"name": name})
        desk.records.create("warehouse", {"name": "W"})
    yield installation
    installation.store.close()


class History:
    """Does one random step after another; what is refused changes nothing."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.orders = [make_order(desk, 10, 6), make_order(desk, 8)]
        self.deliveries: list[int] = []
        self.sets: list[int] = []

    def step(self, what: str, which: int, much: int) -> None:
        try:
            with self.desk.session.savepoint():
                getattr(self, "do_" + what)(which, much)
        except CardwrightError:
            self.desk.records.loader._known.clear()  # noqa: SLF001 - what was rolled back is unknown

    def do_push(self, which: int, much: int) -> None:
        self.deliveries.append(push(self.desk, self.orders[which % 2], warehouse=1))

    def do_part(self, which: int, much: int) -> None:
        self._deliver({order_lines(self.desk, self.orders[which % 2])[0]: much})

    def do_both(self, which: int, much: int) -> None:
        lines = [line for each in self.orders for line in order_lines(self.desk, each)]
        self._deliver({lines[which % 3]: much, lines[(which + 1) % 3]: 1})

    def _deliver(self, lines: dict[int, object]) -> None:
        saved = deliver(self.desk, lines, warehouse=1)
        self.deliveries.append(saved.id)
        self.sets.append(saved.change_set)

    def _change(self, which: int, stage: str) -> None:
        record = self.deliveries[which % len(self.deliveries)] if self.deliveries else 0
        saved = self.desk.records.update("delivery", record, {"stage": stage}, None)
        self.sets.append(saved.change_set)

    def do_void(self, which: int, much: int) -> None:
        self._change(which, "void")

    def do_ship(self, which: int, much: int) -> None:
        self._change(which, "shipped")

    def do_delete(self, which: int, much: int) -> None:
        record = self.deliveries[which % len(self.deliveries)] if self.deliveries else 0
        self.sets.append(self.desk.records.delete("delivery", record).change_set)

    def do_restore(self, which: int, much: int) -> None:
        record = self.deliveries[which % len(self.deliveries)] if self.deliveries else 0
        self.sets.append(self.desk.records.restore("delivery", record).change_set)

    def do_undo(self, which: int, much: int) -> None:
        if self.sets:
            undo(self.desk.records, self.sets[which % len(self.sets)])

    def do_raise(self, which: int, much: int) -> None:
        order = self.orders[which % 2]
        line = {"id": order_lines(self.desk, order)[0], "quantity": much + 4}
        self.desk.records.update("sales_order", order, {"lines": [line]}, None)

    def do_cut(self, which: int, much: int) -> None:
        record = self.deliveries[which % len(self.deliveries)] if self.deliveries else 0
        rows = self.desk.record("delivery", record).lines["lines"]
        if not rows:
            return
        line = {"id": rows[0].id, "quantity": much}
        if much < 3:
            line = {"id": rows[0].id, "remove": True}
        saved = self.desk.records.update("delivery", record, {"lines": [line]}, None)
        self.sets.append(saved.change_set)

    def do_in(self, which: int, much: int) -> None:
        raw = {"product": 1 + which % 2, "warehouse": 1, "quantity": much, "value": "1"}
        self.sets.append(self.desk.records.create("intake", raw).change_set)


def rows_of(desk: Desk, entity: str, *columns: str) -> list[dict[str, object]]:
    page = desk.page(PageRequest(entity=entity, columns=columns, limit=200))
    return [dict(row.values) for row in page.rows]


def assert_rests(desk: Desk) -> None:
    taken: defaultdict[object, Decimal] = defaultdict(Decimal)
    for row in rows_of(desk, "delivery_line", "order_line", "quantity", "head.stage"):
        if row["head.stage"] != "void":
            taken[row["order_line"]] += Decimal(str(row["quantity"]))
    for row in rows_of(desk, "order_line", "id", "quantity", "open_quantity"):
        rest = Decimal(str(row["quantity"])) - taken[row["id"]]
        assert row["open_quantity"] == rest
        assert rest >= 0


def assert_balances(desk: Desk) -> None:
    sums: defaultdict[tuple[object, ...], Decimal] = defaultdict(Decimal)
    for row in rows_of(desk, "stock_entry", "product", "warehouse", "batch", "quantity"):
        sums[row["product"], row["warehouse"], row["batch"]] += Decimal(str(row["quantity"]))
    balances = rows_of(desk, "stock_balance", "product", "warehouse", "batch", "quantity")
    for row in balances:
        key = (row["product"], row["warehouse"], row["batch"])
        assert row["quantity"] == sums.pop(key)
        assert Decimal(str(row["quantity"])) >= 0
    assert not any(sums.values())


def assert_postings(desk: Desk) -> None:
    """What stands unreversed is exactly what shipped deliveries say."""
    wanted: defaultdict[object, Decimal] = defaultdict(Decimal)
    for row in rows_of(desk, "delivery_line", "id", "quantity", "head.stage"):
        if row["head.stage"] == "shipped":
            wanted[row["id"]] -= Decimal(str(row["quantity"]))
    for row in rows_of(desk, "stock_entry", "line", "quantity", "posting"):
        if row["posting"] == "out":
            wanted[row["line"]] -= Decimal(str(row["quantity"]))
    assert not any(wanted.values())


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEP, min_size=3, max_size=14))
def test_rests_and_balances_follow_any_history(
    shipping: Installation, steps: list[tuple[str, int, int]]
) -> None:
    with suppress(EndedError), shipping.engine.write(shipping.system()) as desk:
        history = History(desk)
        history.do_in(0, 9)
        for step in steps:
            history.step(*step)
            assert_rests(desk)
        assert_balances(desk)
        assert_postings(desk)
        raise EndedError
