"""A passkey in a real browser, with an authenticator that its developer tools bring."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect
from screens.looks import Look, open_context
from services.children import free_port
from serving import PASSWORD, serve
from werkzeug.serving import make_server


@dataclass(frozen=True)
class Place:
    """Where the application is reached."""

    address: str


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """An application under a name: for addresses of numbers browsers make no passkeys."""
    port = free_port()
    address = f"http://localhost:{port}"
    served = serve("", tmp_path_factory.mktemp("keys"), base_url=address)
    served.add("wen", "admin")
    server = make_server("127.0.0.1", port, served.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Place(address)
    server.shutdown()
    thread.join()
    server.server_close()
    served.instance.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = open_context(browser, Look("wen", "en", "desk"))
    yield context.new_page()
    context.close()


def with_authenticator(page: Page) -> CDPSession:
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    return tools


def test_a_passkey_is_made_and_opens_the_door(page: Page, company: Place) -> None:
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    with_authenticator(page)
    page.goto(f"{company.address}/sign-in")
    page.locator("#login").fill("wen")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url(f"{company.address}/")
    page.goto(f"{company.address}/account")
    page.get_by_role("link", name="Passkeys").click()
    page.get_by_label("Name").fill("laptop")
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator(".cw-devices")).to_contain_text("laptop")
    expect(page.locator("#cw-toasts")).to_contain_text("laptop was added")
    page.context.clear_cookies()
    page.goto(f"{company.address}/list/sailor")
    page.get_by_label("Stay signed in").check()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{company.address}/list/sailor")
    kept = {each["name"]: each["expires"] for each in page.context.cookies()}
    assert kept["cw_session"] > 0  # not until the browser is closed
    assert complaints == []


def test_a_browser_without_the_key_says_so_and_stays(page: Page, company: Place) -> None:
    tools = with_authenticator(page)
    page.goto(f"{company.address}/sign-in")
    button = page.get_by_role("button", name="Sign in with a passkey")
    button.click()
    message = page.locator("[data-cw=passkey] .cw-msg")
    expect(message).to_contain_text("The browser has made no use")
    expect(page).to_have_url(f"{company.address}/sign-in")
    tools.detach()
