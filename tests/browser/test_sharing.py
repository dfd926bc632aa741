"""One record for a colleague: shared in a dialog until a moment, seen by him, ended, claimed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from screens.company import Company
from screens.looks import Look, open_context, sign_in
from screens.marks import on_desks
from screens.screen import Screen

#: Sees her own customers and the pool, and nothing of those who share here.
COLLEAGUE, NAME = Look("sales", "zh", "desk"), "林晓晴"


@pytest.fixture(scope="module")
def colleague(browser: Browser, company: Company) -> Iterator[Page]:
    """A tab of the colleague, in a browser of her own."""
    context = open_context(browser, COLLEAGUE)
    page = context.new_page()
    sign_in(page, company.address, COLLEAGUE)
    yield page
    context.close()


def status(page: Page, screen: Screen, path: str) -> int:
    """Return how the colleague is answered at an address."""
    answer = page.goto(screen.address + path)
    assert answer is not None
    return answer.status


def share(screen: Screen, until: str) -> None:
    """Share the record of the card with the colleague until a moment."""
    screen.link("共享", "Share").first.click()
    heading = screen.say("共享", "Share")
    expect(screen.page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    drawn = screen.page.locator("[id='f-share_employees'] + .ts-wrapper")
    drawn.locator("input").first.press_sequentially(NAME)
    drawn.locator(".option").filter(has_text=NAME).first.click()
    expect(drawn.locator(".item")).to_contain_text(NAME)
    screen.field("share_until").fill(until)
    screen.page.locator("form:has([id='f-share_until']) button.btn-primary").click()
    expect(screen.field("share_until")).to_have_count(0)


@on_desks
def test_a_record_is_shared_for_a_while_and_no_longer(screen: Screen, colleague: Page) -> None:
    name = screen.fresh("共享给同事的公司", "Company shared with a colleague ")
    card = screen.create("customer", name=name)
    assert status(colleague, screen, card) == 404
    share(screen, "2031-03-01T18:00")
    assert status(colleague, screen, card) == 200
    expect(colleague.locator("h1, .cw-title").filter(has_text=name).first).to_be_visible()
    screen.open(f"{card}?tab=shares")
    panel = screen.page.locator("main")
    expect(panel).to_contain_text(NAME)
    expect(panel).to_contain_text("2031")
    screen.button("取消共享", "End").first.click()
    expect(screen.toast()).to_be_visible()
    assert status(colleague, screen, card) == 404


@on_desks
def test_a_colleague_claims_what_was_put_into_the_pool(screen: Screen, colleague: Page) -> None:
    name = screen.fresh("给同事领取的公司", "Company to be claimed ")
    card = screen.create("customer", name=name)
    assert status(colleague, screen, card) == 404
    screen.page.locator(".cw-top details.cw-menu summary").first.click()
    screen.button("放入公海", "Put into the pool").click()
    screen.page.get_by_role("alertdialog").get_by_role("button").first.click()
    expect(screen.toast()).to_be_visible()
    assert status(colleague, screen, card) == 200
    colleague.get_by_role("button", name="领取").first.click()
    expect(colleague.locator("#cw-toasts .cw-toast").last).to_be_visible()
    expect(colleague.locator(".cw-rail")).to_contain_text("领取")
    expect(colleague.locator("main")).to_contain_text(NAME)
