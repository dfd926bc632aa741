from typing import Any

import pytest


@pytest.mark.parametrize("value", [1, 3, 5])
def test_a_rating_comes_back(make: Any, value: int) -> None:
    assert make("rating").survives(value)


def test_stars_are_shown_and_read(make: Any) -> None:
    field = make("rating", max=4)
    assert field.shown(3) == "★★★☆"
    assert field.parse("★★★☆") == 3
    assert field.parse("３") == 3


@pytest.mark.parametrize(
    ("raw", "code"), [(0, "not_a_rating"), (6, "not_a_rating"), ("2.5", "not_an_integer")]
)
def test_what_is_no_rating_is_refused_by_both_drivers(make: Any, raw: object, code: str) -> None:
    field = make("rating")
    assert field.code(raw) == code
    assert field.load(raw) == field.parsed(raw)
