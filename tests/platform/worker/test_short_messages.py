"""Short messages of rules reach a real provider, once each, or stay where people see why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from outgoing import outgoing, send_due
from serving import PACKS, Program, Served, serve
from sms_provider import Provider, sms_provider

from cardwright_entities.outbox import send_again
from cardwright_platform.connectors.registered import connect


@pytest.fixture
def provider() -> Iterator[Provider]:
    with sms_provider() as server:
        yield server


@pytest.fixture
def office(store_url: str, tmp_path: Path, provider: Provider) -> Iterator[Served]:
    served = serve(store_url, tmp_path, PACKS / "letters", **provider.settings())
    yield served
    served.instance.close()


def configured(served: Served, **settings: object) -> Served:
    """Return the same office after its operator has changed the configuration."""
    config = replace(served.instance.config, **settings)  # type: ignore[arg-type] # fields by name
    return replace(
        served, instance=replace(served.instance, config=config, connector=connect(config, ()))
    )


def plan_visit(served: Served, mobile: str | None = "13800138000", name: str = "张三") -> None:
    """Plan a visit, which announces itself."""
    with served.instance.engine.write(served.instance.system_context()) as desk:
        desk.records.create("visit", {"name": name, "day": "2026-03-05", "mobile": mobile})


def reasons(served: Served) -> list[tuple[str, int, str]]:
    """Return state, tries and reason of each message, the newest first."""
    return [
        (each.state, each.attempts, (each.reason or {}).get("code", ""))
        for each in outgoing(served)
    ]


def test_a_message_arrives_signed_with_its_text_and_its_template(
    office: Served, provider: Provider
) -> None:
    plan_visit(office, name="张三\r\nX: <b>1</b>")
    send_due(office)
    (kept,) = outgoing(office)
    assert (kept.state, kept.destination, kept.their_id) == ("sent", "+8613800138000", "p-1")
    ((_, _, body),) = provider.got
    told = json.loads(body)
    name = "张三 X: <b>1</b>"
    assert told == {
        "to": "13800138000",
        "sign": "卡匠",
        "text": f"{name} 2026-03-05 上门",
        "template": "SMS_100",
        "with": {"name": name, "day": "2026-03-05"},
        "id": str(kept.id),
    }
    assert (kept.content or {})["text"] == told["text"]
    send_due(office)
    assert len(provider.got) == 1


def test_what_is_taken_back_sends_nothing(office: Served, provider: Provider) -> None:
    answer = Program(office, "admin").post("/records/visit", {"mobile": "13800138000"})
    assert answer.status_code == 422
    send_due(office)
    assert (provider.got, outgoing(office)) == ([], [])


@pytest.mark.parametrize(
    ("mobile", "code"),
    [
        (None, "sms_no_number"),
        ("021-62345678", "sms_bad_number"),
        ("1380013800", "sms_bad_number"),
        ("+1 604-555-3392", "sms_other_country"),
    ],
)
def test_who_has_no_number_that_may_be_written_to_is_seen_as_failed(
    office: Served, provider: Provider, mobile: str | None, code: str
) -> None:
    plan_visit(office, mobile)
    send_due(office)
    assert [each[::2] for each in reasons(office)] == [("failed", code)]
    assert provider.got == []


@pytest.mark.parametrize(
    ("answer", "state", "code"),
    [
        ((200, '{"code": "SENSITIVE"}'), "failed", "sms_refused"),
        ((400, "no"), "failed", "sms_refused"),
        ((200, '{"code": "BUSY"}'), "waiting", "sms_provider_away"),
        ((401, "who are you"), "waiting", "sms_provider_away"),
        ((503, "closed"), "waiting", "sms_provider_away"),
    ],
)
def test_what_the_provider_says_is_kept(
    office: Served, provider: Provider, answer: tuple[int, str], state: str, code: str
) -> None:
    provider.answers = [answer]
    plan_visit(office)
    send_due(office)
    assert reasons(office) == [(state, 1, code)]
    (kept,) = outgoing(office)
    assert answer[1] in (kept.reason or {})["params"]["answer"]


def test_a_provider_that_is_away_costs_one_message_a_try_until_it_is_given_up(
    office: Served, provider: Provider
) -> None:
    plan_visit(office)
    plan_visit(office, "13900139000")
    provider.answers = [(503, "")]
    send_due(office)
    assert reasons(office) == [
        ("waiting", 0, "sms_provider_away"), ("waiting", 1, "sms_provider_away"),
    ]  # fmt: skip
    provider.answers = [(503, "")] * 15
    for _ in range(15):
        office.clock.forward(hours=5)
        send_due(office)
    assert [each[:2] for each in reasons(office)] == [("failed", 8), ("failed", 8)]
    with office.instance.store.write(office.instance.system_context()) as session:
        send_again(session, outgoing(office)[0].id)
    send_due(office)
    assert [each[0] for each in reasons(office)] == ["sent", "failed"]


def test_without_a_connector_messages_wait_and_say_why(office: Served, provider: Provider) -> None:
    closed = configured(office, sms_connector="")
    plan_visit(closed)
    send_due(closed)
    assert reasons(closed) == [("waiting", 0, "sms_no_connector")]
    send_due(office)
    assert reasons(office) == [("sent", 0, "")]


def test_a_day_and_a_number_have_limits(office: Served, provider: Provider) -> None:
    small = configured(office, sms_per_day=2, sms_per_number=1)
    for mobile in ("13800138000", "13800138000", "13900139000", "13700137000"):
        plan_visit(small, mobile)
    send_due(small)
    assert reasons(small) == [
        ("waiting", 0, "sms_day_limit"),
        ("sent", 0, ""),
        ("failed", 1, "sms_number_limit"),
        ("sent", 0, ""),
    ]
    small.clock.forward(hours=24)
    send_due(small)
    assert len(provider.got) == 3


def test_the_neighbourhood_is_not_called(office: Served, provider: Provider) -> None:
    careful = configured(office, outbound_networks=())
    plan_visit(careful)
    send_due(careful)
    assert reasons(careful) == [("waiting", 1, "address_not_allowed")]
    assert provider.got == []


def test_each_record_found_gets_its_own_message(office: Served, provider: Provider) -> None:
    closed = configured(office, sms_connector="")
    for mobile in ("13800138000", "13900139000"):
        plan_visit(closed, mobile, "屋顶")
    program = Program(closed, "admin")
    offer = program.post("/records/offer", {"name": "屋顶"}).get_json()["id"]
    answer = program.post(f"/records/offer/{offer}/actions/rule.remind", {})
    assert answer.status_code == 200, answer.text
    send_due(office)
    texts = sorted(json.loads(body)["text"] for _, _, body in provider.got)
    assert texts[-2:] == ["请准备：屋顶"] * 2
    assert len(texts) == 4
