"""Other systems set off rules by messages that they sign, each once."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import orjson
import pytest
from serving import PACKS, Served, serve
from werkzeug.test import TestResponse

from cardwright_entities.queries.requests import PageRequest
from cardwright_platform.hooks import TOLERANCE, hook_secret
from cardwright_platform.worker.assembly import build_loop, open_bell
from cardwright_platform.worker.webhooks import sign_message


@pytest.fixture(params=["sqlite", "postgresql"])
def market(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    url = "" if request.param == "sqlite" else str(request.getfixturevalue("postgresql_url"))
    served = serve(url, tmp_path, PACKS / "pipeline")
    yield served
    served.instance.close()


def tell(
    market: Served,
    rule: str,
    values: object,
    *,
    message: str = "m-1",
    late: int = 0,
    secret: str = "",
    changed: bytes = b"",
) -> TestResponse:
    """Send a message as another system would."""
    body = orjson.dumps(values)
    moment = str(int(market.clock().timestamp()) - late)
    key = secret or hook_secret(market.instance, rule)
    signature = sign_message(key, moment, message.encode() + b"." + body)
    headers = {"Cardwright-Id": message, "Cardwright-Signature": f"t={moment},v1={signature}"}
    return market.app.test_client().post(
        f"/hooks/{rule}",
        data=changed or body,
        headers=headers,
        content_type="application/json",
    )


def amounts(market: Served) -> list[tuple[str, Decimal]]:
    """Let the steps be done, and read all bids."""
    bell = open_bell(market.instance.config)
    build_loop(market.instance, bell).drain()
    bell.close()
    with market.instance.engine.read(market.instance.system_context()) as desk:
        page = desk.page(PageRequest(entity="bid", columns=("name", "amount")))
    return sorted(
        (str(row.values["name"]), Decimal(str(row.values["amount"]))) for row in page.rows
    )


def test_a_message_makes_a_record_once(market: Served) -> None:
    told = {"name": "泵站", "amount": "1000"}
    first = tell(market, "bid_told", told)
    assert first.status_code == 202, first.text
    assert tell(market, "bid_told", told).get_json() == first.get_json()
    assert amounts(market) == [("泵站", Decimal(1000))]
    assert tell(market, "bid_told", told, message="m-2").status_code == 202
    assert amounts(market) == [("泵站", Decimal(1000))] * 2


def test_a_message_works_on_the_records_that_it_finds(market: Served) -> None:
    for number, name in enumerate(("一", "二")):
        tell(market, "bid_told", {"name": name, "amount": "10"}, message=f"m-{number}")
    amounts(market)
    assert tell(market, "raise_told", {"name": "二", "factor": "1.5"}).status_code == 202
    assert amounts(market) == [("一", Decimal(10)), ("二", Decimal(15))]


def test_what_is_not_signed_by_the_rule_s_secret_does_nothing(
    market: Served, caplog: pytest.LogCaptureFixture
) -> None:
    told = {"name": "泵站", "amount": "1000"}
    forged = [
        tell(market, "bid_told", told, secret=hook_secret(market.instance, "raise_told")),
        tell(market, "bid_told", told, changed=b'{"name": "x", "amount": "1"}'),
        tell(market, "bid_told", told, late=TOLERANCE + 1),
        tell(market, "bid_told", told, late=-TOLERANCE - 1),
        tell(market, "bid_told", told, message="m 1"),
        market.app.test_client().post("/hooks/bid_told", json=told),
        market.app.test_client().post("/hooks/nothing", json=told),
    ]
    assert [each.status_code for each in forged] == [401] * 7
    assert {each.get_json()["error"]["code"] for each in forged} == {"bad_signature"}
    assert [each.getMessage().partition(" (")[0] for each in caplog.records] == [
        *["hook refused: rule bid_told from 127.0.0.1: bad_signature"] * 6,
        "hook refused: rule nothing from 127.0.0.1: bad_signature",
    ]
    assert amounts(market) == []


def test_wrong_values_and_wrong_rules_are_told(
    market: Served, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = tell(market, "bid_told", {"amount": "much", "more": 1})
    assert wrong.status_code == 422
    assert set(wrong.get_json()["error"]["fields"]) == {"name", "amount", "more"}
    assert tell(market, "price_all", {"amount": "1"}).status_code == 404
    assert tell(market, "nothing", {}).status_code == 404
    assert tell(market, "bid_told", ["泵站"]).status_code == 400
    assert amounts(market) == []
    assert tell(market, "a\nforged line", {}).status_code == 401
    said = "\n".join(each.getMessage() for each in caplog.records)
    assert said.count("hook refused: rule") == 5
    assert "rule ? from" in said
    assert "forged line" not in said
    assert "much" not in said  # of what was sent, nothing
