"""A company of its own for each file of tests, and browsers in which somebody is signed in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from screens.screen import Screen
from screens.small_company import listening, signed_in
from serving import PACKS, Served, serve


@pytest.fixture(scope="module")
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A company with the pack that the file names in SERVES and its PEOPLE, logins with roles."""
    pack: str = request.module.SERVES
    people: dict[str, str] = request.module.PEOPLE
    served = serve("", tmp_path_factory.mktemp("served"), PACKS / pack)
    for login, role in people.items():
        served.add(login, role)
    yield served
    served.instance.close()


@pytest.fixture(scope="module")
def address(served: Served) -> Iterator[str]:
    with listening(served) as address:
        yield address


@pytest.fixture(params=["desk", "phone"])
def screen(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Screen]:
    """A tab of the first of the people, at a desk and on a phone."""
    first = next(iter(request.module.PEOPLE))
    with signed_in(browser, address, first, request.param) as screen:
        yield screen
