"""Several choices in one input: each is found by typing, and the next begins afresh."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
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
