from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

LARGEST = 2**53


@given(st.integers(-LARGEST, LARGEST))
def test_any_whole_number_comes_back(make: Any, value: int) -> None:
    field = make("integer")
    assert field.survives(value)
    # Beyond 15 digits a workbook's own number is no longer exact.
    if abs(value) < 10**15:
        assert field.cell(float(value)) == value


@given(st.one_of(st.text("0123456789,.-+eE１２ "), st.integers(), st.floats(), st.booleans()))
def test_both_drivers_take_and_refuse_the_same(make: Any, raw: object) -> None:
    field = make("integer", min=-5, max=1000)
    assert field.load(raw) == field.parsed(raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1,234", 1234),
        ("１２３４", 1234),
        ("－5", -5),
        ("−5", -5),
        ("12.00", 12),
        (12.0, 12),
        (Decimal("12"), 12),
        ("", None),
        ("  ", None),
        ("+7", 7),
    ],
)
def test_the_ways_people_write_whole_numbers(make: Any, raw: object, value: int | None) -> None:
    assert make("integer").parse(raw) == value


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("1.5", "not_an_integer"),
        ("1,23", "not_a_number"),
        ("12,34,567", "not_a_number"),
        ("1_000", "not_a_number"),
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        (float("nan"), "not_a_number"),
        (float("inf"), "not_a_number"),
        (Decimal("sNaN"), "not_a_number"),
        (True, "not_a_number"),
        ([1], "not_a_number"),
        ("٣", "not_a_number"),
        (2**53 + 1, "number_too_large"),
        (10**400, "number_too_large"),
        ("9" * 40, "number_too_large"),
        ("1e300", "number_too_large"),
        ("1\x00", "bad_character"),
        ("2e-300", "not_an_integer"),
    ],
)
def test_what_is_no_whole_number_is_refused(make: Any, raw: object, code: str) -> None:
    assert make("integer").code(raw) == code


def test_limits_hold_and_contradictions_are_problems(make: Any) -> None:
    field = make("integer", min=1, max=10)
    assert (field.code(0), field.code(11)) == ("below_min", "above_max")
    assert make("integer", min=5, max=1).problems() == ("min_above_max",)


def test_thousands_are_set_apart_for_reading_only(make: Any) -> None:
    assert make("integer").shown(1286000) == "1,286,000"
    assert make("integer").input(1286000) == "1286000"


def test_thousands_are_written_apart_unless_a_field_says_otherwise(make: Any) -> None:
    assert make("integer").shown(2026) == "2,026"
    assert make("integer", grouping=False).shown(2026) == "2026"
    assert make("integer", grouping=False).shown(-1234567) == "-1234567"
