"""Two who want the same: plans at once, stale plans, bad rows, two browsers at one order."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from odd_input.ground import Ground, ground_on, send_json
from serving import PACKS
from shipping_steps import make_order, open_rests, order_lines
from untouched import untouched
from werkzeug.test import TestResponse

from cardwright_entities.changes.comparing import compare_tables

THINGS = (PACKS / "workshop" / "things.yaml").read_text("utf-8")
PRICE = "  price: {type: money, label: {zh: 单价, en: Price}}\n---\n"


@pytest.fixture(scope="module")
def site(store_module_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """An installation of this file, whose definitions it changes."""
    url = "" if store_module_url.startswith("sqlite") else store_module_url
    with ground_on(url, Path(tmp_path_factory.mktemp("two")), PACKS / "workshop") as ground:
        yield ground


def planned(site: Ground, fields: str, **more: object) -> dict[str, Any]:
    """Plan some fields of things; return the plan."""
    text = THINGS.replace(PRICE, PRICE.replace("---\n", f"{fields}---\n"))
    body = {"documents": {"workshop/things.yaml": text}, **more}
    status, answer = send_json(site.admin, "POST", "/plans", body, Accept_Language="en")
    assert status == 201, answer
    return dict(answer)


def applied(site: Ground, plan: str) -> tuple[int, Any]:
    """Apply a plan."""
    return send_json(site.admin, "POST", f"/plans/{plan}/apply", {}, Accept_Language="en")


def test_of_two_plans_at_once_one_is_done_and_the_other_changes_nothing(site: Ground) -> None:
    plans = [planned(site, f"  x_{each}: {{type: text}}\n")["id"] for each in ("first", "second")]
    together = Barrier(2)

    def apply_one(plan: str) -> tuple[int, Any]:
        together.wait()
        return applied(site, plan)

    with ThreadPoolExecutor(2) as people:
        answers = list(people.map(apply_one, plans))
    (lost,) = [number for number, (status, _) in enumerate(answers) if status != 200]
    status, answer = answers[lost]
    # Told at once that somebody is at it, or a moment later that he was.
    assert (status, answer["error"]["code"]) in ((409, "plan_stale"), (503, "apply_running"))
    instance = site.served.instance
    with untouched(instance.store, instance.config.folder):
        status, answer = applied(site, plans[lost])
    assert (status, answer["error"]["code"]) == (409, "plan_stale")
    assert "plan" in answer["error"]["message"].lower()


def test_a_row_that_does_not_convert_leaves_all_as_it_was(site: Ground) -> None:
    assert applied(site, planned(site, "  x_size: {type: text}\n")["id"])[0] == 200
    _, made = send_json(site.admin, "POST", "/records/thing", {"name": "A", "x_size": "12"})
    waiting = planned(site, "  x_size: {type: integer}\n")
    assert waiting["safe"]
    patch = {"x_size": "twelve"}
    sent = send_json(
        site.admin, "PATCH", f"/records/thing/{made['id']}", patch, If_Match=f'"{made["version"]}"'
    )
    assert sent[0] == 200
    told = planned(site, "  x_size: {type: integer}\n")
    instance = site.served.instance
    before = site.admin.browser.get("/list/thing").text
    with untouched(instance.store, instance.config.folder, but=TRIED):
        for plan in (waiting, told):
            status, answer = applied(site, plan["id"])
            assert (status, answer["error"]["code"]) == (422, REFUSED[plan is told])
        _, now = send_json(site.admin, "GET", f"/records/thing/{made['id']}")
        assert now["x_size"] == "twelve"
    assert site.admin.browser.get("/list/thing").text == before
    assert compare_tables(instance.store, instance.system_context(), instance.types) == ()
    assert told["offences"][0]["links"] == [f"/card/thing/{made['id']}"]


#: A change that was tried and taken back leaves its journal, and an empty column that is retired:
#: columns are dropped by nothing but a purge.
TRIED = frozenset({"cw_journal", "cw_identity", "cw_catalog_part", "cw_document", "e_thing"})
#: What is said when the row became bad after the plan, and when the plan knew it.
REFUSED = ("value_does_not_convert", "records_stand_against_it")


@pytest.fixture
def shop(store_url: str, tmp_path: Path) -> Iterator[Ground]:
    url = "" if store_url.startswith("sqlite") else store_url
    with ground_on(url, tmp_path, PACKS / "shipping") as ground:
        yield ground


def test_two_browsers_do_not_pull_more_than_is_open(shop: Ground) -> None:
    instance = shop.served.instance
    with instance.engine.write(instance.system_context()) as desk:
        desk.records.create("customer", {"name": "华东机电"})
        desk.records.create("product", {"name": "减速机"})
        desk.records.create("product", {"name": "联轴器"})
        order = make_order(desk, 10)
        (line,) = order_lines(desk, order)
    form = {
        "customer": "1",
        "lines.0.order_line": str(line),
        "lines.0.product": "1",
        "lines.0.quantity": "7",
    }
    browsers = [shop.served.signed_in(name, "admin") for name in ("ann", "bob")]
    for browser in browsers:
        # Both see ten open, and both take seven of them.
        page = browser.get(f"/new/delivery?convert=order_to_delivery&sources={order}").text
        assert 'value="10"' in page
    together = Barrier(2)

    def take(number: int) -> TestResponse:
        together.wait()
        return browsers[number].post("/new/delivery", form)

    with ThreadPoolExecutor(2) as people:
        answers = list(people.map(take, range(2)))
    assert sorted(each.status_code for each in answers) == [303, 422]
    refused = next(each.text for each in answers if each.status_code == 422)
    assert "3" in refused
    loser = browsers[[each.status_code for each in answers].index(422)]
    with untouched(instance.store, instance.config.folder):
        assert loser.post("/new/delivery", form).status_code == 422
    with instance.engine.read(instance.system_context()) as desk:
        assert open_rests(desk, order) == [3]
