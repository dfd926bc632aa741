from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

SPANS = st.integers(min_value=-(10**9), max_value=10**9).map(lambda each: timedelta(seconds=each))


@given(SPANS)
def test_any_length_of_time_comes_back(make: Any, value: timedelta) -> None:
    assert make("duration").survives(value)


@pytest.mark.parametrize(
    "raw", ["1:30", "1.5", 1.5, "1.5h", "90 min", "1小时30分钟", "１．５", "PT1H30M", "1h 30m"]
)
def test_the_ways_lengths_of_time_are_written(make: Any, raw: object) -> None:
    assert make("duration").parse(raw) == timedelta(minutes=90)


def test_a_bare_number_counts_in_the_unit_of_the_field(make: Any) -> None:
    assert make("duration", counted_in="minutes").parse("90") == timedelta(minutes=90)
    assert make("duration", counted_in="days").parse("2") == timedelta(days=2)


def test_it_reads_well_in_both_languages(make: Any) -> None:
    value = timedelta(days=1, hours=2, minutes=5)
    assert make("duration").shown(value) == "1天 2小时 5分钟"
    assert make("duration").shown(value, "en") == "1 d 2 h 5 min"
    assert make("duration").json(value) == "P1DT2H5M"
    assert make("duration").shown(timedelta(0)) == "0分钟"


@pytest.mark.parametrize("raw", ["soon", "1:75", "5 parsecs", "P", "1h x"])
def test_what_is_no_length_of_time_is_refused_by_both_drivers(make: Any, raw: str) -> None:
    field = make("duration")
    assert field.code(raw) == "not_a_duration"
    assert field.load(raw) == field.parsed(raw)


def test_more_than_thirty_years_is_refused(make: Any) -> None:
    assert make("duration", counted_in="days").code("12000") == "duration_too_long"
