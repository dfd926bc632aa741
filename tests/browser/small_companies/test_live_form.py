"""A form that computes by itself: formulas, conditions of inputs and checks, while one types."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from screens.small_company import signed_in

SERVES = "live_form"
#: Whatever waits for the next frame has been drawn.
TWO_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
PEOPLE = {"chief": "chief"}


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with signed_in(browser, address, "chief") as screen:
        screen.open("/new/quote")
        yield screen.page


def test_sums_of_lines_and_of_the_record_follow_and_are_what_is_stored(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("[name=name]").fill("Kunshan")
    page.locator("[name=discount]").fill("10")
    page.locator("[data-add]").click()
    page.locator("[name='items.0.quantity']").fill("3")
    page.locator("[name='items.0.price']").fill("1,000.50")
    expect(page.locator("[data-computed='items.0.amount']")).to_have_text("3,001.50")
    page.locator("[data-add]").click()
    page.locator("[name='items.1.quantity']").fill("1")
    page.locator("[name='items.1.price']").fill("0.5")
    expect(page.locator("[data-computed=total]")).to_have_text("3,002.00")
    expect(page.locator("[data-computed=net]")).to_have_text("900.60")
    expect(page.locator("[data-computed='items.1.part']")).to_contain_text("0.0167%")
    page.locator("[data-row='1'] [data-remove]").click()
    expect(page.locator("[data-computed=total]")).to_have_text("3,001.50")
    assert not any("/compute/" in url for url in asked)
    page.locator("[name=reason]").fill("asked for")
    page.locator("[data-save]:visible").first.click()
    page.wait_for_url("**/card/quote/*")
    expect(page.locator(".cw-cmain")).to_contain_text("3,001.50")
    expect(page.locator(".cw-cmain")).to_contain_text("900.45")


def test_inputs_come_and_go_are_required_and_locked(page: Page) -> None:
    note = page.locator("[data-field=note]")
    expect(note).to_be_hidden()
    page.locator("[name=discount]").fill("25")
    expect(note).to_be_visible()
    page.locator("[name=discount]").fill("20")
    expect(note).to_be_hidden()
    code = page.locator("[name=code]")
    expect(code).to_be_editable()
    page.locator("[type=checkbox][name=taxed]").check()
    expect(code).not_to_be_editable()
    reason = page.locator("[data-field=reason] .cw-req")
    expect(reason).to_have_count(0)
    page.locator("[data-add]").click()
    page.locator("[name='items.0.quantity']").fill("2")
    page.locator("[name='items.0.price']").fill("999")
    expect(reason).to_have_count(1)
    page.locator("[name=start]").fill("2026-05-01")
    expect(reason).to_have_count(0)


def test_checks_are_told_beside_their_inputs_by_their_level(page: Page) -> None:
    notes = page.locator("[data-live-note]")
    expect(notes).to_have_count(0)
    page.locator("[name=discount]").fill("60")
    steep = page.locator("[data-field=discount] [data-live-note=steep]")
    expect(steep).to_have_class("cw-msg cw-msg-warn")
    page.locator("[name=discount]").fill("30")
    expect(notes).to_have_count(0)
    page.locator("[data-add]").click()
    page.locator("[name='items.0.quantity']").fill("0")
    page.locator("[name='items.0.quantity']").press("Tab")
    expect(page.locator("[data-column=quantity] [data-live-note=some]")).to_be_visible()
    page.locator("[name='items.0.quantity']").fill("200")
    page.locator("[name='items.0.price']").fill("1000")
    expect(notes).to_have_count(1)
    expect(page.locator("[data-live-note=limit]")).to_have_class("cw-msg")


def test_an_error_waits_until_one_has_left_what_it_is_about(page: Page) -> None:
    page.locator("[data-add]").click()
    quantity = page.locator("[name='items.0.quantity']")
    amount = page.locator("[data-computed='items.0.amount']")
    page.locator("[name='items.0.price']").fill("2")
    quantity.fill("-3")
    expect(amount).to_have_text("-6.00")
    expect(page.locator("[data-live-note]")).to_have_count(0)
    quantity.press("Tab")
    expect(page.locator("[data-live-note=some]")).to_be_visible()
    quantity.fill("3")
    expect(page.locator("[data-live-note]")).to_have_count(0)
    # What one has left in one line says nothing of the next.
    quantity.press("Tab")
    page.locator("[data-add]").click()
    other = page.locator("[name='items.1.quantity']")
    page.locator("[name='items.1.price']").fill("1")
    other.fill("-1")
    expect(page.locator("[data-computed='items.1.amount']")).to_have_text("-1.00")
    expect(page.locator("[data-live-note]")).to_have_count(0)
    other.press("Tab")
    expect(page.locator("[data-live-note=some]")).to_have_count(1)


def test_a_message_does_not_push_away_what_is_being_clicked(page: Page) -> None:
    add = page.locator("[data-add]")
    add.click()
    page.locator("[name='items.0.quantity']").fill("-3")
    add.hover()
    page.mouse.down()
    page.evaluate(TWO_FRAMES)
    assert page.locator("[data-live-note]").count() == 0
    page.mouse.up()
    expect(page.locator("[data-rows] > [data-row]")).to_have_count(2)
    expect(page.locator("[data-live-note=some]")).to_be_visible()
