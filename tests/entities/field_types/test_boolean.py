from typing import Any

import pytest


@pytest.mark.parametrize("value", [True, False, None])
def test_yes_no_and_nothing_come_back(make: Any, value: bool | None) -> None:
    assert make("boolean").survives(value)


@pytest.mark.parametrize(
    ("raw", "value"),
    [("是", True), ("否", False), ("YES", True), ("no", False), ("on", True), ("１", True)],
)
def test_words_of_people_are_read(make: Any, raw: str, value: bool) -> None:
    assert make("boolean").parse(raw) is value


def test_numbers_are_read_in_sheets_only(make: Any) -> None:
    assert make("boolean").cell(1.0) is True
    assert make("boolean").cell(0) is False
    assert make("boolean").code(1) == "not_a_boolean"


@pytest.mark.parametrize("raw", ["maybe", 2, [], "真假"])
def test_anything_else_is_refused_by_both_drivers(make: Any, raw: object) -> None:
    field = make("boolean")
    assert field.code(raw) == "not_a_boolean"
    assert field.load(raw) == field.parsed(raw)


def test_it_reads_as_a_word_in_either_language(make: Any) -> None:
    field = make("boolean")
    assert (field.shown(True), field.shown(False), field.shown(None)) == ("是", "否", "")
    assert (field.shown(True, "en"), field.shown(False, "en")) == ("Yes", "No")
