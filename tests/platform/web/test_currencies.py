"""A currency that nobody wrote is asked for where there are rates, and shown where it is chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from serving import PACKS, Browser, Served, serve

PRICES = """\
kind: pack
name: prices
label: {zh: 价格, en: Prices}
language: 1
---
kind: entity
name: tender
label: {zh: 钱, en: Tender}
title: sign
fields: {sign: {type: code}, courses: {type: lines, of: course}}
plays: {currency: {code: sign, rates: courses}}
---
kind: entity
name: course
label: {zh: 行情, en: Course}
fields: {begins: {type: date}, worth: {type: decimal}}
plays: {rate: {currency: head, rate: worth, from: begins}}
---
kind: entity
name: deal
label: {zh: 买卖, en: Deal}
fields: {name: {type: text}, price: {type: money}}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    pack = tmp_path_factory.mktemp("prices")
    (pack / "pack.yaml").write_text(PRICES, "utf-8")
    served = serve("", tmp_path_factory.mktemp("served"), PACKS / "crew", pack)
    yield served
    served.instance.close()


def asked(browser: Browser, path: str) -> list[str]:
    """Return which fields of a deal a form asks for."""
    page = browser.get(path)
    assert page.status_code == 200
    names = ("name", "price", "currency", "rate", "rate_date")
    return [name for name in names if re.search(rf'name="{name}"', page.text)]


def test_a_currency_is_asked_for_once_there_are_rates_and_shown_once_there_is_one(
    shop: Served,
) -> None:
    browser = shop.signed_in("li.na", "admin")
    assert asked(browser, "/new/deal") == ["name", "price"]
    for fields in (
        {"sign": "CNY"},
        {"sign": "USD", "courses.0.begins": "2026-01-01", "courses.0.worth": "7"},
    ):
        assert browser.post("/new/tender", fields).status_code == 303
    assert asked(browser, "/new/deal") == ["name", "price", "currency", "rate", "rate_date"]

    deals = ({"name": "home", "price": "5"}, {"name": "abroad", "price": "5", "currency": "2"})
    for deal in deals:
        assert browser.post("/new/deal", deal).status_code == 303
    home, abroad = (browser.get(f"/card/deal/{number}").text for number in (1, 2))
    assert "Rate date" not in home
    assert "Rate date" in abroad
    assert "USD" in abroad

    # A copy is worth what the rate of its own day says.
    copied = browser.get("/new/deal?copy=2").text
    assert re.search(r'name="rate"[^>]*value=""', copied)
    assert "USD" in copied
