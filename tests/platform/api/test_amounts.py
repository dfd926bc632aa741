"""What amounts are worth stands beside them, for readers who may read them, and is never taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from serving import PACKS, Served, serve

from cardwright_entities.accounts.accounts import set_roles
from cardwright_entities.accounts.tokens import SCOPES, create_token

TRADE = """\
kind: pack
name: trade
label: {zh: 买卖, en: Trade}
language: 1
---
kind: entity
name: tender
title: sign
fields: {sign: {type: code}, courses: {type: lines, of: course}}
plays: {currency: {code: sign, rates: courses}}
---
kind: entity
name: course
fields: {begins: {type: date}, worth: {type: decimal}}
plays: {rate: {currency: head, rate: worth, from: begins}}
---
kind: entity
name: deal
fields:
  name:  {type: text}
  price: {type: money}
  rows:  {type: lines, of: row}
  total: {type: formula, stored: true, returns: money, formula: "sum(rows, cost)"}
---
kind: entity
name: row
fields: {cost: {type: money}, fee: {type: money}}
---
kind: entity
name: wage
features: {currency: false}
fields: {name: {type: text}, pay: {type: money}}
---
kind: role
name: porter
label: {zh: 搬运, en: Porter}
grants: {deal: {actions: [read], hidden: [price]}}
"""

Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    pack = tmp_path_factory.mktemp("trade")
    (pack / "pack.yaml").write_text(TRADE, "utf-8")
    served = serve("", tmp_path_factory.mktemp("served"), PACKS / "crew", pack)
    yield served
    served.instance.close()


def asking(market: Served, login: str, role: str) -> Ask:
    """Return what sends JSON with a token of somebody with this role."""
    account = market.add(login, password="")
    with market.instance.store.write(market.instance.system_context()) as session:
        set_roles(session, account.id, (role,))  # more than the field of mates offers
        token = create_token(session, account.id, "tests", scopes=SCOPES)
    client = market.app.test_client()

    def ask(path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        method = "GET" if body is None else "POST"
        return client.open(f"/api/v1{path}", method=method, json=body, headers=headers).get_json()

    return ask


@pytest.fixture(scope="module")
def captain(market: Served) -> Ask:
    ask = asking(market, "captain", "admin")
    ask("/records/tender", {"sign": "CNY"})
    courses = [{"begins": "2026-01-01", "worth": "7.2"}]
    ask("/records/tender", {"sign": "USD", "courses": courses})
    rows = [{"cost": "10", "fee": "0.5"}]
    ask("/records/deal", {"name": "a", "price": "12.5", "currency": 2, "rows": rows})
    ask("/records/wage", {"pay": "5"})
    return ask


def test_a_record_tells_what_its_amounts_are_worth(captain: Ask) -> None:
    deal = captain("/records/deal/1")
    assert (deal["price"], deal["price_base"]) == ("12.50", "90.00")
    assert (deal["total"], deal["total_base"]) == ("10.00", "72.00")
    assert (deal["currency"], deal["rate"]) == (2, "7.20000000")
    assert list(deal).index("price_base") == list(deal).index("price") + 1
    (row,) = deal["rows"]
    assert (row["fee"], row["fee_base"]) == ("0.50", "3.60")
    assert not [name for name in (*deal, *row) if "." in name]


def test_a_list_tells_it_beside_the_amounts_that_were_asked_for(captain: Ask) -> None:
    (deal,) = captain("/records/deal?fields=price")["items"]
    assert {name: deal[name] for name in deal if name.startswith("price")} == {
        "price": "12.50",
        "price_base": "90.00",
    }
    (deal,) = captain("/records/deal?fields=price_base")["items"]
    assert set(deal) == {"id", "version", "price_base"}
    (deal,) = captain("/records/deal?fields=name,price.base")["items"]
    assert set(deal) == {"id", "version", "name", "price.base"}


def test_amounts_in_one_currency_stand_alone(captain: Ask) -> None:
    assert "pay_base" not in captain("/records/wage/1")


def test_it_is_described_and_not_taken(captain: Ask) -> None:
    schemas = captain("/openapi.json")["components"]["schemas"]
    assert schemas["deal"]["properties"]["price_base"]["readOnly"] is True
    assert schemas["row"]["properties"]["fee_base"]["readOnly"] is True
    assert "pay_base" not in schemas["wage"]["properties"]
    assert "price_base" not in schemas["deal.new"]["properties"]
    error = captain("/records/deal", {"price": "1", "price_base": "2"})["error"]
    assert list(error["fields"]) == ["price_base"]


def test_who_may_not_read_an_amount_learns_nothing_of_its_worth(
    market: Served, captain: Ask
) -> None:
    porter = asking(market, "porter", "porter")
    deal = porter("/records/deal/1")
    assert deal["total_base"] == "72.00"
    assert not [name for name in deal if name.startswith("price")]
    refused = porter("/records/deal?fields=price_base")["error"]
    unknown = porter("/records/deal?fields=prize_base")["error"]
    assert refused["message"].replace("price", "prize") == unknown["message"]
    assert (
        "price_base" not in porter("/openapi.json")["components"]["schemas"]["deal"]["properties"]
    )
