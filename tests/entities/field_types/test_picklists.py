from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

VALUES = {"a": "甲、乙", "b": "Big, bad", "c": "丙"}


@given(st.sets(st.sampled_from(sorted(VALUES))))
def test_any_set_of_choices_comes_back_in_order(make: Any, codes: set[str]) -> None:
    assert make("picklists", values=VALUES).survives(tuple(sorted(codes)) or None)


def test_lists_and_separated_text_are_read(make: Any) -> None:
    field = make("picklists", values=VALUES)
    assert field.parse(["c", "a", "c"]) == ("a", "c")
    assert field.parse("c;a") == field.parse("c， a") == ("a", "c")
    assert field.parse([]) is None
    assert field.cell("丙；a") == ("a", "c")
    assert field.cell("甲、乙") == ("a",)


def test_labels_are_joined_in_the_readers_way(make: Any) -> None:
    field = make("picklists", values=VALUES)
    assert field.shown(("a", "c")) == "甲、乙、丙"
    assert field.shown(("a", "c"), "en") == "甲、乙, 丙"
    assert field.json(("a", "c")) == ["a", "c"]
    assert field.type.from_row([()], field.definition) is None


@pytest.mark.parametrize(
    ("raw", "code"),
    [(["x"], "not_in_list"), ({"a": 1}, "not_a_list"), (5, "not_a_list"), ([5], "not_in_list")],
)
def test_anything_else_is_refused_by_both_drivers(make: Any, raw: object, code: str) -> None:
    field = make("picklists", values=VALUES)
    assert field.code(raw) == code
    assert field.load(raw) == field.parsed(raw)


def test_seventy_thousand_choices_are_too_many(make: Any) -> None:
    assert make("picklists", values=VALUES).code(["a"] * 70_000) == "too_many"
