"""Days that follow each other at a distance, counted from the first of them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from cardwright_metadata.definitions.timing import LengthDefinition

_DAYS_OF = {"day": 1, "week": 7}
_MONTHS_OF = {"month": 1, "year": 12}


def shifted(day: date, number: int, unit: str) -> date:
    """Return the day some units later; the 31st of a short month is its last day."""
    if unit in _DAYS_OF:
        try:
            return day + timedelta(days=number * _DAYS_OF[unit])
        except OverflowError:
            return date.max if number > 0 else date.min
    if unit not in _MONTHS_OF:
        return day
    count = day.year * 12 + day.month - 1 + number * _MONTHS_OF[unit]
    year, month = divmod(count, 12)
    if not 1 <= year <= 9999:
        return date.max if number > 0 else date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def first_day(start: date, every: LengthDefinition, floor: date) -> date | None:
    """Return the first day of a series that is not before a day; None if there is none."""
    number = 0
    if floor > start:
        if every.unit in _DAYS_OF:
            number = -((start - floor).days // (every.number * _DAYS_OF[every.unit]))
        else:
            months = (floor.year - start.year) * 12 + floor.month - start.month
            number = months // (every.number * _MONTHS_OF[every.unit])
    for each in (number, number + 1):
        day = shifted(start, each * every.number, every.unit)
        if floor <= day < date.max:
            return day
    return None
