"""Pictures of the manager's page about rights, in both languages; docs/pictures keeps them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from screens.album import Album
from screens.company import Company
from screens.looks import LANGUAGES, Look, open_context, sign_in
from screens.screen import Screen, open_screen

_SIZE = {"width": 1180, "height": 680}
#: The seller of the demo, and a customer that is not hers.
_SELLER, _CUSTOMER = "林晓晴", "/rights/customer/1"
_PAGES = {
    "roles": "/access",
    "entity": "/access/entities/customer",
    "change": "/access/roles/sales/customer/change",
    "audit": "/audit?area=accounts",
}


@pytest.fixture(params=LANGUAGES)
def desk(request: pytest.FixtureRequest, browser: Browser, company: Company) -> Iterator[Screen]:
    """A tab of the administrator, who reads English again when it closes."""
    look = Look("admin", request.param, "desk")
    context = open_context(browser, look)
    with open_screen(context, look, company.address) as screen:
        screen.page.set_viewport_size(_SIZE)
        sign_in(screen.page, company.address, look)
        yield screen
        screen.open("/account")
        screen.page.locator("main button[name=language][value=en]").click()
    context.close()


def test_the_pictures_of_who_sees_what_are_kept(desk: Screen, album: Album) -> None:
    for name, path in _PAGES.items():
        desk.open(path)
        _keep(desk, album, name)
    for name, path in (("person", "/access/people"), ("explain", _CUSTOMER)):
        desk.open(path)
        desk.page.get_by_role("link", name=_SELLER).first.click()
        desk.page.wait_for_url(lambda url, path=path: not url.endswith(path))
        desk.settle()
        _keep(desk, album, name)


def _keep(desk: Screen, album: Album, name: str) -> None:
    desk.page.wait_for_load_state("networkidle")
    file = album.folder / f"rights-{name}.{desk.look.language}.png"
    desk.page.screenshot(path=file, animations="disabled", caret="hide")
