"""A watermark says on every page who reads it and when, where the operator wants one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pdf_texts import drawn_texts
from serving import PACKS, PASSWORD, Browser, Program, Served, serve

from cardwright_entities.engine import Desk
from cardwright_platform.people import add_user
from cardwright_platform.signing_in import set_password

OFFER = "/print/offer/1/offer_sheet"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve offers that are printed; one of them is longer than a page."""
    served = serve("", tmp_path_factory.mktemp("office"), PACKS / "quoting", watermark=True)

    def work(desk: Desk) -> None:
        client = desk.records.create("client", {"name": "Wang & Co", "address": "上海"}).id
        items = [{"what": f"part {number}", "quantity": "1", "price": "2"} for number in range(90)]
        desk.records.create("offer", {"number": "Q-1", "client": client, "items": items})

    served.instance.engine.run_write(served.instance.system_context(), work)
    served.add("kim", "seller")
    yield served
    served.instance.close()


@pytest.fixture
def kim(office: Served) -> Browser:
    browser = office.browser()
    browser.sign_in("kim", PASSWORD)
    return browser


def mark_of(served: Served, name: str) -> str:
    now = served.clock().astimezone(served.instance.system_context().zone)
    return f"{name} {now:%Y-%m-%d %H:%M}"


def test_pages_carry_their_readers_name_and_the_time(store_url: str, tmp_path: Path) -> None:
    served = serve(store_url, tmp_path, PACKS / "papers", watermark=True)
    browser = served.signed_in("ada", "archivist")
    page = browser.get("/list/paper")
    mark = re.search(r'<svg class="cw-watermark" aria-hidden="true".*?</svg>', page.text, re.S)
    assert mark is not None
    then = mark_of(served, "Ada")
    assert f">{then}<" in mark[0]
    served.clock.forward(hours=2)
    assert f">{then}<" not in browser.get("/list/paper").text
    served.instance.close()


def test_every_page_of_a_pdf_carries_them(office: Served, kim: Browser) -> None:
    drawn = drawn_texts(kim.get(f"{OFFER}.pdf").data)
    # What of a page is pale is a stream of its own.
    pages = [texts for texts in drawn if any("part" in text for text in texts)]
    marked = [texts for texts in drawn if texts.count(mark_of(office, "Kim")) > 9]
    assert len(pages) == len(marked) > 1
    assert all(set(texts) == {mark_of(office, "Kim")} for texts in marked)


def test_no_style_of_a_template_takes_the_mark_off_a_document(kim: Browser) -> None:
    text = kim.get(f"{OFFER}.html").text
    (layer,) = re.findall(r'<div class="cw-watermark" aria-hidden="true" style="([^"]*)">', text)
    said = layer.split(";")
    assert "display:block!important" in said
    assert all(each.endswith("!important") for each in said)


def test_a_workbook_has_them_in_its_header_and_in_no_cell(office: Served, kim: Browser) -> None:
    sheet = load_workbook(BytesIO(kim.get(f"{OFFER}.xlsx").data)).worksheets[0]
    assert sheet.oddHeader.center.text == mark_of(office, "Kim")
    values = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert "1 part 0" in values
    assert not any(mark_of(office, "Kim") in value for value in values)


def test_a_name_with_signs_is_written_as_it_is(office: Served) -> None:
    account = add_user(office.instance, login="odd", name="A&B <i>", roles=("seller",))
    set_password(office.instance, account, PASSWORD)
    browser = office.browser()
    browser.sign_in("odd", PASSWORD)
    mark = mark_of(office, "A&B <i>")
    sheet = load_workbook(BytesIO(browser.get(f"{OFFER}.xlsx").data)).worksheets[0]
    assert str(sheet.oddHeader.center.text).replace("&&", "&") == mark
    drawn = drawn_texts(browser.get(f"{OFFER}.pdf").data)
    assert any(mark in texts for texts in drawn)


def test_a_program_gets_the_mark_of_whom_it_works_for(office: Served) -> None:
    program = Program(office, "seller", login="robot")
    answer = program.get("/records/offer/1/prints/offer_sheet")
    assert any(mark_of(office, "Robot") in texts for texts in drawn_texts(answer.data))


def test_there_is_none_unless_asked_for(tmp_path: Path) -> None:
    served = serve("", tmp_path, PACKS / "quoting")
    served.instance.engine.run_write(
        served.instance.system_context(),
        lambda desk: desk.records.create("client", {"name": "Wang"}),
    )
    browser = served.signed_in("kim", "seller")
    assert "cw-watermark" not in browser.get("/list/client").text
    assert "cw-watermark" not in browser.get("/print/client/1/usual.html").text
    sheet = load_workbook(BytesIO(browser.get("/print/client/1/usual.xlsx").data)).worksheets[0]
    assert sheet.oddHeader.center.text is None
    drawn = drawn_texts(browser.get("/print/client/1/usual.pdf").data)
    assert any("Wang" in text for texts in drawn for text in texts)
    assert not any(text.startswith("Kim 20") for texts in drawn for text in texts)
    served.instance.close()
