"""Wherever a page sends one on, it is to this site: 64 forms of an address, as browsers read them.

What a browser makes of them is asked of a browser: many of the forms do lead away when they are
taken as they are.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from serving import PASSWORD, Browser, Served
from werkzeug.test import TestResponse

_TO = "evil.example"
FORMS = (
    f"//{_TO}",
    f"///{_TO}",
    f"////{_TO}",
    f"/////{_TO}/x",
    f"//{_TO}/%2e%2e",
    f"//{_TO}%2f..",
    f"\\\\{_TO}",
    f"\\/{_TO}",
    f"/\\{_TO}",
    f"/\\/{_TO}",
    f"\\/\\/{_TO}",
    f"//\\{_TO}",
    f"/\\\\{_TO}",
    f"/\t/{_TO}",
    f"/\n/{_TO}",
    f"/\r/{_TO}",
    f"\t//{_TO}",
    f"\n//{_TO}",
    f" //{_TO}",
    f"\x0b//{_TO}",
    f"\x00//{_TO}",
    f"\x1f//{_TO}",
    f"/\t\\{_TO}",
    f"/\r\n/{_TO}",
    f"\u00a0//{_TO}",
    f"\u2028//{_TO}",
    f"http://{_TO}",
    f"https://{_TO}",
    f"HtTpS://{_TO}",
    f"http:{_TO}",
    f"https:{_TO}",
    f"http:/{_TO}",
    f"https:/{_TO}",
    f"https:\\\\{_TO}",
    f"http:///{_TO}",
    f"ht\ttps://{_TO}",
    f"h\nttps://{_TO}",
    f"ftp://{_TO}",
    f"ws://{_TO}",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "blob:x",
    f"http://localhost@{_TO}",
    f"http://localhost:80@{_TO}",
    f"//localhost@{_TO}",
    f"//a:b@{_TO}/",
    f"http://localhost.{_TO}",
    f"http://{_TO}#@localhost/",
    f"http://{_TO}?@localhost/",
    f"http://{_TO}\\@localhost/",
    f"http://{_TO}%00.localhost/",
    "//evil。example",
    "//ｅvil.example",
    "http://evil．example",
    "／／evil.example",
    f"//[::ffff:1.2.3.4]/{_TO}",
    "//0x7f.1",
    "//2130706433",
    f"/x\r\nLocation: https://{_TO}/",
    f"/x\r\nSet-Cookie: session={_TO}",
)

#: Where a browser goes that is at a page of ours and is told an address.
_GOES = """forms => forms.map(each => {
  try { return new URL(each, 'http://localhost/list/firm').origin } catch { return 'nowhere' }
})"""


@pytest.fixture(scope="module")
def guest(served: Served) -> Browser:
    browser = served.signed_in("guest", "admin")
    browser.get("/account")
    return browser


def redirects(served: Served, guest: Browser, form: str) -> Iterator[tuple[str, TestResponse]]:
    """Ask every page that sends on where one says to send one on to a form."""
    fields = dict.fromkeys(("return_url", "return", "next", "back"), form)
    stranger = served.browser()
    stranger.get("/sign-in")
    yield "look", stranger.post("/look", {"language": "en", "mode": "dark", **fields})
    yield "asked first", stranger.client.get("/account", query_string=fields)
    yield "signed in", guest.client.get("/sign-in", query_string=fields)
    yield "preferences", guest.post("/preferences", {"mode": "dark", **fields})
    referer = "".join(sign for sign in form if " " <= sign <= "~")
    yield "undone", guest.post("/change-sets/1/undo", fields, Referer=referer)


def test_there_are_as_many_forms_as_are_told() -> None:
    assert len(set(FORMS)) == len(FORMS) == 64


def test_a_browser_would_follow_many_of_the_forms_away(browser: Chromium) -> None:
    page = browser.new_page()
    origins = page.evaluate(_GOES, list(FORMS))
    page.close()
    assert sum(each != "http://localhost" for each in origins) > 50


def test_no_form_leads_away(served: Served, guest: Browser, browser: Chromium) -> None:
    told: list[tuple[str, str, str]] = []
    for form in FORMS:
        for about, answer in redirects(served, guest, form):
            assert answer.status_code < 500, (about, form)
            assert len(answer.headers.getlist("Location")) <= 1
            assert _TO not in str(answer.headers.getlist("Set-Cookie")), (about, form)
            if "Location" in answer.headers:
                told.append((about, form, answer.headers["Location"]))
    page = browser.new_page()
    origins = page.evaluate(_GOES, [location for *_, location in told])
    page.close()
    away = [
        each for each, origin in zip(told, origins, strict=True) if origin != "http://localhost"
    ]
    assert away == []
    assert {about for about, *_ in told} >= {"look", "asked first", "signed in", "preferences"}


def test_signing_in_leads_to_this_site_whatever_was_wanted(
    served: Served, browser: Chromium
) -> None:
    served.add("wanderer")
    locations = []
    for form in FORMS:
        served.clock.forward(minutes=11)  # nobody is told that he tries too often
        answer = served.browser().sign_in("wanderer", PASSWORD, return_url=form)
        if "\0" in form:
            assert answer.status_code == 400
            continue
        assert answer.status_code == 303, (form, answer.text)
        locations.append(answer.headers["Location"])
    page = browser.new_page()
    assert set(page.evaluate(_GOES, locations)) == {"http://localhost"}
    page.close()
    # The same door leads where somebody wanted to go within the site.
    served.clock.forward(minutes=11)
    answer = served.browser().sign_in("wanderer", PASSWORD, return_url="/account?tab=1")
    assert answer.headers["Location"] == "/account?tab=1"
