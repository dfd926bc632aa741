"""Approvals on the card: handing in, agreeing, refusing, taking back, and what waits for whom."""

from __future__ import annotations

from playwright.sync_api import expect
from screens.screen import Screen

SERVES = "approvals"
#: Nobody but the administrator is there to approve.
PEOPLE = {"ann": "admin"}


def press(screen: Screen, label: str, **typed: str) -> None:
    """Press a button of a card; what its small form asks is typed."""
    split = screen.page.locator(".btn-split:visible")
    button = split.get_by_text(label, exact=True)
    if not button.first.is_visible():
        split.locator("summary").click()
    button.first.click()
    if not typed:
        return
    dialog = screen.page.locator("dialog[open]")
    for name, text in typed.items():
        dialog.locator(f"#f-{name}").fill(text)
    dialog.locator("footer button").last.click()
    expect(dialog).to_have_count(0)


def state(screen: Screen, text: str) -> None:
    expect(
        screen.page.locator(".cw-path [aria-current=step]:visible, .cw-path-now:visible").first
    ).to_contain_text(text)


def claim(screen: Screen) -> str:
    """Make a claim that has to be approved, hand it in, and return its path."""
    path = screen.create("claim", name=screen.fresh("差旅", "Trip "), amount="50")
    press(screen, "Submit")
    state(screen, "Being approved")
    return path


def test_what_is_handed_in_waits_and_is_agreed_to(screen: Screen) -> None:
    path = claim(screen)
    title = screen.page.locator("h1").inner_text()
    screen.open("/approvals")
    screen.page.get_by_role("link", name=title).click()
    screen.page.wait_for_url(f"**{path}*")
    screen.settle()
    press(screen, "Approve", comment="fine with me")
    state(screen, "Approved")
    screen.open(f"{path}?tab=approval")
    expect(screen.text("fine with me", "fine with me")).to_be_visible()
    screen.open("/approvals")
    expect(screen.page.get_by_role("link", name=title)).to_have_count(0)


def test_a_refusal_has_a_reason_and_what_was_refused_is_handed_in_again(screen: Screen) -> None:
    claim(screen)
    press(screen, "Reject", comment="no receipts")
    state(screen, "Refused")
    press(screen, "Submit")
    state(screen, "Being approved")


def test_who_handed_in_takes_it_back(screen: Screen) -> None:
    claim(screen)
    press(screen, "Withdraw")
    state(screen, "Draft")
