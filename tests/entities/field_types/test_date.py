from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st


@given(st.dates())
def test_any_day_comes_back(make: Any, value: date) -> None:
    assert make("date").survives(value)


@given(st.one_of(st.text("0123456789-/年月日.: T"), st.dates(), st.none(), st.floats()))
def test_both_drivers_take_and_refuse_the_same(make: Any, raw: object) -> None:
    field = make("date")
    assert field.load(raw) == field.parsed(raw)


@pytest.mark.parametrize(
    "raw",
    [
        "2025-11-18",
        "2025/11/18",
        "2025.11.18",
        "2025年11月18日",
        "20251118",
        "２０２５－１１－１８",
        "2025-11-18 00:00:00.000",
        "2025-11-18T00:00",
        " 2025-11-18 ",
        date(2025, 11, 18),
    ],
)
def test_the_ways_days_are_written(make: Any, raw: object) -> None:
    assert make("date").parse(raw) == date(2025, 11, 18)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("2025-02-30", "not_a_date"),
        ("2025-W01-1", "not_a_date"),
        ("25-1-1", "not_a_date"),
        ("2025-1/1", "not_a_date"),
        ("tomorrow", "not_a_date"),
        ("0000-01-01", "not_a_date"),
        (20251118, "not_a_date"),
        (datetime(2025, 11, 18), "not_a_date"),
        ("2025-11-18 09:30", "date_with_time"),
        ("2025-11-18 99:30", "not_a_date"),
        ("2025-11-18\x00", "bad_character"),
    ],
)
def test_what_is_no_day_is_refused(make: Any, raw: object, code: str) -> None:
    assert make("date").code(raw) == code


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (45979.0, date(2025, 11, 18)),
        (1, date(1900, 1, 1)),
        (59, date(1900, 2, 28)),
        (61, date(1900, 3, 1)),
        (datetime(2025, 11, 18), date(2025, 11, 18)),
        ("2025/11/18", date(2025, 11, 18)),
        (None, None),
    ],
)
def test_a_sheet_counts_days_from_1900(make: Any, cell: object, value: date | None) -> None:
    assert make("date").cell(cell) == value


@pytest.mark.parametrize("cell", [0, 60, -1, 45979.5, 1e12, float("nan"), float("inf")])
def test_numbers_that_are_no_day_of_a_sheet_are_refused(make: Any, cell: float) -> None:
    with pytest.raises(Exception, match="not_a_date"):
        make("date").cell(cell)


def test_a_day_reads_as_near_as_it_is(make: Any) -> None:
    field = make("date")
    days = [date(2025, 11, 20), date(2025, 11, 19), date(2025, 11, 18), date(2024, 11, 18)]
    assert [field.shown(day) for day in days] == ["今天", "昨天", "11月18日", "2024-11-18"]
    assert [field.shown(day, "en") for day in days] == [
        "Today",
        "Yesterday",
        "18 Nov",
        "2024-11-18",
    ]


def test_days_before_workbooks_begin_travel_as_text(make: Any) -> None:
    assert make("date").excel(date(1899, 5, 1)) == "1899-05-01"
    assert make("date").excel(date(2025, 5, 1)) == date(2025, 5, 1)
