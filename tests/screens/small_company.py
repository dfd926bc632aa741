"""A small company of a test's own packs, served to browsers, and its people signed in there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from playwright.sync_api import Browser
from screens.looks import Look, open_context
from screens.screen import Screen, open_screen
from serving import PASSWORD, Served
from werkzeug.serving import make_server


@contextmanager
def listening(served: Served) -> Iterator[str]:
    """Listen for browsers until the block ends; give the address."""
    server = make_server("127.0.0.1", 0, served.app, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def signed_in(browser: Browser, address: str, login: str, width: str = "desk") -> Iterator[Screen]:
    """Open a tab in which somebody signed in by password; it must not complain about anything."""
    look = Look(login, "en", width)
    context = open_context(browser, look)
    with open_screen(context, look, address) as screen:
        screen.open("/sign-in")
        screen.page.locator("input[name=login]").fill(login)
        screen.page.locator("input[name=password]").fill(PASSWORD)
        screen.page.locator("input[name=password]").press("Enter")
        screen.page.wait_for_url(f"{address}/")
        yield screen
    context.close()
