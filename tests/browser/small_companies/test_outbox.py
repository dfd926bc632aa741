"""Messages to the outside: an administrator finds those that failed and deals with them."""

from __future__ import annotations

import pytest
from outgoing import outgoing, send_due
from playwright.sync_api import expect
from screens.screen import Screen
from serving import Served

SERVES = "letters"
PEOPLE = {"pam": "admin"}


@pytest.fixture
def number(served: Served) -> str:
    """Announce a visit to somebody; the message waits for a provider."""
    number = f"1380013{len(outgoing(served)):04}"
    with served.instance.engine.write(served.instance.system_context()) as desk:
        desk.records.create("visit", {"name": "屋顶", "mobile": number})
    send_due(served)
    return f"+86{number}"


def test_what_waits_is_found_given_up_and_sent_again(screen: Screen, number: str) -> None:
    screen.open("/outbox")
    page = screen.page
    expect(page.get_by_text("No provider of short messages is configured").first).to_be_visible()
    assert page.locator("html").evaluate("each => each.scrollWidth <= each.clientWidth")
    states = page.get_by_role("navigation", name="States")
    states.get_by_role("link", name="Waiting").click()
    page.wait_for_url("**/outbox?state=waiting")
    page.get_by_role("navigation", name="Kinds").get_by_role("link", name="Short message").click()
    page.wait_for_url("**/outbox?state=waiting&channel=sms")
    row = page.locator(".cw-job", has_text=number)
    row.get_by_role("button", name="Give up").click()
    row.locator(".btn-danger").click()
    # The page stays narrowed to what waits, where it is no longer.
    expect(row).to_have_count(0)
    assert page.url.endswith("/outbox?state=waiting&channel=sms")
    states.get_by_role("link", name="Given up").click()
    expect(row).to_contain_text("Given up by Pam.")
    row.get_by_role("button", name="Send again").click()
    expect(row).to_have_count(0)
    states.get_by_role("link", name="Waiting").click()
    expect(row).to_contain_text("Waiting")
    expect(row.get_by_role("button", name="Send again")).to_have_count(0)
