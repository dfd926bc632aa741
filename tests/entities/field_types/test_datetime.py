from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

MOMENTS = st.datetimes(datetime(1800, 1, 1), datetime(9998, 1, 1), timezones=st.just(UTC))
ZONES = st.sampled_from(["Asia/Shanghai", "America/New_York", "Asia/Kathmandu", "UTC"])


@given(MOMENTS, ZONES)
def test_any_moment_comes_back_in_any_zone(make: Any, value: datetime, zone: str) -> None:
    assert make("datetime", zone=zone).survives(value)


@given(st.one_of(st.text("0123456789-:.TZ+ "), MOMENTS, st.datetimes(), st.none(), st.floats()))
def test_both_drivers_take_and_refuse_the_same(make: Any, raw: object) -> None:
    field = make("datetime")
    assert field.load(raw) == field.parsed(raw)


@pytest.mark.parametrize(
    "raw",
    [
        "2025-11-18 09:30",
        "2025-11-18T09:30:00",
        "2025/11/18 9:30",
        "2025年11月18日 9:30",
        "2025-11-18T01:30:00Z",
        "2025-11-18T01:30:00.000+00:00",
        "2025-11-17 20:30-0500",
        "２０２５－１１－１８　０９：３０",
    ],
)
def test_without_an_offset_it_is_local_time(make: Any, raw: str) -> None:
    assert make("datetime").parse(raw) == datetime(2025, 11, 18, 1, 30, tzinfo=UTC)


def test_a_day_alone_is_its_beginning(make: Any) -> None:
    assert make("datetime").parse("2025-11-18") == datetime(2025, 11, 17, 16, tzinfo=UTC)


def test_what_clocks_skip_counts_on_from_before_the_gap(make: Any) -> None:
    field = make("datetime", zone="America/New_York")
    skipped = field.parse("2025-03-09 02:30")
    assert skipped.astimezone(ZoneInfo("America/New_York")).strftime("%H:%M") == "03:30"


def test_what_clocks_show_twice_is_the_first_unless_it_says_its_offset(make: Any) -> None:
    field = make("datetime", zone="America/New_York")
    first = datetime(2025, 11, 2, 5, 30, tzinfo=UTC)
    second = first + timedelta(hours=1)
    assert field.parse("2025-11-02 01:30") == first
    assert field.input(first) == "2025-11-02T01:30"
    assert field.input(second) == "2025-11-02T01:30-05:00"
    assert field.survives(first)
    assert field.survives(second)


@pytest.mark.parametrize(
    "raw",
    ["2025-11-18 25:00", "2025-13-01 00:00", "now", 5, "0001-01-01", "9999-12-31T23:59-10:00"],
)
def test_what_is_no_moment_is_refused(make: Any, raw: object) -> None:
    assert make("datetime").code(raw) == "not_a_datetime"


def test_a_sheet_holds_local_time(make: Any) -> None:
    field = make("datetime")
    value = datetime(2025, 11, 18, 1, 30, tzinfo=UTC)
    assert field.excel(value) == datetime(2025, 11, 18, 9, 30)
    assert field.cell(datetime(2025, 11, 18, 9, 30)) == value
    assert field.cell(45979 + 9.5 / 24) == value
    assert field.cell(date(2025, 11, 18)) == datetime(2025, 11, 17, 16, tzinfo=UTC)
    assert field.cell("2025-11-18 09:30") == value


def test_it_reads_in_the_readers_zone_and_travels_in_utc(make: Any) -> None:
    value = datetime(2025, 11, 19, 17, 30, tzinfo=timezone(timedelta(hours=1)))
    assert make("datetime").shown(value) == "今天 00:30"
    assert make("datetime", zone="UTC").shown(value, "en") == "Yesterday 16:30"
    assert make("datetime").json(value) == "2025-11-19T16:30:00Z"
