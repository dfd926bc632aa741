"""What a form computes by itself is what the server tells, and what it stores."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from services.missing import give_up
from serving import Browser, Served

_PROGRAM = Path(__file__).with_name("run_live_form.mjs")
_PLAN = re.compile(r'data-live="([^"]*)"')


SERVES = ("live_form",)


@pytest.fixture(scope="module")
def chief(served: Served) -> Browser:
    return served.signed_in("chief", "chief")


def plan_of(browser: Browser, address: str) -> dict[str, Any]:
    found = _PLAN.search(browser.get(address).text)
    assert found
    plan: dict[str, Any] = json.loads(html.unescape(found[1]))
    return plan


def compute(plan: Mapping[str, Any], forms: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Return what the script shows for each of some typed forms, and which checks fail."""
    node = shutil.which("node")
    if node is None:
        give_up("Node", "nodejs")
    lines = "\n".join(json.dumps({"plan": plan, "typed": typed}) for typed in forms)
    ran = subprocess.run(
        [node, str(_PROGRAM)], input=lines, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def typed_by_chance(random: Random) -> dict[str, str]:
    """Return a filled form, with much left empty or written oddly."""
    choices: dict[str, Sequence[str]] = {
        "name": ("Kunshan", "甲乙", " ａb ß "),
        "discount": ("", "15", "33.3333%", "100", "-5", "abc"),
        "count": ("", "3", "7", "1,000", "０", "2.5", "-4"),
        "taxed": ("true", "false"),
        "start": ("", "2026-02-28", "2025-12-31", "2024-02-29"),
        "note": ("", "x"),
        "reason": ("r",),
        "code": ("",),
        "cost": ("", "10", "99.99", "¥1,234.5"),
    }
    typed = {name: random.choice(values) for name, values in choices.items()}
    for key in random.sample(range(20), random.randrange(5)):
        typed[f"items.{key}.word"] = random.choice(("", "a"))
        typed[f"items.{key}.quantity"] = random.choice(
            ("", "1", "0.5", "3.333", "１２", "1e3", "9")
        )
        typed[f"items.{key}.price"] = random.choice(("", "0.01", "33.33", "1,000.50", "250", "1/2"))
    return typed


def test_the_page_computes_what_the_server_tells(chief: Browser) -> None:
    plan = plan_of(chief, "/new/quote")
    random = Random(2026)
    forms = [typed_by_chance(random) for _ in range(150)]
    for typed, live in zip(forms, compute(plan, forms), strict=True):
        told = chief.post("/compute/quote", typed).get_json()["values"]
        assert live["shown"] == told, typed


def test_a_year_is_shown_on_the_page_as_on_the_card(chief: Browser) -> None:
    typed = {"name": "a", "start": "2026-01-11", "reason": "r"}
    (live,) = compute(plan_of(chief, "/new/quote"), [typed])
    told = chief.post("/compute/quote", typed).get_json()["values"]
    card = chief.post("/new/quote", {"then": "open", **typed}).headers["Location"]
    shown = re.search(r"2,?026(?!-)", chief.get(card).text.partition("Began")[2])
    assert shown is not None
    assert live["shown"]["began"] == told["began"] == shown[0] == "2026"


def test_a_line_follows_its_head(chief: Browser) -> None:
    typed = {"name": "a", "start": "2026-01-11", "items.1.quantity": "3"}
    (live,) = compute(plan_of(chief, "/new/quote"), [typed])
    assert live["shown"]["items.1.lasting"] == "30"


def test_what_is_stored_is_what_the_page_has_shown(chief: Browser) -> None:
    plan = plan_of(chief, "/new/quote")
    random = Random(7)
    saved = 0
    forms = [typed_by_chance(random) for _ in range(60)]
    for typed, live in zip(forms, compute(plan, forms), strict=True):
        answer = chief.post("/new/quote", {"then": "open", "confirm.steep": "1", **typed})
        if answer.status_code != 303:
            continue
        saved += 1
        number = answer.headers["Location"].partition("?")[0].rsplit("/", 1)[1]
        stored = chief.get(f"/api/v1/records/quote/{number}").get_json()

        for name in ("total", "net"):
            shown = live["shown"][name].replace(",", "")
            assert (stored[name] or "") == shown, (name, typed)
    assert saved > 10


def test_checks_fail_on_the_page_as_at_the_save(chief: Browser) -> None:
    plan = plan_of(chief, "/new/quote")
    line = {"items.1.quantity": "9", "items.1.price": "99999"}
    forms = [
        {"name": "a"},
        {"name": "a", "discount": "60"},
        {"name": "a", **line},
        {"name": "a", "cost": "5", "items.1.quantity": "1", "items.1.price": "4"},
    ]
    found = [each["failed"] for each in compute(plan, forms)]
    assert found == [[], ["steep"], ["limit"], ["thin"]]
    refused = chief.post("/new/quote", forms[2])
    assert refused.status_code == 422
    assert "The total is too high" in refused.text


def test_a_check_says_what_it_reads_through_formulas_too(chief: Browser) -> None:
    plan = plan_of(chief, "/new/quote")
    reads = {each["name"]: each["reads"] for each in plan["checks"]}
    assert reads["steep"] == ["discount"]
    assert reads["many"] == ["items"]
    assert {"total", "items.quantity", "items.price"} <= set(reads["limit"])
    assert [each["reads"] for each in plan["lines"]["items"]["checks"]] == [["items.quantity"]]


def test_all_formulas_are_computed_on_the_page_and_the_server_is_not_asked(chief: Browser) -> None:
    page = chief.get("/new/quote").text
    assert "data-compute=" not in page
    assert 'data-field="note" hidden' in page


def test_what_only_the_server_computes_is_asked_of_it(chief: Browser) -> None:
    assert 'data-compute="/compute/cheque"' in chief.get("/new/cheque").text
    plan = plan_of(chief, "/new/cheque")
    (live,) = compute(plan, [{"amount": "12.5"}])
    assert live["shown"] == {"twice": "25.00"}
    told = chief.post("/compute/cheque", {"amount": "12.5"}).get_json()["values"]
    assert told == {"twice": "25.00", "words": "壹拾贰元伍角整", "wait": told["wait"]}
    assert told["wait"]


def test_a_form_that_nobody_has_laid_out_tells_its_formulas_above_its_lines(chief: Browser) -> None:
    page = chief.get("/new/rest").text
    assert page.index('data-computed="half"') < page.index('data-field="items"')
    (live,) = compute(plan_of(chief, "/new/rest"), [{"count": "5"}])
    assert live["shown"] == {"half": "2.5"}


def test_what_one_may_not_read_is_not_in_the_plan(served: Served, chief: Browser) -> None:
    clerk = served.signed_in("clerk", "clerk")
    page = clerk.get("/new/quote").text
    written = json.dumps(plan_of(clerk, "/new/quote"), ensure_ascii=False)
    for word in ("cost", "margin", "secret", '"thin"'):
        assert word not in written
    assert "secret" not in page
    assert "total" in written
    assert "margin" in json.dumps(plan_of(chief, "/new/quote"))


def test_a_stored_record_brings_what_its_form_does_not_show(chief: Browser) -> None:
    answer = chief.post("/new/quote", {"name": "kept", "count": "2", "reason": "r"})
    number = answer.headers["Location"].partition("?")[0].rsplit("/", 1)[1]
    plan = plan_of(chief, f"/edit/quote/{number}")
    assert plan["inputs"]["count"] == ["number", 0]
    (live,) = compute(plan, [{"name": "kept", "count": "3"}])
    assert live["shown"]["words"] == "KEPT/3"
