"""Moves on a card: pressed in the head, on the path, or in the dialog of what they ask."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect
from screens.screen import Screen
from serving import Served

from cardwright_entities.contexts import Principal

SERVES = "pipeline"
PEOPLE = {"ann": "boss"}


@pytest.fixture
def page(screen: Screen) -> Page:
    # A small form that is not complete is sent back.
    screen.provoked.add(422)
    return screen.page


def card(served: Served, address: str, page: Page, amount: str) -> None:
    """Open the card of a new bid."""
    context = replace(
        served.instance.system_context(), principal=Principal(1, "Ann", frozenset({"boss"}))
    )
    with served.instance.engine.write(context) as desk:
        bid = desk.records.create("bid", {"name": "Pumps", "amount": amount})
    page.goto(f"{address}/card/bid/{bid.id}")
    page.locator("html[data-awake]").wait_for(state="attached")


def choose(page: Page, action: str) -> None:
    """Take an action from behind the first one."""
    page.locator(".btn-split details summary:visible").click()
    page.locator(f".btn-split a[href$='/{action}']:visible").click()


def test_the_usual_next_step_is_one_click_and_can_be_taken_back(
    served: Served, address: str, page: Page
) -> None:
    card(served, address, page, "1000")
    now = page.locator(".cw-path [aria-current=step]")
    expect(now).to_contain_text("Draft")
    page.locator(".btn-split button.btn-primary:visible").first.click()
    expect(now).to_contain_text("Sent")
    page.locator(".cw-toast button", has_text="Undo").click()
    expect(now).to_contain_text("Draft")


def test_what_a_move_asks_is_asked_in_a_dialog_that_keeps_what_was_typed(
    served: Served, address: str, page: Page
) -> None:
    card(served, address, page, "0")
    choose(page, "lose")
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("#f-reason")).to_be_focused()
    dialog.locator("#f-note").fill("they went elsewhere")
    dialog.locator("footer button").last.click()
    expect(dialog.locator("#f-reason")).to_have_attribute("aria-invalid", "true")
    expect(dialog.locator("#f-note")).to_have_value("they went elsewhere")
    dialog.locator("#f-reason").fill("price")
    dialog.locator("footer button").last.click()
    expect(page.locator(".cw-step-lost")).to_contain_text("Lost")
    expect(page.locator(".cw-toast")).to_contain_text("Lose: done")


def test_a_blocked_move_says_why_and_does_nothing(served: Served, address: str, page: Page) -> None:
    card(served, address, page, "0")
    page.locator(".btn-split details summary:visible").click()
    blocked = page.locator(".cw-blocked:visible")
    expect(blocked).to_contain_text("Fill in the amount first")
    blocked.click(force=True)
    expect(page.locator(".cw-path [aria-current=step]")).to_contain_text("Draft")


@pytest.mark.parametrize("screen", ["desk"], indirect=True)
def test_a_state_on_the_path_that_can_be_reached_is_pressed_there(
    served: Served, address: str, page: Page
) -> None:
    card(served, address, page, "1000")
    page.locator(".cw-path .cw-step-free button").first.click()
    expect(page.locator(".cw-path [aria-current=step]")).to_contain_text("Sent")
