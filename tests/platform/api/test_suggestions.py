"""The API tells what would be filled in, offers every suggestion, and takes them back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import PACKS, Program, Served, serve


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    url = "" if request.param == "sqlite" else str(request.getfixturevalue("postgresql_module_url"))
    served = serve(url, tmp_path_factory.mktemp("served"), PACKS / "prices")
    instance = served.instance
    with instance.engine.write(instance.system_context()) as desk:
        create = desk.records.create
        create("customer", {"name": "甲", "level": "a"})
        create("product", {"name": "轴", "unit": "件", "price": 10, "tax_rate": "0.13", "cost": 7})
        create("product", {"name": "轮", "unit": "件", "price": 20, "cost": 7})
        create("price_list", {"name": "省价", "level": "a"})
        create("price_list", {"name": "内部", "level": "b"})
    yield served
    served.instance.close()


def test_suggestions_are_told_filled_and_taken_back(shop: Served) -> None:
    chief = Program(shop, "chief")
    line = {"item": 1, "quantity": "2"}
    values = {"customer": 1, "ordered_on": "2026-03-01", "items": [line]}
    told = chief.post("/records/sale/suggestions", values)
    assert told.status_code == 200, told.text
    assert told.get_json()["filled"]["items.0.amount"] == "22.60"
    assert told.get_json()["offers"]["price_list"][0]["value"] == 1
    answer = chief.post("/records/sale", values)
    assert answer.status_code == 201
    sale = answer.get_json()
    assert sale["items"][0]["amount"] == "22.60"
    number, url = sale["items"][0]["id"], f"/records/sale/{sale['id']}"

    def change(version: int, **values: object) -> dict[str, object]:
        answer = chief.patch(url, {"items": [{"id": number, **values}]}, version)
        assert answer.status_code == 200, answer.text
        found: dict[str, object] = answer.get_json()["items"][0]
        return found

    by_hand = change(1, price="8")
    assert (by_hand["set_by_hand"], by_hand["price_taxed"]) == (["price"], "9.0400")
    back = change(2, suggested=["price"])
    assert (back["set_by_hand"], back["price"]) == (None, "10.0000")
    body = {"items": [{"id": number, "price": "1", "price_taxed": "2"}]}
    refused = chief.patch(url, body, 3)
    assert refused.status_code == 422
    assert set(refused.get_json()["error"]["fields"]) == {"items.0.price", "items.0.price_taxed"}


def test_nobody_is_offered_what_he_may_not_read(shop: Served) -> None:
    seller = Program(shop, "seller")
    values = {"customer": 1, "items": [{"item": 2}]}
    told = seller.post("/records/sale/suggestions", values)
    filled = told.get_json()["filled"]
    assert filled["items.0.unit"] == "件"
    assert filled["items.0.price"] is None
    missing = seller.post("/records/price_list/suggestions", {})
    assert missing.status_code == 403
