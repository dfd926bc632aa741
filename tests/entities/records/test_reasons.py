"""Every value says where it comes from, and to its reader no more than he may read."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from installation import PACKS, Installation, build_installation
from shipping_steps import make_order, order_lines

from cardwright_entities.engine import Desk
from cardwright_entities.errors import NotFoundError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.records.reasons import Reason, reasons_of
from cardwright_metadata.expressions.parsing import parse

DAY = "2026-01-01"


@pytest.fixture
def shop(store_url: str) -> Iterator[Installation]:
    """A shop with one sale of two items."""
    installation = build_installation(store_url, PACKS / "prices")
    with installation.engine.write(installation.system()) as desk:
        create = desk.records.create
        create("customer", {"name": "甲", "level": "a"})
        create("product", {"name": "轴", "unit": "件", "price": 10, "tax_rate": "0.13", "cost": 7})
        create(
            "price_list",
            {
                "name": "省价",
                "level": "a",
                "prices": [{"item": 1, "price": 9, "since": "2026-01-01"}],
            },
        )
        create("person", {"name": "王", "company": 1})
    yield installation
    installation.store.close()


def why(desk: Desk, entity: str, record: int, field: str) -> Reason:
    (found,) = reasons_of(desk.records, desk.model.entity(entity), record, (field,))
    return found


def sale(desk: Desk, **more: object) -> int:
    items = [{"item": 1, "quantity": 2}, {"item": 1, "quantity": 3, "price": 4}]
    values = {"customer": 1, "ordered_on": "2026-03-01", "items": items, **more}
    return desk.records.create("sale", values).id


def test_what_somebody_entered_bears_his_name_and_the_moment(shop: Installation) -> None:
    acting = shop.acting("chief")
    with shop.engine.write(acting) as desk:
        record = sale(desk)
        found = why(desk, "sale", record, "ordered_on")
        assert (found.kind, found.by, found.at) == ("entered", acting.principal.account, acting.now)
        line = desk.record("sale", record).lines["items"][1].id
        assert why(desk, "sale_item", line, "price").kind == "entered"


def test_a_suggestion_names_its_source(shop: Installation) -> None:
    with shop.engine.write(shop.acting("chief")) as desk:
        record = sale(desk)
        line = desk.record("sale", record).lines["items"][0].id
        found = why(desk, "sale_item", line, "price")
        assert (found.kind, found.value) == ("suggested", Decimal(9))
        assert found.source.in_language("en")


def test_a_field_that_the_reader_may_not_read_is_not_explained(shop: Installation) -> None:
    with shop.engine.write(shop.system()) as desk:
        record = sale(desk)
    with shop.engine.read(shop.acting()) as desk, pytest.raises(NotFoundError):
        why(desk, "sale", record, "ordered_on")


@pytest.fixture
def depot(store_url: str) -> Iterator[Installation]:
    """Orders whose totals follow from their lines."""
    installation = build_installation(store_url, PACKS / "shipping")
    with installation.engine.write(installation.system()) as desk:
        desk.records.create("customer", {"name": "甲"})
        for name in ("轴", "轮"):
            desk.records.create("product", {"name": name})
    yield installation
    installation.store.close()


def test_a_formula_shows_what_it_used_and_a_rollup_whom_it_asked(depot: Installation) -> None:
    with depot.engine.write(depot.system()) as desk:
        order = make_order(desk, 10, 4, payable="100")
        lines = order_lines(desk, order)
        counted = why(desk, "sales_order", order, "open_total")
        assert (counted.kind, counted.value) == ("rollup", Decimal(14))
        assert counted.records == tuple(RecordRef("order_line", each) for each in lines)
        computed = why(desk, "sales_order", order, "received")
        assert computed.kind == "formula"
        assert computed.formula == parse("payable - open_amount").tree
        used = {each.path: each.value for each in computed.inputs}
        assert used == {("payable",): Decimal(100), ("open_amount",): Decimal(100)}
        assert why(desk, "sales_order", order, "stage").kind == "default"
        assert why(desk, "sales_order", order, "created_at").kind == "engine"
        assert why(desk, "sales_order", order, "from_offer").kind == "empty"
