"""Parts of calendars → their definitions."""

from __future__ import annotations

from datetime import date

from cardwright_metadata.definitions.calendars import (
    WEEK,
    CalendarDefinition,
    DaysDefinition,
    NotedDaysDefinition,
    Spans,
)
from cardwright_metadata.parts import Part, in_order, read_text

#: Monday to Friday in one word.
_WORKDAYS = "workdays"
_DAYS_OFF = 2
_HOUR = 60


def read_calendar(part: Part) -> CalendarDefinition:
    """Build a calendar from its part."""
    noted = part.get("exceptions")
    return CalendarDefinition(
        name=part["name"],
        label=read_text(part.get("label")),
        description=read_text(part.get("description")),
        pack=part.get("pack", ""),
        zone=part.get("zone", ""),
        week=_read_week(part["week"]),
        days={name: _read_days(name, each) for name, each in in_order(part.get("days"))},
        noted=_read_noted(noted) if noted else None,
    )


def read_spans(pieces: list[str] | tuple[str, ...]) -> Spans:
    """Return the pieces of a day as minutes: 09:00-12:00."""
    return tuple(
        (_minute(begin), _minute(end)) for begin, end in (each.split("-") for each in pieces)
    )


def _read_week(part: Part) -> dict[str, Spans]:
    usual = part.get(_WORKDAYS)
    said = {day: usual for day in WEEK[:-_DAYS_OFF] if usual}
    said |= {day: part[day] for day in WEEK if day in part}
    return {day: read_spans(pieces) for day, pieces in said.items()}


def _read_days(name: str, part: Part) -> DaysDefinition:
    first = date.fromisoformat(part["from"])
    return DaysDefinition(
        name=name,
        first=first,
        last=date.fromisoformat(part["to"]) if "to" in part else first,
        works=part.get("works", "hours" in part),
        spans=read_spans(part.get("hours", ())),
        label=read_text(part.get("label")),
    )


def _read_noted(part: Part) -> NotedDaysDefinition:
    return NotedDaysDefinition(
        entity=part["of"],
        first=part["from"],
        last=part.get("to", ""),
        works=part.get("works", ""),
        calendar=part.get("calendar", ""),
    )


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * _HOUR + int(minutes)
