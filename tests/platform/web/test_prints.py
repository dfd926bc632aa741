"""Documents of records: looked at, saved as PDF, with the rights of who prints."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from openpyxl import load_workbook
from serving import PACKS, Served, serve

from cardwright_entities.accounts.tokens import create_token

OFFER = {
    "number": "Q-1",
    "day": "2026-03-02",
    "margin": "77.77",
    "items": [{"what": "电机", "quantity": "2", "price": "617.25"}],
}


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = serve("", tmp_path_factory.mktemp("served"), PACKS / "quoting")

    def work(desk: object) -> None:
        records = desk.records  # type: ignore[attr-defined] # a desk of the engine
        client = records.create("client", {"name": "<王>公司", "address": "上海", "limit": 4444})
        records.create("offer", {**OFFER, "client": client.id})

    served.instance.engine.run_write(served.instance.system_context(), work)
    yield served
    served.instance.close()


def test_a_card_offers_the_prints_that_its_entity_has(office: Served) -> None:
    browser = office.signed_in("kim", "seller")
    card = browser.get("/card/offer/1").text
    assert '"/print/offer/1/offer_sheet"' in card
    assert '"/print/offer/1/offer_slip"' in card
    page = browser.get("/print/offer/1/offer_sheet")
    assert page.status_code == 200
    assert "/print/offer/1/offer_sheet.pdf" in page.text


def test_a_document_says_what_its_reader_may_read_and_no_more(office: Served) -> None:
    browser = office.signed_in("kim", "seller")
    answer = browser.get("/print/offer/1/offer_sheet.html")
    text = answer.text
    assert "卡匠贸易有限公司" in text
    assert "客户：&lt;王&gt;公司，上海，额度 <" in text
    assert "日期：2026年3月2日" in text
    assert "毛利：[]" in text
    assert "77.77" not in text
    assert "4444" not in text
    assert "壹仟贰佰叁拾肆元伍角整" in text
    assert "¥1,234.50" in text
    assert "<svg" in text
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_pdf_has_pages(office: Served) -> None:
    browser = office.signed_in("kim", "seller")
    answer = browser.get("/print/offer/1/offer_sheet.pdf")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert "Q-1.pdf" in answer.headers["Content-Disposition"]


def test_a_print_is_saved_as_a_workbook_with_its_lines(office: Served) -> None:
    browser = office.signed_in("kim", "seller")
    assert "/print/offer/1/offer_sheet.xlsx" in browser.get("/print/offer/1/offer_sheet").text
    answer = browser.get("/print/offer/1/offer_sheet.xlsx")
    assert "Q-1.xlsx" in answer.headers["Content-Disposition"]
    values = [
        cell.value
        for row in load_workbook(BytesIO(answer.data)).worksheets[0].iter_rows()
        for cell in row
    ]
    assert "1 电机" in values
    assert 1234.5 in values
    assert not any("77.77" in str(each) or "4444" in str(each) for each in values)
    usual = browser.get("/print/client/1/usual.xlsx")
    assert load_workbook(BytesIO(usual.data)).worksheets[0]["A1"].value


def test_who_may_only_read_prints_nothing(office: Served) -> None:
    browser = office.signed_in("see", "onlooker")
    assert "/print/" not in browser.get("/card/offer/1").text
    for ending in ("", ".html", ".pdf", ".xlsx"):
        assert browser.get(f"/print/offer/1/offer_sheet{ending}").status_code == 403
    assert browser.get("/print/client/1/usual").status_code == 404


def test_an_entity_without_a_print_has_the_usual_one(office: Served) -> None:
    browser = office.signed_in("kim", "seller")
    text = browser.get("/print/client/1/usual.html").text
    assert "&lt;王&gt;公司" in text
    assert "上海" in text
    assert "4,444" not in text
    assert browser.get("/print/client/1/usual.pdf").data.startswith(b"%PDF-")
    assert browser.get("/print/offer/1/usual").status_code == 404
    assert browser.get("/print/client/99/usual").status_code == 404


def test_a_program_takes_a_document_as_pdf(office: Served) -> None:
    path = "/api/v1/records/offer/1/prints/offer_sheet"
    answers = {}
    for role in ("seller", "onlooker"):
        account = office.add(role, role)
        with office.instance.store.write(office.instance.system_context()) as session:
            token = create_token(session, account.id, "prints")
        headers = {"Authorization": f"Bearer {token}"}
        answers[role] = office.app.test_client().get(path, headers=headers)
    assert answers["seller"].data.startswith(b"%PDF-")
    assert answers["onlooker"].status_code == 403
