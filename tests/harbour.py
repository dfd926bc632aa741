"""Ways of a browser to a provider elsewhere and back, for those who try them."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from openid_provider import Liar
from serving import Browser, Served
from werkzeug.test import TestResponse

from cardwright_platform.app import create_app, make_theming
from cardwright_platform.sign_in_providers.registered import SignInWay, open_ways

BACK = "/sign-in/with/harbour/back"
IDENTITIES = "/account/identities"


def with_way(served: Served, **said: object) -> Served:
    """Return the same application with its way opened otherwise."""
    opened: SignInWay = replace(served.instance.ways["harbour"], **said)  # type: ignore[arg-type] # by name
    instance = replace(served.instance, ways={"harbour": opened})
    return Served(create_app(instance, make_theming(instance)), instance, served.clock)


def away(browser: Browser, **fields: str) -> str:
    """Press the button and return where the page leads on to."""
    browser.get("/sign-in")
    return led_to(browser.post("/sign-in/with/harbour", fields))


def led_to(page: TestResponse) -> str:
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.text)
    assert page.status_code == 200, page.text
    assert found is not None
    return html.unescape(found[1])


def back(browser: Browser, answer: dict[str, str]) -> TestResponse:
    return browser.get(f"{BACK}?{urlencode(answer)}", Sec_Fetch_Site="cross-site")


def come_in(served: Served, provider: Liar, **fields: str) -> tuple[Browser, TestResponse]:
    browser = served.browser()
    return browser, back(browser, provider.let_in(away(browser, **fields)))


def is_in(browser: Browser) -> bool:
    return browser.get("/account").status_code == 200


def asked_anew(served: Served) -> dict[str, object]:
    """Return the provider without what it has published so far."""
    return {"provider": open_ways(served.instance.config, (), now)["harbour"].provider}


def now() -> datetime:
    return datetime.now(UTC)
