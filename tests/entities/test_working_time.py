"""Working time against a walk over single minutes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardwright_entities.working_time import Spans, WorkingTime, usual_week

MINUTE = timedelta(minutes=1)
#: Weeks in which clocks change in some of the zones, and others.
BEGIN = datetime(2026, 3, 23, tzinfo=UTC)
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC")


@st.composite
def spans(draw: st.DrawFn) -> Spans:
    # No piece ends in the hour that a change of clocks leaves out or repeats.
    marks = draw(st.lists(st.sampled_from([0, *range(240, 1_441, 15)]), max_size=6, unique=True))
    ends = sorted(marks)[: len(marks) // 2 * 2]
    return tuple(zip(ends[::2], ends[1::2], strict=True))


@st.composite
def calendars(draw: st.DrawFn) -> WorkingTime:
    week = tuple(draw(spans()) for _ in range(7))
    exceptions = st.dates(date(2026, 3, 20), date(2026, 4, 20))
    days = draw(st.dictionaries(exceptions, spans(), max_size=6))
    return WorkingTime(ZoneInfo(draw(st.sampled_from(ZONES))), week, days)


def works(calendar: WorkingTime, moment: datetime) -> bool:
    local = moment.astimezone(calendar.zone)
    minute = local.hour * 60 + local.minute
    return any(begin <= minute < end for begin, end in calendar.spans(local.date()))


def walked(calendar: WorkingTime, start: datetime, end: datetime) -> timedelta:
    moment, total = start, timedelta()
    while moment < end:
        total += works(calendar, moment) * MINUTE
        moment += MINUTE
    return total


MOMENTS = st.integers(0, 14 * 1_440).map(lambda minutes: BEGIN + minutes * MINUTE)


@settings(max_examples=150, deadline=None)
@given(calendar=calendars(), start=MOMENTS, length=st.integers(0, 9_000))
def test_time_between_two_moments_is_what_a_walk_over_minutes_counts(
    calendar: WorkingTime, start: datetime, length: int
) -> None:
    end = start + length * MINUTE
    assert calendar.between(start, end) == walked(calendar, start, end)


@settings(max_examples=150, deadline=None)
@given(calendar=calendars(), start=MOMENTS, length=st.integers(1, 3_000))
def test_some_work_later_is_the_first_moment_at_which_it_is_done(
    calendar: WorkingTime, start: datetime, length: int
) -> None:
    end = calendar.after(start, length * MINUTE)
    if end is None:
        assert not any(calendar.week)
        return
    assert calendar.between(start, end) == length * MINUTE
    assert calendar.between(start, end - MINUTE) == (length - 1) * MINUTE


@settings(max_examples=150, deadline=None)
@given(calendar=calendars(), first=MOMENTS, second=MOMENTS, third=MOMENTS)
def test_time_adds_up(
    calendar: WorkingTime, first: datetime, second: datetime, third: datetime
) -> None:
    one, two, three = sorted((first, second, third))
    parts = calendar.between(one, two) + calendar.between(two, three)
    assert parts == calendar.between(one, three)


def test_seconds_count() -> None:
    calendar = usual_week(ZoneInfo("Asia/Shanghai"))
    friday = datetime(2026, 11, 20, 15, 59, 30, tzinfo=UTC)  # 23:59:30 in Shanghai
    assert calendar.between(friday, friday + timedelta(days=1)) == timedelta(seconds=30)
    assert calendar.after(friday, timedelta(seconds=31)) == datetime(
        2026, 11, 22, 16, 0, 1, tzinfo=UTC
    )


def test_a_calendar_without_work_never_ends() -> None:
    calendar = WorkingTime(ZoneInfo("UTC"), ((),) * 7)
    assert calendar.after(BEGIN, MINUTE) is None
    assert calendar.at_same_time(BEGIN, 1) is None
    assert calendar.between(BEGIN, BEGIN + timedelta(days=40_000)) == timedelta()
    assert calendar.after(BEGIN, timedelta()) == BEGIN


@pytest.mark.parametrize(
    ("day", "days", "found"),
    [
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-11-21", 1, "2026-11-23"),
        ("2026-11-18", 2, "2026-11-20"),
    ],
)
def test_working_days_later_is_the_same_time_of_a_working_day(
    day: str, days: int, found: str
) -> None:
    calendar = usual_week(ZoneInfo("UTC"))
    start = datetime.fromisoformat(f"{day}T10:30:00+00:00")
    assert calendar.at_same_time(start, days) == datetime.fromisoformat(f"{found}T10:30:00+00:00")
