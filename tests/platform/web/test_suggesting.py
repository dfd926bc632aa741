"""Suggested values fill a form while somebody types, and are offered with where they come from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import PACKS, PASSWORD, Browser, Served, serve


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
        lines = [{"item": 1, "price": 9, "since": "2026-01-01"}]
        create("price_list", {"name": "省价", "level": "a", "prices": lines})
    for login in ("chief", "seller"):
        served.add(login, login)
    yield served
    served.instance.close()


def signed_in(shop: Served, login: str) -> Browser:
    browser = shop.browser()
    assert browser.sign_in(login, PASSWORD).status_code == 303
    browser.get("/account")
    return browser


TYPED = {
    "customer": "1",
    "price_list": "",
    "price_list.suggested": "1",
    "ordered_on": "2026-03-01",
    "items.4.item": "1",
    "items.4.quantity": "2",
    "items.4.unit": "",
    "items.4.unit.suggested": "1",
    "items.4.tax_rate": "",
    "items.4.tax_rate.suggested": "1",
    "items.4.price": "",
    "items.4.price.suggested": "1",
    "items.4.price_taxed": "",
    "items.4.price_taxed.suggested": "1",
    "items.4.amount": "",
    "items.4.amount.suggested": "1",
}


def test_a_form_is_filled_by_suggestions_and_equations(shop: Served) -> None:
    browser = signed_in(shop, "chief")
    filled = browser.post("/compute/sale", TYPED).get_json()["filled"]
    assert filled["price_list"] == {"text": "1", "title": "省价"}
    assert filled["items.4.price"]["text"] == "9"
    assert filled["items.4.unit"]["text"] == "件"
    assert filled["items.4.amount"]["text"] == "20.34"
    # What somebody sets himself is not filled; what it is bound to follows.
    typed = TYPED | {"items.4.price_taxed": "113", "items.4.price_taxed.suggested": ""}
    filled = browser.post("/compute/sale", typed).get_json()["filled"]
    assert "items.4.price_taxed" not in filled
    assert filled["items.4.price"]["text"] == "100"
    assert filled["items.4.amount"]["text"] == "226"


def test_what_a_form_showed_is_what_is_stored(shop: Served) -> None:
    browser = signed_in(shop, "chief")
    told = browser.post("/compute/sale", TYPED).get_json()["filled"]
    posted = TYPED | {place: each["text"] for place, each in told.items()}
    assert browser.post("/new/sale", posted).status_code == 303
    instance = shop.instance
    with instance.engine.read(instance.system_context()) as desk:
        line = desk.record("sale", 1).lines["items"][0].values
    assert (line["price"], line["amount"], line["set_by_hand"]) == (9, line["amount"], None)
    assert str(line["amount"]) == "20.34"
    form = browser.get("/edit/sale/1").text
    assert 'data-suggest="items.0.price"' in form
    assert "data-by-hand" not in form


def test_every_suggestion_is_offered_with_its_source(shop: Served) -> None:
    found = signed_in(shop, "chief").post("/compute/sale?offers=items.4.price", TYPED).get_json()
    labels = [(each["label"], each["shown"]) for each in found["offers"]]
    assert labels[-3:] == [("List price", "9"), ("Standard price", "10"), ("Suggestion", "7")]
    # What may not be read is not offered.
    found = signed_in(shop, "seller").post("/compute/sale?offers=items.4.price", TYPED).get_json()
    assert {each["label"] for each in found["offers"]} <= {"Last price", "List price"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = serve("", tmp_path_factory.mktemp("office"), PACKS / "wages")
    served.add("chief", "chief")
    with served.instance.engine.write(served.instance.system_context()) as desk:
        inputs = [{"code": "hours", "name": "工时", "type": "decimal", "required": True}]
        desk.records.create("scheme", {"name": "甲", "inputs": inputs})
    yield served
    served.instance.close()


def test_a_form_asks_for_the_values_that_a_chosen_record_defines(office: Served) -> None:
    browser = signed_in(office, "chief")
    assert 'name="inputs.hours"' not in browser.get("/new/slip").text
    again = browser.post("/new/slip", {"scheme": "1", "inputs.shown": "1"})
    assert again.status_code == 422
    assert 'name="inputs.hours"' in again.text
    typed = {"scheme": "1", "inputs.shown": "1", "inputs.hours": "7.5"}
    assert browser.post("/new/slip", typed).status_code == 303
    assert 'value="7.5"' in browser.get("/edit/slip/1").text
