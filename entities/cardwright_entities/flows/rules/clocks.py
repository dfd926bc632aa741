"""When rules are due that wait for the clock: days of records, and schedules."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cardwright_metadata.definitions.rules import Shift, TriggerDefinition

#: Days that are looked at again, for records whose day was set after it had passed and for a
#: worker that was away.
LOOK_BACK = 3

_DAYS = {"day": 1, "week": 7}


def day_of_record(today: date, shift: Shift) -> date:
    """Return which day of a record makes it due today: with 1 month before, a month from now."""
    number = -shift.number
    if shift.unit in _DAYS:
        return _shifted(today, number * _DAYS[shift.unit])
    if shift.unit == "hour":
        return today
    months = number * (12 if shift.unit == "year" else 1)
    count = today.year * 12 + today.month - 1 + months
    year, month = divmod(count, 12)
    if not 1 <= year <= 9999:
        return date.max if number > 0 else date.min
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def due_days(trigger: TriggerDefinition, now: datetime, zone: ZoneInfo) -> Iterator[date]:
    """Yield the local days for which a rule about a day is due, the oldest first."""
    local = now.astimezone(zone)
    today = local.date()
    if local.time() < time.fromisoformat(trigger.at):
        today = _shifted(today, -1)
    for back in range(LOOK_BACK - 1, -1, -1):
        yield _shifted(today, -back)


def last_slot(trigger: TriggerDefinition, now: datetime, zone: ZoneInfo) -> str:
    """Return the newest moment of a schedule that has come, as a text that names it."""
    local = now.astimezone(zone)
    if trigger.schedule == "hourly":
        return f"{local:%Y-%m-%dT%H}"
    day = local.date()
    if local.time() < time.fromisoformat(trigger.at):
        day = _shifted(day, -1)
    while not _is_day(trigger, day):
        day = _shifted(day, -1)
    return f"{day.isoformat()}T{trigger.at}"


def _is_day(trigger: TriggerDefinition, day: date) -> bool:
    match trigger.schedule:
        case "weekly":
            return day.isoweekday() == (trigger.day - 1) % 7 + 1
        case "monthly":
            # The 31st of a short month is its last day.
            return day.day == min(trigger.day, monthrange(day.year, day.month)[1])
    return True


def _shifted(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min
