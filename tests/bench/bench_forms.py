"""``python tests/bench/bench_forms.py``: an order of many lines, at the gate and in the browser.

The order is that of the pack ``sales``, with suggestions, equations, taxes and rollups. It is
created and changed at the write gate, then opened in Chromium, where a quantity is typed, a line
is added, and the form is saved. ``--engine`` says on what; PostgreSQL is started for it.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench_sheets import DURABLE
from services.chromium import find_chromium, launch_arguments
from services.postgresql import PostgresqlServer
from serving import PASSWORD, Served, serve

from cardwright_platform.serving import set_apart_what_stays

TRIES = 5
PRODUCTS = 50
#: Milliseconds after which a form counts as hung.
_PATIENCE = 100_000
#: The order has other lines too.
_LINES = "[data-name=lines]"


def main() -> int:
    """Print one table for each number of lines; return 0."""
    options = _options()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with (
        tempfile.TemporaryDirectory(prefix="cardwright-forms-") as name,
        _database(options.engine) as url,
    ):
        served = serve(url, Path(name), packs=("base", "crm", "sales"))
        _prepare(served)
        served.add("office", "admin", "editor")
        set_apart_what_stays()  # as a server does
        for number in options.lines:
            print(f"\n| {served.instance.store.dialect}, {number:,} lines | ms |\n|---|---|")
            order = _at_the_gate(served, number)
            with _opened(served) as (page, address):
                _in_the_browser(page, f"{address}/edit/sales_order/{order}")
        served.instance.close()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--lines", type=int, nargs="+", default=[100, 1_000])
    return parser.parse_args()


@contextmanager
def _database(engine: str) -> Iterator[str]:
    """Give the address of an empty database, none for a SQLite file in the folder."""
    if engine == "sqlite":
        yield ""
        return
    server = PostgresqlServer(DURABLE)
    try:
        yield server.url(server.create_database())
    finally:
        server.stop()


def _prepare(served: Served) -> None:
    with served.instance.engine.write(served.instance.system_context()) as desk:
        desk.records.create("customer", {"name": "无锡瑞驰"})
        unit = desk.records.create("unit", {"code": "T1", "name": "台"}).id
        for number in range(PRODUCTS):
            code, price = f"P{number:03}", str(10 + number)
            raw = {"code": code, "name": f"线缆 {number}", "unit": unit, "sales_price": price}
            desk.records.create("product", raw | {"tax_rate": "0.13"})


def _at_the_gate(served: Served, number: int) -> int:
    engine, context = served.instance.engine, served.instance.system_context()
    lines = [{"product": 1 + each % PRODUCTS, "quantity": 1 + each % 7} for each in range(number)]
    made: list[float] = []
    changed: list[float] = []
    for _ in range(TRIES):
        with engine.write(context) as desk:
            before, begun = desk.session.statements, time.perf_counter()
            order = desk.records.create("sales_order", {"customer": 1, "lines": lines}).id
            made.append(time.perf_counter() - begun)
            new = desk.session.statements - before
        with engine.write(context) as desk:
            stored = desk.record("sales_order", order).lines["lines"]
            sent = [{"id": each.id, "quantity": 9} for each in stored]
            before, begun = desk.session.statements, time.perf_counter()
            desk.records.update("sales_order", order, {"lines": sent}, None)
            changed.append(time.perf_counter() - begun)
            again = desk.session.statements - before
    _print(f"saved at the gate, all new, {new} statements", made)
    _print(f"saved at the gate, all changed, {again} statements", changed)
    return order


def _in_the_browser(page: Page, address: str) -> None:
    opened, typed, answered, added, saved = [], [], [], [], []
    turned, searched, shown = [], [], []
    for turn in range(TRIES - 2):
        opened.append(_spent(lambda: _answered(page, lambda: _open(page, address))))
        page.locator("[name='lines.1.quantity']").click()
        answered.append(
            _spent(lambda n=turn: _answered(page, lambda: typed.append(_type(page, n))))
        )
        turned.append(_spent(lambda: _turn(page)))
        searched.append(_spent(lambda: _search(page)))
        added.append(_spent(lambda: _add(page)))
        _answered(page, page.locator(f"{_LINES} [data-row] [data-remove]").last.click)
        saved.append(_spent(lambda: _save(page)))
        shown.append(_spent(lambda: _open(page, address.replace("/edit/", "/card/"))))
    _print("opened, until every behaviour is there and the server has answered", opened)
    _print("one digit typed, until the sum under the lines has followed", typed)
    _print("one digit typed, until the answer of the server stands", answered)
    _print("a line added, until it is drawn", added)
    _print("the next page of lines, until it is drawn", turned)
    _print("lines searched for, until they are drawn", searched)
    _print("saved, until the card is there", saved)
    _print("the card opened, until every behaviour is there", shown)


def _open(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("html[data-awake]").wait_for(state="attached")


def _answered(page: Page, work: Callable[[], object]) -> None:
    """Do something, and wait until the server has told what follows from it."""
    with page.expect_response("**/compute/**"):
        work()
    _painted(page)


def _type(page: Page, turn: int) -> float:
    total = page.locator(f"{_LINES} output[data-total=quantity]")
    before, begun = total.text_content(), time.perf_counter()
    page.keyboard.press("Control+a")
    page.keyboard.press(str(2 + turn))
    page.wait_for_function(
        "([total, before]) => document.querySelector(total).textContent !== before",
        arg=[f"{_LINES} output[data-total=quantity]", before],
    )
    _painted(page)
    return time.perf_counter() - begun


def _turn(page: Page) -> None:
    last = page.locator(f"{_LINES} [data-rows] > [data-row]").last
    before = last.get_attribute("data-row")
    page.locator(f"{_LINES} [data-turn='1']").first.click()
    page.wait_for_function(
        "([rows, before]) => document.querySelector(rows).lastElementChild.dataset.row !== before",
        arg=[f"{_LINES} [data-rows]", before],
    )
    _painted(page)


def _search(page: Page) -> None:
    page.locator(f"{_LINES} [data-find]").fill("线缆 7")
    page.locator(f"{_LINES} [data-range]").first.get_by_text("找到").wait_for()
    _painted(page)


def _add(page: Page) -> None:
    key = page.locator(_LINES).get_attribute("data-next")
    page.locator(f"{_LINES} [data-add]").first.click()
    page.locator(f"[data-row='{key}']").wait_for()
    _painted(page)


def _save(page: Page) -> None:
    page.locator("[data-save]:visible").first.click()
    page.wait_for_url("**/card/sales_order/*")


def _painted(page: Page) -> None:
    """Wait until the page has nothing left to do and has drawn what it did."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")


def _spent(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _print(what: str, seconds: list[float]) -> None:
    print(f"| {what} | {statistics.median(seconds) * 1_000:.0f} |", flush=True)


@contextmanager
def _opened(served: Served) -> Iterator[tuple[Page, str]]:
    server = make_server("127.0.0.1", 0, served.app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(find_chromium()), args=launch_arguments()
        )
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.set_default_timeout(_PATIENCE)
        page.goto(f"{address}/sign-in")
        page.locator("[name=login]").fill("office")
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
        yield page, address
        browser.close()
    server.shutdown()
    thread.join()


if __name__ == "__main__":
    raise SystemExit(main())
