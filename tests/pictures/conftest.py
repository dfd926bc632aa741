"""The demo company, those who look at it, and the folder that their pictures go to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext
from screens.album import Album
from screens.company import Company, demo_company
from screens.looks import Look, open_context, sign_in
from screens.screen import Screen, open_screen

FOLDER = Path(__file__).resolve().parents[2] / ".pictures"


@pytest.fixture(scope="session")
def album() -> Album:
    """The pictures of this run."""
    FOLDER.mkdir(exist_ok=True)
    return Album(FOLDER)


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """One company for all pictures, which nothing but the pictures changes."""
    with demo_company(tmp_path_factory.mktemp("company")) as found:
        yield found


@pytest.fixture(scope="session")
def signed_in(browser: Browser, company: Company) -> Iterator[dict[Look, BrowserContext]]:
    """Browsers by look, filled when first wanted."""
    opened: dict[Look, BrowserContext] = {}
    with ExitStack() as ends:
        ends.callback(lambda: [each.close() for each in opened.values()])
        yield opened


@pytest.fixture
def screen(
    request: pytest.FixtureRequest,
    browser: Browser,
    company: Company,
    signed_in: dict[Look, BrowserContext],
) -> Iterator[Screen]:
    """A tab of whoever looks; it must not complain about anything."""
    look: Look = request.param
    if look not in signed_in:
        signed_in[look] = open_context(browser, look)
        page = signed_in[look].new_page()
        sign_in(page, company.address, look)
        page.close()
    with open_screen(signed_in[look], look, company.address) as opened:
        yield opened


@pytest.fixture
def stranger(
    request: pytest.FixtureRequest, browser: Browser, company: Company
) -> Iterator[Screen]:
    """A tab of somebody who has not signed in."""
    look: Look = request.param
    context = open_context(browser, look)
    with open_screen(context, look, company.address) as opened:
        yield opened
    context.close()
