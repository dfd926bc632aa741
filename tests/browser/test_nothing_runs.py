"""Nothing that people or packs write runs in a browser, on any page, with the policy or without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from active.house import House, house_in
from active.payloads import CANARY_HOST, HOOK, PAYLOADS, TOUCH
from playwright.sync_api import Browser, BrowserContext, Dialog, Error, Page, Route

pytestmark = pytest.mark.timeout(1_500)

#: Long enough for what a page loads after it is there.
_MOMENT = 120


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_in(tmp_path_factory.mktemp("house")) as house:
        yield house


class Walker:
    """Somebody who opens pages, touches everything on them, and notes whatever has run."""

    def __init__(self, context: BrowserContext) -> None:
        self.found: list[str] = []
        self.opened = 0
        self.refused: list[str] = []  #: addresses that answer no page: downloads
        context.add_init_script(HOOK)
        context.route(lambda url: CANARY_HOST in url, self._fetched)
        self.page: Page = context.new_page()
        self.page.on("dialog", self._spoke)
        self.page.on("console", lambda said: self._complained(said.text))
        self._at = ""

    def visit(self, address: str) -> None:
        """Open a page and do with it what hands may do."""
        self._at = address
        for _ in range(3):  # a touch may have begun to lead elsewhere
            with suppress(Error):
                self.page.goto(address, wait_until="load")
                break
        else:
            self.refused.append(address)
            return
        self.opened += 1
        for _ in range(2):  # what a touch has opened is touched as well
            self._ask(TOUCH)
            self.page.wait_for_timeout(_MOMENT)
        self._ask("() => window.__hits || []")

    def _ask(self, script: str) -> None:
        for _ in range(3):
            with suppress(Error):  # the page was left in the same moment
                self._note(self.page.evaluate(script))
                return
        raise AssertionError(f"{self._at} does not stay")

    def _note(self, found: list[str]) -> None:
        self.found += [f"{self._at}: {each}" for each in found]

    def _fetched(self, route: Route) -> None:
        self._note([f"asked {route.request.url}"])
        route.abort()

    def _spoke(self, dialog: Dialog) -> None:
        if dialog.type == "beforeunload":  # a form that was touched asks whether to leave it
            dialog.accept()
            return
        self._note([f"a dialog: {dialog.message[:80]}"])
        dialog.dismiss()

    def _complained(self, text: str) -> None:
        if "Content Security Policy" in text:
            self._note([f"stopped by the policy: {text[:150]}"])


@pytest.fixture
def walker(browser: Browser) -> Iterator[Walker]:
    context = browser.new_context(locale="en", viewport={"width": 1440, "height": 900})
    yield Walker(context)
    context.close()


@pytest.mark.parametrize("payload", [1, 2, 8, 16, 17, 18], ids=lambda number: PAYLOADS[number][:20])
def test_what_runs_is_noticed(walker: Walker, tmp_path: Path, payload: int) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"<!doctype html><title>x</title>{PAYLOADS[payload]}", "utf-8")
    walker.visit(page.as_uri())
    assert walker.found


@pytest.mark.parametrize("kind", ["bare", "strict"])
def test_nothing_runs_on_any_page(house: House, walker: Walker, kind: str) -> None:
    assert house.taken > 20  # values that are payloads
    address = house.bare if kind == "bare" else house.strict
    walker.page.context.add_cookies(
        [{"name": name, "value": value, "url": address} for name, value in house.session.items()]
    )
    # With the policy the pages are the same: some of them show that nothing even tries.
    for path in house.addresses(("trap0", "keepsake") if kind == "bare" else ("trap1",)):
        walker.visit(address + path)
    assert walker.found[:20] == []
    assert [each for each in walker.refused if "/files/" not in each] == []
    assert walker.opened > 40
