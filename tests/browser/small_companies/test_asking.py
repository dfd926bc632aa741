"""A rule's button that asks first: its small form, the word beside a wrong input, and the work."""

from __future__ import annotations

from playwright.sync_api import expect
from screens.screen import Screen

SERVES = "pipeline"
PEOPLE = {"ann": "boss"}


def test_a_button_above_a_list_asks_and_keeps_what_was_typed_until_it_is_right(
    screen: Screen,
) -> None:
    name = screen.fresh("", "Pumps ")
    screen.create("bid", name=name, amount="100")
    screen.open("/list/bid")
    screen.page.locator(".cw-top .cw-menu summary").click()
    screen.page.get_by_role("link", name="Raise all").click()
    dialog = screen.page.locator("dialog[open]")
    expect(dialog.locator("#f-name")).to_be_focused()
    dialog.locator("#f-name").fill(name)
    dialog.locator("#f-factor").fill("much")
    screen.provoked.add(422)
    dialog.locator("footer button").last.click()
    wrong = dialog.locator("[aria-invalid=true]")
    expect(wrong.and_(dialog.locator("#f-factor"))).to_have_value("much")
    described = wrong.and_(dialog.locator("#f-factor")).get_attribute("aria-describedby")
    assert described
    expect(dialog.locator(f"[id='{described.split()[0]}']")).to_be_visible()
    expect(dialog.locator("#f-name")).to_have_value(name)
    dialog.locator("#f-factor").fill("1.5")
    dialog.locator("#f-month").fill("2026-03")
    dialog.locator("footer button").last.click()
    screen.page.wait_for_url("**/jobs/*")
    expect(screen.page.locator("h1")).to_have_text("Raise all")
