"""Changing on the command line: types, what does not convert, taking back, purging, history."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cardwright = Callable[..., Any]

THING = """
kind: entity
name: thing
label: {zh: 物品, en: Thing}
fields:
  name: {type: text}
  size: {type: text}
list: {columns: [name, size]}
"""
ROWS = "name,size\nA,1\nB,big\n"


@pytest.fixture
def things(cardwright: Cardwright, place: Path) -> Path:
    """An installation with an entity of its own and two records; the file that defines it."""
    file = place / "crew" / "thing.yaml"
    file.write_text(THING, encoding="utf-8")
    assert cardwright("apply", "--yes", "--reason", "first").code == 0
    (place / "things.csv").write_text(ROWS, encoding="utf-8")
    assert cardwright("import", "thing", "things.csv").code == 0
    return file


def test_a_type_is_changed_and_taken_back(cardwright: Cardwright, things: Path) -> None:
    things.write_text(THING.replace("size: {type: text}", "size: {type: integer}"), "utf-8")
    plan = cardwright("plan")
    assert plan.code == 1
    assert "Values of entity/thing#fields.size that do not convert: 1" in plan.out
    assert "/card/thing/2: “big” Not a number." in plan.out
    told = cardwright("plan", "--json").json()
    (offence,) = told["offences"]
    assert (offence["kind"], offence["records"]) == ("convert", [2])
    assert offence["values"] == ["big"]
    convert = next(step for step in told["steps"] if step["kind"] == "convert")
    assert (convert["lock"], convert["rows"], convert["inverse"]) == ("batches", 2, "convert_back")
    assert "entity/thing#list.columns.size" in {use["place"] for use in told["references"]}
    assert cardwright("apply", "--yes").code == 1
    assert cardwright("apply", "--yes", "--empty-rejects", "--reason", "numbers").code == 0
    rejects = cardwright("commits", "--rejects", "2", "--json").json()
    assert [(each["record"], each["value"], each["code"]) for each in rejects] == [
        (2, "big", "not_a_number")
    ]
    assert "big" in cardwright("commits", "--rejects", "2").out
    assert cardwright("revert", "2", "--yes").code == 0
    told = cardwright("commits", "--json").json()
    assert [each["reason"] for each in told] == ["Change 2 taken back.", "numbers", "first"]
    things.write_text(THING, "utf-8")
    assert cardwright("plan", "--json").json()["empty"]


def test_what_is_retired_is_purged_by_its_name(
    cardwright: Cardwright, things: Path, place: Path
) -> None:
    fewer = THING.replace("  size: {type: text}\n", "").replace(", size]", "]")
    things.write_text(fewer, "utf-8")
    assert cardwright("apply", "--yes").code == 0
    (listed,) = cardwright("purge", "--json").json()
    assert (listed["name"], listed["values"]) == ("thing.size", 2)
    assert cardwright("purge", "thing.size", "--confirm", "thing.size").code == 1
    refused = cardwright("purge", "thing.size", "--early", "--confirm", "size")
    assert (refused.code, "Nothing was applied." in refused.out) == (1, True)
    told = cardwright("purge", "thing.size", "--early", "--confirm", "thing.size", "--json").json()
    with gzip.open(told["archive"], "rt", encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    records = [each for each in lines if "archive" not in each]
    assert records == [{"id": 1, "size": "1"}, {"id": 2, "size": "big"}]
    assert cardwright("purge", "--json").json() == []
    assert cardwright("plan", "--json").json()["empty"]


def test_a_value_says_where_it_is_set(cardwright: Cardwright, things: Path) -> None:
    told = cardwright("explain", "thing.size.type")
    assert told.code == 0
    assert "thing.yaml:7" in told.out
    assert cardwright("explain", "thing.size.type", "--json").json()["value"] == "text"
    wrong = cardwright("explain", "thing.sise", LC_ALL="zh_CN.UTF-8")
    assert (wrong.code, "您是指 size 吗" in wrong.out) == (1, True)
