"""Calendars of work: hours of a week, days that are otherwise, and where people note more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from cardwright_metadata.definitions.texts import Text

#: Pieces of one day, each from a minute of the day to another one.
Spans = tuple[tuple[int, int], ...]

#: The days of a week as calendars name them, Monday first.
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, kw_only=True)
class DaysDefinition:
    """Days that are otherwise: free, or worked (调休) in the hours of ``spans``.

    Without spans a working day has the hours of the first day of the week that has any.
    """

    name: str
    first: date
    last: date
    works: bool = False
    spans: Spans = ()
    label: Text = Text()


@dataclass(frozen=True, kw_only=True)
class NotedDaysDefinition:
    """The entity whose records are further days that are otherwise; each is the name of a field."""

    entity: str
    first: str  #: key ``from``
    last: str = ""  #: key ``to``
    works: str = ""
    calendar: str = ""  #: empty in a record that holds for all calendars


@dataclass(frozen=True, kw_only=True)
class CalendarDefinition:
    """When people work."""

    name: str
    label: Text = Text()
    description: Text = Text()
    pack: str = ""
    zone: str = ""  #: empty for that of the company
    week: Mapping[str, Spans] = field(default_factory=dict)
    days: Mapping[str, DaysDefinition] = field(default_factory=dict)
    noted: NotedDaysDefinition | None = None  #: key ``exceptions``
