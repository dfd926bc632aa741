"""A demo company that a real server serves, and browsers in which people are signed in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext
from screens.company import Company, demo_company, original_company
from screens.looks import LOOKS, Look, open_context, sign_in
from screens.screen import Screen, open_screen


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo company that nobody has visited, one for all processes of the run."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    return original_company(shared / "original")


@pytest.fixture(scope="session")
def company(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Company]:
    """The company that all tests visit; each makes the records that it changes."""
    # To try one test again and again beside a server that already runs: its address and folder.
    given = os.environ.get("CARDWRIGHT_TRY", "").split()
    if given:
        yield Company(given[0], Path(given[1]))
        return
    original: Path = request.getfixturevalue("original")
    with demo_company(tmp_path_factory.mktemp("company"), original) as found:
        yield found


Contexts = Callable[[Look], BrowserContext]


@pytest.fixture(scope="session")
def contexts(browser: Browser, company: Company) -> Iterator[Contexts]:
    """Browsers by look, opened and signed in when first wanted."""
    opened: dict[Look, BrowserContext] = {}

    def context(look: Look) -> BrowserContext:
        if look not in opened:
            opened[look] = open_context(browser, look)
            page = opened[look].new_page()
            sign_in(page, company.address, look)
            page.close()
        return opened[look]

    yield context
    for each in opened.values():
        each.close()


@pytest.fixture
def screen(
    request: pytest.FixtureRequest, contexts: Contexts, company: Company
) -> Iterator[Screen]:
    """A tab of whoever looks; it must not complain about anything."""
    look: Look = getattr(request, "param", LOOKS[0])
    with open_screen(contexts(look), look, company.address) as opened:
        yield opened
