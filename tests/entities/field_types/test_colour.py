from typing import Any

import pytest


def test_a_colour_comes_back(make: Any) -> None:
    assert make("colour").survives("#1f6feb")


@pytest.mark.parametrize("raw", ["#1F6FEB", "1f6feb", " ＃1f6feb "])
def test_the_ways_colours_are_written(make: Any, raw: str) -> None:
    assert make("colour").parse(raw) == "#1f6feb"


def test_three_digits_are_doubled(make: Any) -> None:
    assert make("colour").parse("#0af") == "#00aaff"


@pytest.mark.parametrize("raw", ["red", "#12345", "#1f6feb;", 5, True, "url(x)"])
def test_what_is_no_colour_is_refused_by_both_drivers(make: Any, raw: object) -> None:
    field = make("colour")
    assert field.code(raw) == "not_a_colour"
    assert field.load(raw) == field.parsed(raw)
