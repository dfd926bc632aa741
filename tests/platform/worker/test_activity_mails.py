"""Mails of a lead, a contact or a customer stand in its activities: those that came, those sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest
from mail_server import MailServer, mail_server
from outgoing import send_due
from serving import Program, Served, serve

from cardwright_entities.flows.rules.lists import hear_mail, rules_of_mails
from cardwright_metadata.pack_folders import bundled_packs


@pytest.fixture(scope="module")
def post() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, post: MailServer) -> Iterator[Served]:
    served = serve(
        "",
        tmp_path_factory.mktemp("company"),
        *bundled_packs(),
        mail_host="127.0.0.1",
        mail_port=post.port,
        mail_security="none",
        mail_from="crm@example.com",
    )
    yield served
    served.instance.close()


@pytest.fixture(scope="module")
def office(company: Served) -> Program:
    return Program(company, "admin")


def make(office: Program, entity: str, **values: Any) -> int:
    """Create a record and return its id."""
    answer = office.post(f"/records/{entity}", values)
    assert answer.status_code == 201, answer.text
    return int(answer.get_json()["id"])


def hear(company: Served, sender: str, subject: str) -> None:
    """Let the rules hear a mail as the worker does once it has read it, and do their steps."""
    said = {
        "from": sender,
        "to": "crm@example.com",
        "subject": subject,
        "text": "请报个参考价",
        "at": "2026-03-01T12:00:00+00:00",
    }
    with company.instance.engine.write(company.instance.system_context()) as desk:
        for rule in rules_of_mails(desk.model):
            hear_mail(desk.records, company.instance.jobs, rule, said, f"{sender} {subject}")
    send_due(company)


def activities(office: Program, where: str) -> list[Mapping[str, Any]]:
    """Return the activities that a condition finds."""
    answer = office.get(f"/records/activity?where={quote(where)}")
    assert answer.status_code == 200, answer.text
    found: list[Mapping[str, Any]] = answer.get_json()["items"]
    return found


def test_a_mail_of_a_lead_stands_at_the_lead_with_its_owner(
    company: Served, office: Program
) -> None:
    house = make(office, "organisation", code="HT", name="恒拓")
    sales = make(office, "department", code="XS", name="销售部", organisation=house)
    seller = make(office, "employee", code="S01", name="林晓晴", department=sales)
    owner = {"entity": "employee", "id": seller}
    said = {"name": "无锡瑞驰", "email": "lu@ruichi.example", "owner": owner}
    lead = make(office, "lead", source="website", **said)
    hear(company, "lu@ruichi.example", "询价：产线改造")
    (heard,) = activities(office, f"lead = {lead}")
    assert (heard["kind"], heard["direction"], heard["state"]) == ("email", "in", "done")
    assert (heard["subject"], heard["content"]) == ("询价：产线改造", "请报个参考价")
    assert (heard["day"], heard["owner"]) == ("2026-03-01", owner)


def test_a_mail_stands_once_at_the_contact_and_his_company(
    company: Served, office: Program
) -> None:
    client = make(office, "customer", name="常州远恒", email="office@yuanheng.example")
    company_of = {"company": {"entity": "customer", "id": client}, "since": "2020-01-01"}
    person = make(
        office, "contact", name="陈工", email="office@yuanheng.example", employments=[company_of]
    )
    hear(company, "office@yuanheng.example", "")
    (heard,) = activities(office, f"customer = {client}")
    assert (heard["contact"], heard["subject"]) == (person, "（无主题）")


def test_a_mail_of_a_company_without_such_a_contact_stands_at_the_company(
    company: Served, office: Program
) -> None:
    client = make(office, "customer", name="东莞恒泰", email="info@hengtai.example")
    hear(company, "info@hengtai.example", "对账")
    (heard,) = activities(office, f"customer = {client}")
    assert heard["contact"] is None


def test_nobody_knows_a_stranger(company: Served, office: Program) -> None:
    before = activities(office, "kind = 'email'")
    hear(company, "stranger@example.com", "广告")
    assert activities(office, "kind = 'email'") == before


def test_a_mail_written_as_an_activity_is_sent_and_signed(
    company: Served, office: Program, post: MailServer
) -> None:
    lead = make(office, "lead", name="合肥凯盛", email="zhou@kaisheng.example", source="website")
    said = {"kind": "email", "subject": "样本", "content": "周先生：\n样本见 <附件>。"}
    letter = make(office, "activity", lead=lead, **said)
    sent = office.post(f"/records/activity/{letter}/actions/send", {})
    assert sent.status_code == 200, sent.text
    send_due(company)
    mail = post.mails[-1]
    assert (mail["To"], mail["Subject"]) == ("zhou@kaisheng.example", "样本")
    html = mail.get_body(("html",))
    assert html is not None
    assert "样本见 &lt;附件&gt;。" in html.get_content()
