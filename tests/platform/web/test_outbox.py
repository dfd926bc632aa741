"""Messages to the outside are looked after by those who may, and read by those who may more."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from outgoing import outgoing, send_due
from serving import PACKS, Program, Served, serve
from sms_provider import Provider, sms_provider
from sqlalchemy import select

from cardwright_entities.store.audit_tables import cw_audit

ROLES = """\
kind: role
name: postmaster
label: {zh: 消息管理员, en: Postmaster}
features: [see_messages]
grants: {visit: read}
---
kind: role
name: auditor
label: {zh: 审计, en: Auditor}
features: [see_messages, read_messages]
"""


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with sms_provider() as server:
        yield server


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, provider: Provider) -> Iterator[Served]:
    """Serve three messages: one to nobody, one that waits for tomorrow, one that went."""
    folder = tmp_path_factory.mktemp("office")
    pack = folder / "posts"
    pack.mkdir()
    head = "kind: pack\nname: posts\nlabel: {zh: 角色, en: Roles}\nlanguage: 1\n---\n"
    (pack / "pack.yaml").write_text(head + ROLES, "utf-8")
    settings = provider.settings() | {"sms_per_day": 1}
    served = serve("", folder, PACKS / "letters", pack, **settings)
    with served.instance.engine.write(served.instance.system_context()) as desk:
        for mobile in ("13800138000", "13900139000", None):
            desk.records.create("visit", {"name": "屋顶", "mobile": mobile})
    send_due(served)
    yield served
    served.instance.close()


def test_the_page_says_what_became_of_each_message(office: Served) -> None:
    page = office.signed_in("pam", "postmaster").get("/outbox").text
    for words in (
        "+8613800138000", "Sent", "their number p-1", "+8613900139000",
        "The 1 short messages of today are used up", "Nobody to write to has a number.",
        "No mail server is configured", 'href="/card/visit/1"',
    ):  # fmt: skip
        assert words in page
    assert "屋顶  上门" not in page
    assert "SMS_100" not in page


def test_the_content_is_for_those_who_may_read_it(office: Served) -> None:
    page = office.signed_in("aud", "auditor").get("/outbox?state=sent").text
    assert "SMS_100" in page
    assert "/card/visit" not in page
    items = Program(office, "auditor", login="aud2").get("/outbox?state=sent").get_json()["items"]
    assert items[0]["content"]["template"] == "SMS_100"
    plain = Program(office, "postmaster", login="pam2").get("/outbox").get_json()
    assert [each["content"] for each in plain["items"]] == [None] * 3
    assert plain["next"] is None


def test_who_may_not_see_messages_sees_neither_page_nor_entry(office: Served) -> None:
    browser = office.signed_in("eve")
    assert browser.get("/outbox").status_code == 403
    assert 'href="/outbox"' not in browser.get("/").text
    assert Program(office, login="eve2").get("/outbox").status_code == 403
    assert Program(office, login="eve3").post("/outbox/1/again", {}).status_code == 403
    assert 'href="/outbox"' in office.signed_in("pat", "postmaster").get("/").text


def test_states_and_channels_narrow_the_page(office: Served) -> None:
    browser = office.signed_in("paul", "postmaster")
    waiting = browser.get("/outbox?state=waiting&channel=sms").text
    assert "+8613900139000" in waiting
    assert "+8613800138000" not in waiting
    assert "No message is like that" in browser.get("/outbox?channel=webhook").text
    assert browser.get("/outbox?state=nonsense&before=x").status_code == 200
    program = Program(office, "postmaster", login="paul2")
    assert program.get("/outbox?state=nonsense").status_code == 400
    first = program.get("/outbox?limit=1").get_json()
    second = program.get(f"/outbox?limit=1&before={first['next']}").get_json()
    assert [each["items"][0]["id"] for each in (first, second)] == [3, 2]


def test_a_message_is_given_up_and_sent_again(office: Served, provider: Provider) -> None:
    browser = office.signed_in("peer", "postmaster")
    page = browser.get("/outbox?state=waiting&channel=sms").text
    (place,) = re.findall(r'action="(/outbox/2/give-up[^"]*)"', page)
    answer = browser.post(html.unescape(place))
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/outbox?state=waiting&channel=sms"
    (kept,) = [each for each in outgoing(office) if each.id == 2]
    assert (kept.state, kept.reason) == (
        "failed",
        {"code": "outbox_given_up", "params": {"who": "Peer"}},
    )
    assert browser.post("/outbox/2/give-up").status_code == 409
    office.clock.forward(hours=13)
    program = Program(office, "postmaster", login="peer2")
    again = program.post("/outbox/2/again", {})
    assert (again.status_code, again.get_json()["state"]) == (200, "waiting")
    send_due(office)
    assert [each.state for each in outgoing(office)] == ["failed", "sent", "sent"]
    assert program.post("/outbox/2/again", {}).status_code == 409
    assert program.post("/outbox/3/again", {}).status_code == 409
    assert program.post("/outbox/99/give-up", {}).status_code == 404
    with office.instance.store.read(office.instance.system_context()) as session:
        wanted = select(cw_audit.c.kind, cw_audit.c.name, cw_audit.c.target)
        told = session.rows(wanted.where(cw_audit.c.target == "#2").order_by(cw_audit.c.id))
        assert [tuple(row) for row in told] == [
            ("message_given_up", "Peer", "#2"),
            ("message_confirmed", "Peer2", "#2"),
        ]
