from datetime import datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st


@given(st.times())
def test_any_time_of_day_comes_back(make: Any, value: time) -> None:
    assert make("time").survives(value)


@pytest.mark.parametrize("raw", ["9:30", "09:30", "09:30:00", "０９：３０", " 9:30 "])
def test_the_ways_times_are_written(make: Any, raw: str) -> None:
    assert make("time").parse(raw) == time(9, 30)


@pytest.mark.parametrize("raw", ["24:00", "9:60", "930", "9", 0.5, True, "9:30 pm"])
def test_what_is_no_time_is_refused_by_both_drivers(make: Any, raw: object) -> None:
    field = make("time")
    assert field.code(raw) == "not_a_time"
    assert field.load(raw) == field.parsed(raw)


def test_a_sheet_counts_parts_of_a_day(make: Any) -> None:
    field = make("time")
    assert field.cell(0.5) == time(12, 0)
    assert field.cell(datetime(1899, 12, 30, 9, 30)) == time(9, 30)
    with pytest.raises(Exception, match="not_a_time"):
        field.cell(1.0)


def test_seconds_show_only_when_there_are_some(make: Any) -> None:
    assert make("time").shown(time(9, 30)) == "09:30"
    assert make("time").shown(time(9, 30, 5)) == "09:30:05"
