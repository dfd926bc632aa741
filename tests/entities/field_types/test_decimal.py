from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

DECIMALS = st.decimals(Decimal("-99999999999999.9999"), Decimal("99999999999999.9999"), places=4)


@given(DECIMALS)
def test_any_number_of_18_digits_comes_back(make: Any, value: Decimal) -> None:
    assert make("decimal").survives(value)


@given(st.decimals(-(10**9), 10**9, places=4))
def test_a_workbook_float_is_the_decimal_that_was_meant(make: Any, value: Decimal) -> None:
    assert make("decimal").cell(float(value)) == value


@given(st.one_of(st.text("0123456789,.-+eE１．%¥ "), st.decimals(), st.floats(), st.none()))
def test_both_drivers_take_and_refuse_the_same(make: Any, raw: object) -> None:
    field = make("decimal", scale=2, min=-5, max=1000)
    assert repr(field.load(raw)) == repr(field.parsed(raw))


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1,234.50", "1234.5000"),
        ("１，２３４．５", "1234.5000"),
        (".5", "0.5000"),
        ("1.", "1.0000"),
        ("1.20000000", "1.2000"),
        (0.1, "0.1000"),
        ("1.2E+3", "1200.0000"),
        ("-0", "0.0000"),
        (3, "3.0000"),
    ],
)
def test_numbers_are_kept_exactly_at_their_scale(make: Any, raw: object, value: str) -> None:
    assert str(make("decimal").parse(raw)) == value


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("1.23456", "too_many_decimals"),
        (0.1 + 0.2, "too_many_decimals"),
        ("100000000000000", "number_too_large"),
        ("1e18", "number_too_large"),
        ("1e999", "number_too_large"),
        (1e300, "number_too_large"),
        ("1,5", "not_a_number"),
        ("abc", "not_a_number"),
        ("1e9999", "not_a_number"),
        ({}, "not_a_number"),
        (True, "not_a_number"),
    ],
)
def test_nothing_is_rounded_or_cut_silently(make: Any, raw: object, code: str) -> None:
    assert make("decimal").code(raw) == code


def test_the_noise_of_a_float_in_a_sheet_is_not_a_further_decimal(make: Any) -> None:
    assert make("decimal").cell(0.1 + 0.2) == Decimal("0.3")
    assert make("decimal", scale=0).cell("") is None


def test_json_is_text_and_reading_shows_only_the_decimals_needed(make: Any) -> None:
    field = make("decimal", scale=6)
    assert field.json(Decimal("0.000001")) == "0.000001"
    assert field.shown(Decimal("1234.500000")) == "1,234.5"
    assert field.input(Decimal("1234.500000")) == "1234.5"
    assert field.type.json_schema(field.definition)["format"] == "decimal"
