"""Several choices in one input: each is found by typing, and the next begins afresh."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from screens.small_company import signed_in

SERVES = "crew"
PEOPLE = {"captain": "admin"}


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with signed_in(browser, address, "captain") as screen:
        screen.open("/new/mate")
        yield screen.page


def test_typed_words_go_once_their_choice_is_made(page: Page) -> None:
    field = page.locator("[data-field=may]")
    typed = field.locator(".ts-control input")
    typed.click()
    typed.press_sequentially("edi")
    typed.press("Enter")
    expect(field.locator(".item")).to_have_count(1)
    expect(typed).to_have_value("")
    typed.press_sequentially("rea")
    field.locator(".option").first.click()
    expect(field.locator(".item")).to_have_count(2)
    expect(typed).to_have_value("")


def test_hits_that_come_while_one_presses_do_not_take_the_click_away(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/new/sailor")
    field = page.locator("[data-field=signs_as]")
    select = field.locator("select")
    select.evaluate("each => each.focus()")
    found = field.locator(".option").filter(has_text="aptain").first
    expect(found).to_be_visible()
    held: list[Route] = []
    page.route("**/options/**", lambda route: held.append(route))
    with page.expect_request("**/options/**"):
        page.keyboard.type("cap")
    found.hover()
    page.mouse.down()
    with page.expect_response("**/options/**") as answer:
        held[0].continue_()
    answer.value.finished()
    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))")
    page.mouse.up()
    expect(select).not_to_have_value("")
