"""Raw days and times -> dates and times: ISO text, Chinese ways, numbers of workbooks."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cardwright_entities.field_types.base import refuse
from cardwright_entities.field_types.cleaning import plain_signs

_DATE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<a>\d{1,2})-|/(?P<b>\d{1,2})/|\.(?P<c>\d{1,2})\.|年(?P<d>\d{1,2})月)"
    r"(?P<day>\d{1,2})日?",
    re.ASCII,
)
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?", re.ASCII)
_MOMENT = re.compile(
    r"(?P<date>\d{4}[-/.年].*?|\d{8})(?:[T ]+(?P<time>\d{1,2}:[0-9:.]+)\s*"
    r"(?P<offset>Z|z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)

#: Day 0 of a workbook; its day 60 is 29 February 1900, which never was.
_WORKBOOK_START = date(1899, 12, 30)
_WORKBOOK_LAST = 2_958_465

_SECONDS_A_DAY = 86_400


def read_date(text: str) -> date | None:
    """Read a day: 2025-11-18, 2025/11/18, 2025.11.18, 2025年11月18日, 20251118; None for blank.

    A time of midnight behind it, as exports of databases write it, is left out.
    """
    text = plain_signs(text)
    if not text:
        return None
    found = _MOMENT.fullmatch(text)
    try:
        if found is not None and found["time"] and not found["offset"]:
            if _read_clock(found["time"]) == time():
                return _read_day(found["date"])
            raise refuse("date_with_time")
        return _read_day(text)
    except ValueError as error:
        raise refuse("not_a_date") from error


def read_time(text: str) -> time | None:
    """Read a time of day: 9:30, 09:30:15; None for blank."""
    text = plain_signs(text)
    if not text:
        return None
    try:
        return _read_clock(text)
    except ValueError as error:
        raise refuse("not_a_time") from error


def read_datetime(text: str, zone: ZoneInfo) -> datetime | None:
    """Read a moment as UTC; without an offset it is local time in ``zone``, None for blank.

    A local time that clocks skip in spring counts on from before the gap (02:30 is 03:30); one
    that they show twice in autumn is the first.
    """
    text = plain_signs(text)
    if not text:
        return None
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise refuse("not_a_datetime")
    try:
        day = _read_day(found["date"].strip())
        clock = _read_clock(found["time"]) if found["time"] else time()
        local = datetime.combine(day, clock)
        offset = found["offset"]
        if offset:
            return datetime.fromisoformat(f"{local.isoformat()}{_offset(offset)}").astimezone(UTC)
        return local_to_utc(local, zone)
    except (ValueError, OverflowError) as error:
        raise refuse("not_a_datetime") from error


def local_to_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment of a local time; see ``read_datetime`` for gaps and overlaps."""
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def is_second(moment: datetime, zone: ZoneInfo) -> bool:
    """Tell whether local clocks show this moment's time for the second time."""
    local = moment.astimezone(zone)
    return local_to_utc(local.replace(tzinfo=None), zone) != moment


def workbook_day(number: float) -> date:
    """Return the day of a workbook's whole day number; raise ValueError outside its range."""
    if not number.is_integer() or not 1 <= number <= _WORKBOOK_LAST or number == 60:
        raise ValueError(number)
    days = int(number)
    return _WORKBOOK_START + timedelta(days=days if days > 60 else days + 1)


def workbook_moment(number: float) -> datetime:
    """Return the local time of a workbook's day number with its fraction, to the millisecond."""
    days, fraction = divmod(number, 1)
    milliseconds = round(fraction * _SECONDS_A_DAY * 1000)
    day = datetime.combine(workbook_day(float(days)), time())
    return day + timedelta(milliseconds=milliseconds)


def workbook_time(number: float) -> time:
    """Return the time of day of a workbook's fraction of a day; ValueError outside 0 to 1."""
    milliseconds = round(number * _SECONDS_A_DAY * 1000)
    if not 0 <= milliseconds < _SECONDS_A_DAY * 1000:
        raise ValueError(number)
    return (datetime.min + timedelta(milliseconds=milliseconds)).time()


def _read_day(text: str) -> date:
    found = _DATE.fullmatch(text)
    if found is not None:
        month = found["a"] or found["b"] or found["c"] or found["d"]
        return date(int(found["year"]), int(month), int(found["day"]))
    packed = _PACKED.fullmatch(text)
    if packed is None:
        raise ValueError(text)
    return date(int(packed[1]), int(packed[2]), int(packed[3]))


def _read_clock(text: str) -> time:
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(text)
    # A database keeps microseconds; nanoseconds of other programs are cut.
    micros = int((found[4] or "0")[:6].ljust(6, "0"))
    return time(int(found[1]), int(found[2]), int(found[3] or 0), micros)


def _offset(text: str) -> str:
    if text in "Zz":
        return "+00:00"
    return text if ":" in text else f"{text[:3]}:{text[3:]}"
