"""Moves on a card: pressed in the head, on the path, or in the dialog of what they ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect
from screens.looks import Look, open_context
from serving import PACKS, PASSWORD, Served, serve
from werkzeug.serving import make_server

from cardwright_entities.contexts import Principal


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A company that bids, and one boss."""
    served = serve("", tmp_path_factory.mktemp("served"), PACKS / "pipeline")
    served.add("ann", "boss")
    yield served
    served.instance.close()


@pytest.fixture(scope="module")
def address(served: Served) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, served.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


DESK, PHONE = Look("ann", "en", "desk"), Look("ann", "en", "phone")


@pytest.fixture(params=[DESK, PHONE], ids=str)
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """A tab in which the boss is signed in, on a desk and on a phone."""
    look: Look = request.param
    context = open_context(browser, look)
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.locator("input[name=login]").fill("ann")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(f"{address}/")
    yield page
    context.close()


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


@pytest.mark.parametrize("page", [DESK], ids=str, indirect=True)
def test_a_state_on_the_path_that_can_be_reached_is_pressed_there(
    served: Served, address: str, page: Page
) -> None:
    card(served, address, page, "1000")
    page.locator(".cw-path .cw-step-free button").first.click()
    expect(page.locator(".cw-path [aria-current=step]")).to_contain_text("Sent")
