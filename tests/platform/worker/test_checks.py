"""A look at stored values: what users are told of it, and how what differs is put right."""

from __future__ import annotations

import threading
from decimal import Decimal
from pathlib import Path

from serving import PACKS, Program, Served, serve
from sqlalchemy import text

from cardwright_entities.engine import Desk
from cardwright_platform.worker.assembly import Bell, build_loop


def drain(site: Served) -> None:
    """Do all jobs that wait."""
    bell = threading.Event()
    build_loop(site.instance, Bell(bell.set, bell, bell.clear)).drain()


def test_a_look_tells_what_differs_and_a_repair_puts_it_right(tmp_path: Path) -> None:
    site = serve("", tmp_path, PACKS / "shipping")
    context = site.instance.system_context()

    def work(desk: Desk) -> None:
        values = {"payable": "100", "lines": [{"quantity": 2}, {"quantity": 3}]}
        desk.records.create("sales_order", values)

    site.instance.engine.run_write(context, work)
    browser = site.signed_in("ann", "admin")
    assert "/checks" in browser.get("/account").text
    assert browser.get("/checks").status_code == 200
    assert browser.post("/checks", {}).status_code in (302, 303)
    drain(site)
    assert ", 0 differences" in browser.get("/checks").text

    with site.instance.store.write(context) as session:
        session.execute(text("update e_sales_order set open_total = open_total + 1"))
    program = Program(site, "admin")
    assert program.post("/checks", {}).status_code == 202
    drain(site)
    result = program.get("/checks").get_json()["result"]
    assert result["differences"] == 1
    assert result["found"] == [{"entity": "sales_order", "record": 1, "field": "open_total"}]
    page = browser.get("/checks").text
    assert ", 1 differences" in page
    assert "/card/sales_order/1" in page

    assert browser.post("/checks", {"repair": "1"}).status_code in (302, 303)
    drain(site)
    assert ", 0 differences" in browser.get("/checks").text
    with site.instance.engine.read(context) as desk:
        assert desk.record("sales_order", 1).values["open_total"] == Decimal(5)
    stranger = site.signed_in("bob")
    assert stranger.get("/checks").status_code == 403
    site.instance.close()
