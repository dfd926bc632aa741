"""Formulas that lead out, never end, swell or name themselves: refused with their place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from odd_input.ground import Ground, ground_on, send_json
from serving import PACKS
from untouched import untouched

THING = (PACKS / "workshop" / "things.yaml").read_text("utf-8")
ANCHOR = "  price: {type: money, label: {zh: 单价, en: Price}}\n---\n"

ESCAPES = [
    "__import__('os').system('id')",
    "().__class__.__bases__[0].__subclasses__()",
    "name.__class__",
    "name.__class__.__mro__",
    "$record.__dict__",
    "$me.__globals__",
    "$setting.secret_key",
    "$env.PATH",
    "eval('1')",
    "exec('1')",
    "open('/etc/passwd')",
    "lambda: 1",
    "[x for x in name]",
    "name[0]",
    "name; drop table firm",
    "name || (select 1)",
    "concat(name, (select password_hash from cw_account))",
    "'a'::text",
    "pg_sleep(10)",
    "randomblob(1000000000)",
    "load_extension('x')",
    "price' or '1'='1",
    "f'{name}'",
    "`id`",
    "{{7*191}}",
    "name\x00",
    "constructor.constructor('return 1')()",
    "this.constructor",
]
BOMBS = [
    "price" + " * price" * 40,
    "(" * 3000 + "price" + ")" * 3000,
    "not " * 3000 + "true",
    "-" * 3000 + "price",
    "1" * 5000,
    "9" * 400,
    "1e999999",
    "2 ^ 999999999",
    "9**9**9**9",
    "repeat(name, 1000000000)",
    " + ".join(["price"] * 3000),
    "if(" * 100 + "true" + ", 1, 2)" * 100,
    "name" + " & name" * 900,
    "replace(" * 70 + "name" + ", 'a', 'aaaaaaaaaa')" * 70,
]


def planned(ground: Ground, formula: str, more: str = "") -> tuple[int, Any]:
    """Plan a field with a formula over the API."""
    quoted = formula.replace("\\", "\\\\").replace('"', '\\"').replace("\x00", "\\0")
    field = f'  x_bad: {{type: formula, returns: decimal, formula: "{quoted}"}}\n{more}'
    text = THING.replace(ANCHOR, ANCHOR.replace("---\n", field + "---\n"))
    assert text != THING
    body = {"documents": {"workshop/things.yaml": text}}
    return send_json(ground.admin, "POST", "/plans", body, Accept_Language="en")


def held(ground: Ground) -> AbstractContextManager[Callable[[], None]]:
    """Look that an installation stays as it is."""
    instance = ground.served.instance
    return untouched(instance.store, instance.config.folder)


@pytest.mark.parametrize("formula", [*ESCAPES, *BOMBS, "x_bad + 1"])
def test_a_formula_that_leads_out_or_never_ends_is_no_plan(ground: Ground, formula: str) -> None:
    with held(ground):
        status, answer = planned(ground, formula)
    assert status == 422, answer
    problems = answer["error"]["problems"]
    assert any("things.yaml:" in each and "x_bad" in each for each in problems), problems
    assert all(len(each) < 5_000 for each in problems)


def test_formulas_that_name_each_other_are_no_plan(ground: Ground) -> None:
    other = '  x_other: {type: formula, returns: decimal, formula: "x_bad * 2"}\n'
    with held(ground):
        status, answer = planned(ground, "x_other + 1", other)
    assert status == 422
    assert any("x_bad" in each and "x_other" in each for each in answer["error"]["problems"])


@pytest.mark.parametrize("condition", [*ESCAPES, *BOMBS])
def test_a_condition_that_leads_out_or_never_ends_finds_nothing(
    ground: Ground, condition: str
) -> None:
    asked = [
        ("GET", f"/records/thing?{urlencode({'where': condition})}", None),
        ("POST", "/records/thing/aggregate", {"measures": {"n": {"sum": condition}}}),
        ("POST", "/records/thing/aggregate", {"measures": {"n": "count"}, "where": condition}),
    ]
    with held(ground):
        for method, path, body in asked:
            status, answer = send_json(ground.chief, method, path, body, Accept_Language="en")
            assert status in (400, 413, 422), (status, answer)
            assert len(str(answer)) < 20_000


@pytest.fixture(scope="module")
def wages(store_module_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """An installation whose people keep formulas in records."""
    url = "" if store_module_url.startswith("sqlite") else store_module_url
    with ground_on(url, Path(tmp_path_factory.mktemp("wages")), PACKS / "wages") as ground:
        yield ground


@pytest.mark.parametrize(
    ("formulas", "code"),
    [
        ({"a": "a + 1"}, "formula_circle"),
        ({"a": "[a] * 2"}, "formula_circle"),
        ({"a": "b", "b": "c", "c": "base + a"}, "formula_circle"),
        *[({"a": each}, "bad_formula") for each in (*ESCAPES, *BOMBS) if each != "name\x00"],
    ],
)
def test_a_wage_item_that_calls_itself_or_leads_out_is_not_saved(
    wages: Ground, formulas: dict[str, str], code: str
) -> None:
    items = [{"code": name, "formula": text} for name, text in formulas.items()]
    with held(wages):
        status, answer = send_json(
            wages.chief, "POST", "/records/scheme", {"name": "甲", "items": items}
        )
    assert status == 422, answer
    fields = answer["error"]["fields"]
    assert set(fields) <= {f"items.{number}.formula" for number in range(len(items))}


def test_a_wage_item_that_divides_by_zero_gives_nothing_and_spoils_nothing(wages: Ground) -> None:
    items = [{"code": "rate", "formula": "base / days"}, {"code": "pay", "formula": "rate * 2"}]
    status, scheme = send_json(
        wages.chief, "POST", "/records/scheme", {"name": "乙", "items": items}
    )
    assert status == 201
    slip = {"scheme": scheme["id"], "base": "1000", "days": "0"}
    status, made = send_json(wages.chief, "POST", "/records/slip", slip)
    assert (status, made["base"]) == (201, "1000.0000")
