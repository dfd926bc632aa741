"""Pictures of the repair shop, of what the commands of its page make; docs/pictures keeps them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from itertools import takewhile

import pytest
from playwright.sync_api import Browser
from running import CARDWRIGHT
from screens.album import Album
from screens.company import Company
from screens.looks import LANGUAGES, Look, open_context
from screens.screen import Screen, open_screen
from tutorials import blocks, follow, free_port, script

_SIZE = {"width": 1080, "height": 620}
_PAGES = {
    "list": "/list/acme_repair",
    "card": "/card/acme_repair/5",
    "print": "/print/acme_handover/1/acme_slip",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """The repair shop as it is before the company changes it, being served."""
    folder, port = tmp_path_factory.mktemp("shop"), free_port()
    found = takewhile(lambda block: "# x_site/" not in block[1], blocks("repairs.md"))
    follow(script(found, port=port), folder)
    yield Company(f"http://127.0.0.1:{port}", folder / "var")
    os.kill(int((folder / "serve.pid").read_text()), signal.SIGTERM)


@pytest.fixture(params=LANGUAGES)
def counter(request: pytest.FixtureRequest, browser: Browser, shop: Company) -> Iterator[Screen]:
    """A tab of who works in the shop."""
    look = Look("li.na", request.param, "desk")
    made = subprocess.run(
        [str(CARDWRIGHT), "user", "link", look.login, "--json"],
        cwd=shop.folder.parent,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        check=True,
    )
    way = json.loads(made.stdout)["link"]
    context = open_context(browser, look)
    with open_screen(context, look, shop.address) as screen:
        screen.page.set_viewport_size(_SIZE)
        screen.page.goto(shop.address + way[way.index("/", len("https://")) :])
        screen.page.locator("main form button[type=submit], main form button").first.click()
        screen.page.wait_for_url(f"{shop.address}/")
        screen.page.goto(f"{shop.address}/account")
        screen.page.locator(f"main button[name=language][value={look.language}]").click()
        yield screen
    context.close()


@pytest.mark.timeout(300)
def test_the_pictures_of_the_repair_shop_are_kept(counter: Screen, album: Album) -> None:
    for name, path in _PAGES.items():
        counter.open(path)
        counter.page.wait_for_load_state("networkidle")
        file = album.folder / f"repairs-{name}.{counter.look.language}.png"
        counter.page.screenshot(path=file, animations="disabled", caret="hide")
