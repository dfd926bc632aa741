from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright_entities.field_types.periods import Span, first_day

DAYS = st.dates(min_value=date(1000, 1, 10))


@pytest.mark.parametrize("grain", ["year", "quarter", "month", "week"])
@given(day=DAYS)
def test_any_period_comes_back_as_its_first_day(make: Any, grain: str, day: date) -> None:
    field = make("period", grain=grain)
    first = first_day(day, grain)
    assert field.parse(day) == first
    assert field.survives(first)


@given(start=DAYS, days=st.none() | st.integers(min_value=0, max_value=10_000))
def test_any_range_comes_back(make: Any, start: date, days: int | None) -> None:
    end = None if days is None or start > date(9900, 1, 1) else start + timedelta(days=days)
    assert make("period", grain="range").survives(Span(start, end))


@pytest.mark.parametrize(
    ("grain", "raw", "first"),
    [
        ("month", "2026-07", date(2026, 7, 1)),
        ("month", "2026年7月", date(2026, 7, 1)),
        ("month", "２０２６．７", date(2026, 7, 1)),
        ("month", "2026-07-19", date(2026, 7, 1)),
        ("quarter", "2026-Q3", date(2026, 7, 1)),
        ("quarter", "2026年第3季度", date(2026, 7, 1)),
        ("year", 2026, date(2026, 1, 1)),
        ("year", "2026年", date(2026, 1, 1)),
        ("week", "2026-W01", date(2025, 12, 29)),
        ("week", "2026年第1周", date(2025, 12, 29)),
    ],
)
def test_the_ways_periods_are_written(make: Any, grain: str, raw: object, first: date) -> None:
    assert make("period", grain=grain).parse(raw) == first


@pytest.mark.parametrize(
    "raw",
    [
        "2026-01-01/2026-06-30",
        "2026-01-01 ~ 2026-06-30",
        "2026/1/1至2026/6/30",
        "2026年1月1日到2026年6月30日",
        {"start": "2026-01-01", "end": "2026-06-30"},
    ],
)
def test_the_ways_ranges_are_written(make: Any, raw: object) -> None:
    parsed = make("period", grain="range").parse(raw)
    assert parsed == Span(date(2026, 1, 1), date(2026, 6, 30))


def test_periods_read_well_in_both_languages(make: Any) -> None:
    july = date(2026, 7, 1)
    assert make("period", grain="month").shown(july) == "2026年7月"
    assert make("period", grain="month").shown(july, "en") == "Jul 2026"
    assert make("period", grain="quarter").shown(july) == "2026年第3季度"
    assert make("period", grain="quarter").json(july) == "2026-Q3"
    assert make("period", grain="week").shown(date(2025, 12, 29)) == "2026年第1周"


@pytest.mark.parametrize(
    ("grain", "raw", "code"),
    [
        ("month", "2026-13", "not_a_period"),
        ("quarter", "2026-Q5", "not_a_period"),
        ("week", "2026-W60", "not_a_period"),
        ("year", "soon", "not_a_period"),
        ("month", 7, "not_a_period"),
        ("range", "2026-06-30/2026-01-01", "range_backwards"),
        ("range", "/2026-01-01", "range_without_start"),
        ("range", "soon", "not_a_range"),
        ("range", {"from": "2026-01-01"}, "not_a_range"),
    ],
)
def test_what_is_no_period_is_refused_by_both_drivers(
    make: Any, grain: str, raw: object, code: str
) -> None:
    field = make("period", grain=grain)
    assert field.code(raw) == code
    assert field.load(raw) == field.parsed(raw)
