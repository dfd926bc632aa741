"""Dates, times and periods: local days of datetimes, month ends, spans."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import ROUND_DOWN, Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

from cardwright_entities.expressions.names import Clock
from cardwright_entities.expressions.numbers import EXACT, divide

_MOST_SECONDS = 400_000_000_000  # more than all years from 1 to 9999
_MOST_MONTHS = 120_000

#: Units of ``start_of`` and ``end_of``, in both languages.
UNITS: Mapping[str, str] = MappingProxyType(
    {
        "week": "week", "month": "month", "quarter": "quarter", "year": "year",
        "周": "week", "月": "month", "季度": "quarter", "季": "quarter", "年": "year",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """Days from first to last, both included; nothing is in it when last is before first."""

    first: date
    last: date

    def holds(self, value: object, zone: ZoneInfo) -> bool:
        """Tell whether a date or the local day of a datetime lies in the period."""
        day = day_of(value, zone)
        return day is not None and self.first <= day <= self.last


def day_of(value: object, zone: ZoneInfo) -> date | None:
    """Return the day of a date, or the local day of a datetime."""
    if isinstance(value, datetime):
        shown = local(value, zone)
        return None if shown is None else shown.date()
    return value if isinstance(value, date) else None


def local(value: datetime, zone: tzinfo) -> datetime | None:
    """Return a datetime as clocks of a zone show it; None outside years 1–9999."""
    try:
        return value.astimezone(zone)
    except OverflowError:
        return None


def instant(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of a local day, in UTC; the earliest one that there is at least."""
    try:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def aware(value: datetime, zone: ZoneInfo) -> datetime:
    """Return a datetime in UTC; one without a zone is local."""
    try:
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def today(clock: Clock) -> date:
    """Return the local day of the clock."""
    return clock.now.astimezone(clock.zone).date()


def seconds(number: Decimal, unit: int) -> timedelta:
    """Return a span of whole seconds: ``days(1.5)`` is 129,600 of them."""
    if abs(number) > _MOST_SECONDS:
        return timedelta(seconds=_MOST_SECONDS if number > 0 else -_MOST_SECONDS)
    whole = int(EXACT.multiply(number, unit))
    return timedelta(seconds=max(-_MOST_SECONDS, min(_MOST_SECONDS, whole)))


def shift(moment: date, span: timedelta) -> date | None:
    """Return the moment later by a span; a date by its whole days; None outside years 1–9999."""
    try:
        if isinstance(moment, datetime):
            return moment + span
        days = abs(span) // timedelta(days=1)
        return moment + timedelta(days=days if span >= timedelta(0) else -days)
    except OverflowError:
        return None


def days_between(start: date, end: date) -> Decimal | None:
    """Return end − start in days: whole for dates, of 12 decimals for datetimes."""
    span = end - start
    if not isinstance(start, datetime):
        return Decimal(span.days)
    micros = (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds
    return divide(Decimal(micros).scaleb(-6), Decimal(86_400))


def add_months(moment: date, months: Decimal) -> date | None:
    """Return the same day some months later, the end of a shorter month; None outside 1–9999."""
    if abs(months) > _MOST_MONTHS:
        return None
    index = moment.year * 12 + moment.month - 1 + int(months)
    year, month = index // 12, index % 12 + 1
    if not 1 <= year <= 9999:
        return None
    return moment.replace(
        year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1])
    )


def start_of(unit: str, day: date) -> date:
    """Return the first day of the week, month, quarter or year of a day; weeks begin on Monday."""
    match unit:
        case "week":
            return date.fromordinal(max(1, day.toordinal() - day.weekday()))
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=day.month - (day.month - 1) % 3, day=1)
        case _:
            return day.replace(month=1, day=1)


def end_of(unit: str, day: date) -> date:
    """Return the last day of the week, month, quarter or year of a day."""
    first = start_of(unit, day)
    if unit == "week":
        return date.fromordinal(min(date.max.toordinal(), first.toordinal() + 6))
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    following = add_months(first, Decimal(months))
    return date.max if following is None else following - timedelta(days=1)


def period(name: str, clock: Clock, number: Decimal | None = None) -> Period | None:
    """Return what ``this_month()`` or ``last_n_days(7)`` means at a moment.

    The last and next n days and months include today: ``last_n_days(1)`` is today.
    """
    day = today(clock)
    if number is not None:
        return _counted(name, day, number)
    which, unit = name.split("_", 1)
    first = start_of(unit, day)
    try:
        if which == "last":
            first = start_of(unit, first - timedelta(days=1))
        if which == "next":
            first = end_of(unit, day) + timedelta(days=1)
    except OverflowError:
        return None
    return Period(first, end_of(unit, first))


def _counted(name: str, day: date, number: Decimal) -> Period | None:
    count = number.to_integral_value(ROUND_DOWN)
    if count <= 0:
        return None
    backwards = name.startswith("last")
    signed = -count if backwards else count
    far = shift(day, seconds(signed, 86_400)) if name.endswith("days") else add_months(day, signed)
    if far is None:
        return Period(date.min, day) if backwards else Period(day, date.max)
    one = timedelta(days=1)
    return Period(far + one, day) if backwards else Period(day, far - one)


#: Parts of a day.
DAY_PARTS: Mapping[str, Callable[[date], int]] = MappingProxyType(
    {
        "year": lambda day: day.year,
        "quarter": lambda day: (day.month + 2) // 3,
        "month": lambda day: day.month,
        "day": lambda day: day.day,
        "weekday": lambda day: day.isoweekday(),
    }
)

#: Seconds of the spans that functions make.
SPANS: Mapping[str, int] = MappingProxyType(
    {"minutes": 60, "hours": 3_600, "days": 86_400, "weeks": 604_800}
)
