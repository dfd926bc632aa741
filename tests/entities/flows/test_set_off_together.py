"""Two who set off the same prepayment at once: the ledger lets no more through than came."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from installation import Installation, build_installation

from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError
from cardwright_entities.queries.ledger_balances import LedgerBalances
from cardwright_entities.records.saving import SaveOptions
from cardwright_metadata.pack_folders import bundled_packs

APPROVED, SIGNED = {"stage": "approved"}, {"stage": "signed"}


@pytest.fixture
def sales(store_url: str) -> Iterator[Installation]:
    made = build_installation(store_url, *(Path(str(each)) for each in bundled_packs().values()))
    yield made
    made.store.close()


def make(desk: Desk, entity: str, **values: object) -> int:
    """Store a record in any state, as a seed does."""
    return desk.records.create(entity, values, SaveOptions(read_only_too=True)).id


def prepaid_contract(desk: Desk) -> tuple[int, int, list[int]]:
    """Return a contract on which 3000 came in two receipts, one of them, and two orders of it."""
    client = make(desk, "customer", name="无锡瑞驰")
    product = make(desk, "product", code="P", name="线缆", sales_price="1000", tax_rate="0.13")
    lines = [{"product": product, "quantity": 10}]
    contract = make(desk, "sales_contract", name="年度", customer=client, lines=lines, **SIGNED)
    orders = [
        make(desk, "sales_order", customer=client, contract=contract, lines=lines, **APPROVED)
        for _ in range(2)
    ]
    receipts = [
        make(
            desk,
            "receipt",
            customer=client,
            amount="5000",
            stage="confirmed",
            lines=[{"contract": contract, "amount": "1500"}],
        )
        for _ in range(2)
    ]
    return client, contract, [*receipts, *orders]


def test_two_at_once_do_not_set_off_more_than_was_prepaid(sales: Installation) -> None:
    system = replace(sales.system(), language="zh")
    with sales.engine.write(system) as desk:
        client, contract, (first, second, one, other) = prepaid_contract(desk)
    together = threading.Barrier(2)
    refused: list[set[str]] = []

    def set_off(receipt: int, order: int) -> bool:
        # Each receipt has 5000 open, each order as much; only the contract has 3000.
        values = {"customer": client, "contract": contract, "amount": "2000"}
        together.wait()
        try:
            sales.engine.run_write(
                system,
                lambda desk: make(
                    desk, "advance_set_off", receipt=receipt, sales_order=order, **values
                ),
            )
        except InputError as error:
            refused.append({each.code for found in error.fields.values() for each in found})
            return False
        return True

    with ThreadPoolExecutor(2) as people:
        done = list(people.map(set_off, (first, second), (one, other)))
    assert sorted(done) == [False, True]
    assert refused == [{"below_zero_left"}]
    with sales.engine.read(system) as desk:
        left = LedgerBalances().balance(
            desk.session, desk.reading, "prepayment", {"contract": contract}, "amount", None
        )
        assert left == Decimal(1000)
        assert desk.record("sales_contract", contract).values["prepaid_left"] == Decimal(1000)
