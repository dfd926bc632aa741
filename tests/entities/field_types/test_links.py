from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st


@given(st.sets(st.integers(1, 2**53)))
def test_any_set_of_ids_comes_back_in_order(make: Any, ids: set[int]) -> None:
    assert make("links", to="tag").survives(tuple(sorted(ids)) or None, excel=False)


@pytest.mark.parametrize("raw", ["3,1", [3, "1", 1], [{"id": 1}, {"id": 3}], "1，3"])
def test_lists_and_separated_text_are_read(make: Any, raw: object) -> None:
    assert make("links", to="tag").parse(raw) == (1, 3)


@pytest.mark.parametrize(
    ("raw", "code"),
    [({"id": 1}, "not_a_list"), (["x"], "not_a_record"), ([1] * 70_000, "too_many")],
)
def test_anything_else_is_refused_by_both_drivers(make: Any, raw: object, code: str) -> None:
    field = make("links", to="tag")
    assert field.code(raw) == code
    assert field.load(raw) == field.parsed(raw)


def test_it_has_a_table_of_its_own_and_shows_titles(make: Any) -> None:
    field = make("links", to="tag", targets=("tag",))
    assert field.type.columns(field.definition) == ()
    assert (
        field.shown((1, 3, 4), titles={("tag", 1): "重点", ("tag", 3): "老客户"}) == "重点、老客户"
    )
