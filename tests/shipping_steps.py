"""What tests of the flows do again and again in the pack ``shipping``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from cardwright_entities.engine import Desk
from cardwright_entities.flows.actions import Asking
from cardwright_entities.records.saving import Saved


def make_order(desk: Desk, *quantities: object, **values: object) -> int:
    """Store an order of one customer with a line for each quantity."""
    lines = [{"product": 1 + i % 2, "quantity": q, "price": "5"} for i, q in enumerate(quantities)]
    raw = {"customer": 1, "ship_to": "苏州", **values}
    return desk.records.create("sales_order", {**raw, "lines": lines}).id


def order_lines(desk: Desk, order: int) -> list[int]:
    """Return the ids of an order's lines."""
    return [row.id for row in desk.record("sales_order", order).lines["lines"]]


def open_rests(desk: Desk, order: int) -> list[Decimal]:
    """Return how much is open of each line of an order."""
    rows = desk.record("sales_order", order).lines["lines"]
    return [Decimal(str(row.values["open_quantity"])) for row in rows]


def push(desk: Desk, order: int, name: str = "push.order_to_delivery", **values: Any) -> int:
    """Push an order and return what it became."""
    done = desk.actions.perform("sales_order", order, name, Asking(values=values))
    assert done.saved is not None
    return done.saved.id


def deliver(desk: Desk, lines: dict[int, object], **values: object) -> Saved:
    """Store a delivery that takes from some order lines."""
    rows = [{"order_line": line, "quantity": quantity} for line, quantity in lines.items()]
    return desk.records.create("delivery", {**values, "lines": rows})
