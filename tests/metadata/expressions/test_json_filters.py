"""Conditions as JSON: the same tree as the text."""

from __future__ import annotations

import json
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from expression_worlds.generating import Generator

from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.json_filters import from_json, to_json
from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.text import write


@pytest.mark.parametrize(
    ("filter_", "text"),
    [
        ({"field": "stage", "op": "=", "value": "sent"}, "stage = 'sent'"),
        ({"field": "stage", "value": None}, "stage = null"),
        ({"field": "link.region", "op": "under", "value": "华南"}, "link.region under '华南'"),
        ({"all": []}, "true"),
        ({"any": []}, "false"),
        (
            {"all": [{"field": "a", "op": ">", "value": 1.5}, {"field": "b", "op": "empty"}]},
            "a > 1.5 and b is empty",
        ),
        (
            {"not": {"any": [{"field": "a", "value": True}, {"field": "b", "op": "not_empty"}]}},
            "not (a = true or b is not empty)",
        ),
        ({"field": "a", "op": "in", "value": [1, "x"]}, "a in (1, 'x')"),
        ({"field": "a", "op": "not_in", "value": []}, "a not in ()"),
        ({"field": "a", "op": "between", "value": ["2026-01-01", {"expression": "today()"}]},
         "a between '2026-01-01' and today()"),
        ({"field": "at", "op": "in", "value": {"expression": "本月"}}, "at in this_month()"),
        ({"field": "company", "op": "is", "value": "customer"}, "company is customer"),
        ({"related": "items", "any": {"field": "a", "op": ">", "value": 1}}, "items any (a > 1)"),
        ({"related": "items", "none": {}}, "items none"),
        (
            {"related": "items", "count": {"field": "a", "value": 1}, "op": ">", "value": 2},
            "count(items where a = 1) > 2",
        ),
        ({"field": "o", "value": {"entity": "employee", "id": 3}}, "o = record('employee', 3)"),
        ({"field": "owner", "value": {"expression": "$me"}}, "owner = $me"),
        ({"expression": "a + b > 3"}, "a + b > 3"),
    ],
)  # fmt: skip
def test_a_filter_is_the_tree_of_its_text(filter_: dict[str, Any], text: str) -> None:
    assert from_json(filter_) == parse(text).tree


def test_every_tree_comes_back_from_its_json() -> None:
    random = Random(5)
    taken = 0
    for _ in range(400):
        tree = Generator(random, plain=True).condition(random.randrange(3))
        if len(write(tree)) > 3_000:
            continue
        with suppress(ExpressionError):  # deeper than a query may be
            assert from_json(json.loads(json.dumps(to_json(tree)))) == tree
            taken += 1
    assert taken > 300


def test_a_filter_in_json_uses_its_own_words_where_it_has_them() -> None:
    tree = parse("stage = 'sent' and items any (amount > 1000)").tree
    assert to_json(tree) == {
        "all": [
            {"field": "stage", "op": "=", "value": "sent"},
            {"related": "items", "any": {"field": "amount", "op": ">", "value": 1000}},
        ]
    }


def test_a_misspelt_key_is_named_with_the_right_one() -> None:
    with pytest.raises(ExpressionError) as raised:
        from_json({"field": "a", "valeu": 1})
    assert (raised.value.found, raised.value.nearest) == ("valeu", "value")
