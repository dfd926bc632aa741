"""When rules are due that wait for the clock: days of records, and schedules."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from cardwright_entities.flows.timing.days import shifted
from cardwright_metadata.definitions.rules import Shift, TriggerDefinition

#: Days that are looked at again, for records whose day was set after it had passed and for a
#: worker that was away.
LOOK_BACK = 3


def day_of_record(today: date, shift: Shift) -> date:
    """Return which day of a record makes it due today: with 1 month before, a month from now."""
    return shifted(today, -shift.number, shift.unit)


def due_days(trigger: TriggerDefinition, now: datetime, zone: ZoneInfo) -> Iterator[date]:
    """Yield the local days for which a rule about a day is due, the oldest first."""
    local = now.astimezone(zone)
    today = local.date()
    if local.time() < time.fromisoformat(trigger.at):
        today = shifted(today, -1, "day")
    for back in range(LOOK_BACK - 1, -1, -1):
        yield shifted(today, -back, "day")


def last_slot(trigger: TriggerDefinition, now: datetime, zone: ZoneInfo) -> str:
    """Return the newest moment of a schedule that has come, as a text that names it."""
    local = now.astimezone(zone)
    if trigger.schedule == "hourly":
        return f"{local:%Y-%m-%dT%H}"
    day = local.date()
    if local.time() < time.fromisoformat(trigger.at):
        day = shifted(day, -1, "day")
    while not _is_day(trigger, day):
        day = shifted(day, -1, "day")
    return f"{day.isoformat()}T{trigger.at}"


def _is_day(trigger: TriggerDefinition, day: date) -> bool:
    match trigger.schedule:
        case "weekly":
            return day.isoweekday() == (trigger.day - 1) % 7 + 1
        case "monthly":
            # The 31st of a short month is its last day.
            return day.day == min(trigger.day, monthrange(day.year, day.month)[1])
    return True
