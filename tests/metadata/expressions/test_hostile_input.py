"""Texts and filters made to hurt: refused in words, whatever their size and depth."""

from __future__ import annotations

from typing import Any

import pytest

from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.json_filters import from_json
from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.query_limits import check_query_limits
from cardwright_metadata.expressions.tree import Node
from cardwright_metadata.expressions.walking import height


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a" * 5_000, "too_long"),
        ("not " * 3_000 + "a", "too_long"),
        ("not " * 900 + "a", "too_deep"),
        ("-" * 3_000 + "a", "too_deep"),
        ("- not " * 300 + "a", "too_deep"),
        ("(" * 1_900 + "a" + ")" * 1_900, "too_deep"),
        ("(" * 3_999, "too_deep"),
        ("if(" * 600 + "a", "too_deep"),
        ("如果（" * 600, "too_deep"),
        ("(not " * 100, "too_deep"),
        ("a" + " + a" * 900, "too_deep"),
        ("a" + " - 1" * 64, "too_deep"),
        ("'" + "x" * 4_000, "too_long"),
        ("[" * 4_000, "unclosed_label"),
        ("9" * 3_000, "too_large"),
        ("0." + "0" * 3_000, "too_large"),
        ("a.b" * 900 + "\0", "bad_character"),
        ("a = '" + "\udfff" * 10 + "'", "bad_character"),
        ("a" + "\u202e" * 10, "bad_character"),
        ("and " * 900, "unexpected"),
        (")" * 3_000, "unexpected"),
    ],
)
def test_a_hostile_text_is_refused_in_words(text: str, code: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        parse(text)
    assert raised.value.code == code
    assert raised.value.at <= 4_000


def test_sixty_levels_are_fine() -> None:
    assert height(parse("(" * 60 + "a" + ")" * 60).tree) == 1
    assert height(parse("abs(" * 60 + "a" + ")" * 60).tree) == 61
    assert height(parse("not " * 60 + "a").tree) == 61


def test_a_long_chain_has_little_height() -> None:
    assert height(parse(" or ".join(["a"] * 700)).tree) < 12


def _nested(part: dict[str, Any], key: str, times: int) -> dict[str, Any]:
    for _ in range(times):
        part = {key: part if key == "not" else [part]}
    return part


CONDITION = {"field": "a", "op": "=", "value": 1}


@pytest.mark.parametrize(
    ("filter_", "code"),
    [
        (_nested(CONDITION, "not", 10_000), "too_deep"),
        (_nested(CONDITION, "all", 10_000), "too_deep"),
        ({"related": "x", "any": _nested(CONDITION, "any", 10_000)}, "too_deep"),
        ({"any": [CONDITION] * 101}, "too_large"),
        ({"any": [{"all": [CONDITION] * 20}] * 6}, "too_large"),
        ({"field": "a", "op": "in", "value": list(range(1_001))}, "too_large"),
        ({"all": [{"field": "a", "op": "in", "value": [1] * 600}] * 2}, "too_large"),
        ({"field": "a", "op": "=", "value": float("nan")}, "bad_filter"),
        ({"field": "a", "op": "=", "value": float("inf")}, "bad_filter"),
        ({"field": "a", "op": "=", "value": 1e300}, "too_large"),
        ({"field": "a", "op": "=", "value": 10**5_000}, "too_large"),
        ({"field": "a", "op": "=", "value": 1e-300}, "too_large"),
        ({"field": "a", "op": "=", "value": "x" * 5_000}, "too_long"),
        ({"field": "a", "op": "=", "value": "\0"}, "bad_character"),
        ({"field": "a", "op": "=", "value": "\ud800"}, "bad_character"),
        ({"field": "a", "op": "=", "value": [[1]]}, "bad_filter"),
        ({"field": "a", "op": "in", "value": "abc"}, "bad_filter"),
        ({"field": "a", "op": "between", "value": [1]}, "bad_filter"),
        ({"field": "a", "op": "equals", "value": 1}, "unknown_operator"),
        ({"field": "a", "op": ["="], "value": 1}, "unknown_operator"),
        ({"field": "a; drop table", "value": 1}, "bad_filter"),
        ({"field": "a.", "value": 1}, "bad_filter"),
        ({"field": "any", "value": 1}, "bad_filter"),
        ({"field": 5}, "bad_filter"),
        ({"field": "a", "op": "=", "valeu": 1}, "bad_filter"),
        ({"field": "$nobody", "value": 1}, "bad_filter"),
        ({"field": "a", "op": "is", "value": "Customer"}, "bad_filter"),
        ({"all": CONDITION}, "bad_filter"),
        ({"all": "abc"}, "bad_filter"),
        ({"related": "items"}, "bad_filter"),
        ({"related": "items", "any": {}, "none": {}}, "bad_filter"),
        ({"expression": "not " * 900 + "a"}, "too_deep"),
        ({}, "bad_filter"),
        ([], "bad_filter"),
        (None, "bad_filter"),
        ("a = 1", "bad_filter"),
    ],
)
def test_a_hostile_filter_is_refused_in_words(filter_: object, code: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        from_json(filter_)
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("not (" * 9 + "a = 1" + ")" * 9, "too_deep"),
        ("(a = 1 and (b = 2 or (c = 3 and (d = 4 or " * 3 + "a = 1" + ")))) " * 3, "too_deep"),
        (" or ".join(["a = 1"] * 101), "too_large"),
        (f"a in ({', '.join(['1'] * 1_001)})", "too_large"),
    ],
)
def test_a_query_has_limits_in_its_text_form_too(text: str, code: str) -> None:
    tree: Node = parse(text).tree
    with pytest.raises(ExpressionError) as raised:
        check_query_limits(tree)
    assert raised.value.code == code


def test_a_usual_query_is_within_the_limits() -> None:
    check_query_limits(parse(" or ".join(["a = 1 and b in (1, 2, 3)"] * 50)).tree)
