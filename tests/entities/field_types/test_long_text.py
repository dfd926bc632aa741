from typing import Any

import pytest


@pytest.mark.parametrize("value", [None, "一行", "第一行\n\n\t第三行", "x" * 20_000])
def test_text_of_many_lines_comes_back(make: Any, value: str | None) -> None:
    assert make("long_text").survives(value)


def test_line_ends_of_all_systems_become_one(make: Any) -> None:
    assert make("long_text").parse("a\r\nb\rc\u2028d\n") == "a\nb\nc\nd"


def test_too_much_and_controls_are_refused(make: Any) -> None:
    field = make("long_text", max_length=10)
    assert field.code("x" * 11) == "too_long"
    assert field.code("a\x0bb") == "bad_character"
    assert field.code(["a"]) == "not_a_text"
    assert field.load("x" * 11) == field.parsed("x" * 11)


def test_it_is_drawn_as_a_box_of_lines(make: Any) -> None:
    assert (make("long_text").type.widget, make("long_text").type.cell) == ("textarea", "long_text")
