"""Prints of a record: looked at before paper, saved as PDF, and a refusal that says why."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from screens.screen import Screen
from screens.small_company import signed_in
from serving import Served

SERVES = "quoting"
#: Somebody who prints and somebody who only looks.
PEOPLE = {"kim": "seller", "see": "onlooker"}
OFFER = {
    "number": "Q-1",
    "day": "2026-03-02",
    "items": [{"what": "电机", "quantity": "2", "price": "617.25"}],
}


@pytest.fixture(scope="module", autouse=True)
def offer(served: Served) -> None:
    with served.instance.engine.write(served.instance.system_context()) as desk:
        desk.records.create("offer", OFFER)


def test_a_document_is_seen_in_its_whole_width_and_saved(screen: Screen) -> None:
    screen.open("/card/offer/1")
    screen.page.locator(".cw-top .cw-menu summary").click()
    screen.page.get_by_role("link", name="Print: Quote (A4)").click()
    screen.page.wait_for_url("**/print/offer/1/offer_sheet")
    frame = screen.page.locator(".cw-print > iframe")
    paper = frame.content_frame
    expect(paper.get_by_text("壹仟贰佰叁拾肆元伍角整")).to_be_visible()
    assert paper.locator("html").evaluate("each => each.scrollWidth <= each.clientWidth")
    shown = frame.bounding_box()
    assert shown is not None
    assert shown["x"] >= 0
    assert shown["x"] + shown["width"] <= screen.page.viewport_size["width"]
    with screen.page.expect_download() as saved:
        screen.page.get_by_role("link", name="Save PDF").click()
    assert saved.value.suggested_filename == "报价单 Q-1.pdf"
    assert saved.value.path().read_bytes().startswith(b"%PDF-")
    screen.page.locator(".cw-top [href='/card/offer/1']:visible").click()
    screen.page.wait_for_url("**/card/offer/1")


def test_who_may_not_print_is_told_so(browser: Browser, address: str) -> None:
    with signed_in(browser, address, "see") as screen:
        screen.open("/card/offer/1")
        expect(screen.page.locator("a[href^='/print/']")).to_have_count(0)
        screen.open("/print/offer/1/offer_sheet", status=403)
        expect(screen.page.locator(".cw-error h1")).to_be_visible()
        expect(screen.page.locator(".cw-print")).to_have_count(0)
