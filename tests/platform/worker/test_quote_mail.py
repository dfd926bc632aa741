"""A quote of pack sales goes to the customer by mail, with its print, and says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mail_server import MailServer, mail_server
from outgoing import outgoing, send_due
from serving import Program, Served, serve

from cardwright_metadata.pack_folders import bundled_packs


@pytest.fixture
def post() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def company(tmp_path: Path, post: MailServer) -> Iterator[Served]:
    served = serve(
        "",
        tmp_path,
        *bundled_packs(),
        mail_host="127.0.0.1",
        mail_port=post.port,
        mail_security="none",
        mail_from="crm@example.com",
    )
    yield served
    served.instance.close()


def make(office: Program, entity: str, **values: Any) -> dict[str, Any]:
    """Create a record and return it."""
    answer = office.post(f"/records/{entity}", values)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.get_json()
    return made


def approved_quote(office: Program) -> dict[str, Any]:
    """Make a quote for a customer with an address, and have it approved."""
    client = make(office, "customer", name="无锡瑞驰", email="buying@ruichi.example")
    motor = make(office, "product", code="SM", name="伺服电机", sales_price="1560")
    lines = [{"product": motor["id"], "quantity": 2}]
    quote = make(office, "quote", customer=client["id"], lines=lines)
    answer = office.post(f"/records/quote/{quote['id']}/actions/approval.submit", {})
    assert answer.status_code == 200, answer.text
    return quote


def test_a_quote_is_mailed_with_its_print_to_whom_the_sender_says(
    company: Served, post: MailServer
) -> None:
    office = Program(company, "admin")
    quote = approved_quote(office)
    assert quote["mail_to"] == "buying@ruichi.example"
    said = {"mail_to": "chen@ruichi.example", "mail_text": "陈总：\n请看 <附件>。"}
    sent = office.post(f"/records/quote/{quote['id']}/actions/send", {"values": said})
    assert sent.status_code == 200, sent.text
    send_due(company)
    (kept,) = outgoing(company)
    assert (kept.state, kept.name, kept.record) == ("sent", "quote_mail", quote["id"])
    (mail,) = post.mails
    assert (mail["To"], mail["Subject"]) == ("chen@ruichi.example", f"报价单 {quote['number']}")
    html = mail.get_body(("html",))
    assert html is not None
    assert "请看 &lt;附件&gt;。" in html.get_content()
    (sheet,) = mail.iter_attachments()
    assert sheet.get_content()[:5] == b"%PDF-"
    now = office.get(f"/records/quote/{quote['id']}").get_json()
    assert (now["stage"], now["mail_to"]) == ("sent", "chen@ruichi.example")


def test_a_quote_that_is_handed_over_is_not_mailed(company: Served, post: MailServer) -> None:
    office = Program(company, "admin")
    quote = approved_quote(office)
    said = {"values": {"mail_to": None}}
    sent = office.post(f"/records/quote/{quote['id']}/actions/send", said)
    assert sent.status_code == 200, sent.text
    send_due(company)
    assert (outgoing(company), post.mails) == ([], [])
