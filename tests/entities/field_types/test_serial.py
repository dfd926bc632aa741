from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright_entities.field_types.serial import SerialPattern

DAY = date(2025, 11, 8)


@pytest.mark.parametrize(
    ("pattern", "count", "number"),
    [
        ("Q{YYYY}{MM}-{0000}", 42, "Q202511-0042"),
        ("{YY}{MM}{DD}{000}", 7, "251108007"),
        ("LX{0000}", 12345, "LX12345"),
        ("合同{YYYY}第{0}号", 3, "合同2025第3号"),
    ],
)
def test_a_pattern_makes_numbers(pattern: str, count: int, number: str) -> None:
    assert SerialPattern(pattern).number(count, DAY) == number


@pytest.mark.parametrize(
    ("reset", "period"),
    [("never", ""), ("year", "2025"), ("month", "2025-11"), ("day", "2025-11-08")],
)
def test_each_period_has_its_own_counter(reset: str, period: str) -> None:
    assert SerialPattern("{0000}", reset).period(DAY) == period


@pytest.mark.parametrize(
    ("pattern", "reset", "problem"),
    [
        ("Q{YYYY}{MM}-{0000}", "month", ()),
        ("Q{YY}{MM}{DD}{000}", "day", ()),
        ("Q{0000}", "never", ()),
        ("Q{MM}-{0000}", "month", ("serial_collides",)),
        ("Q{YYYY}-{0000}", "month", ("serial_collides",)),
        ("Q{0000}", "year", ("serial_collides",)),
        ("Q{YYYY}{MM}-{0000}", "day", ("serial_collides",)),
        ("Q{YYYY}", "never", ("serial_counter",)),
        ("Q{00}{00}", "never", ("serial_counter",)),
        ("Q{name}{00}", "never", ("serial_part",)),
        ("Q{00", "never", ("serial_counter",)),
    ],
)
def test_patterns_that_could_collide_are_problems(
    make: Any, pattern: str, reset: str, problem: tuple[str, ...]
) -> None:
    assert make("serial", pattern=pattern, reset=reset).problems() == problem


@given(
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.integers(1, 20_000),
    st.integers(1, 20_000),
    st.sampled_from(
        [("{0000}{YY}{MM}", "month"), ("{YYYY}{00}", "year"), ("{DD}{YY}{00}{MM}", "day")]
    ),
)
def test_two_counts_never_make_the_same_number(
    day: date, other: date, count: int, another: int, pattern: tuple[str, str]
) -> None:
    serial = SerialPattern(*pattern)
    if (serial.period(day), count) != (serial.period(other), another):
        assert serial.number(count, day) != serial.number(another, other)


def test_an_import_may_bring_its_own_numbers(make: Any) -> None:
    field = make("serial", pattern="Q{0000}")
    assert field.survives("old-17")
    assert not field.type.editable
    assert field.load("x" * 130) == field.parsed("x" * 130) == (None, "too_long")
    assert SerialPattern.of(field.definition) == SerialPattern("Q{0000}", "never")


@given(
    st.sampled_from(
        [
            ("Q{YYYY}{MM}-{0000}", "month"), ("{YY}{MM}{DD}{000}", "day"), ("LX{0}", "never"),
            ("合同{YYYY}第{00}号", "year"), ("{YYYY}.{0}.{YYYY}", "never"),
        ]
    ),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.integers(1, 10**11),
)  # fmt: skip
def test_a_number_is_read_as_it_was_made(made: tuple[str, str], day: date, count: int) -> None:
    pattern = SerialPattern(*made)
    number = pattern.number(count, day)
    assert pattern.read(number) == (pattern.period(day), count)
    assert number.startswith(pattern.before_counter(day))
    assert pattern.read(number + "x") is None
