"""Calendars of work as they stand: what was defined, with the days that people have noted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select

from cardwright_entities.model.model import Model
from cardwright_entities.store.sessions import Session
from cardwright_entities.working_time import WHOLE_DAY, Spans, WorkingTime, usual_week
from cardwright_metadata.definitions.calendars import (
    WEEK,
    CalendarDefinition,
    DaysDefinition,
    NotedDaysDefinition,
)

#: The setting that names the calendar of the company, and the one with its time zone.
USUAL_CALENDAR, COMPANY_ZONE = "company.calendar", "company.zone"

#: A record that claims more days than this was mistyped.
_LONGEST = 366


@dataclass(eq=False)
class Calendars:
    """The calendars of one transaction; what people have noted is read once."""

    session: Session
    model: Model
    settings: Mapping[str, object]
    _known: dict[str, WorkingTime] = field(default_factory=dict)

    def named(self, name: object) -> WorkingTime:
        """Return a calendar by its name; that of the company where there is none of that name."""
        calendars = self.model.catalog.calendars
        wanted = name if name in calendars else self.settings.get(USUAL_CALENDAR)
        if not isinstance(wanted, str) or wanted not in calendars:
            return usual_week(self._zone(""))
        if wanted not in self._known:
            self._known[wanted] = self._read(calendars[wanted])
        return self._known[wanted]

    def of_organisation(self, record: object) -> WorkingTime:
        """Return the calendar of an organisation; that of the company where it has none."""
        player = self.model.catalog.player("organisation")
        chosen = self.model.catalog.part("organisation", "calendar")
        if player is None or chosen is None or not isinstance(record, int):
            return self.named(None)
        entity = self.model.entity(player.name)
        column = entity.table.c[entity.fields[chosen].columns[0].name]
        return self.named(self.session.scalar(select(column).where(entity.table.c["id"] == record)))

    def workdays(self, first: date, last: date, name: object) -> Decimal | None:
        """Return how many days are worked from first to last; None for too many."""
        found = self.named(name)
        begin, end = (found.day_of(day) if isinstance(day, datetime) else day
                      for day in (first, last))  # fmt: skip
        number = found.count(begin, end)
        return None if number is None else Decimal(number)

    def _read(self, calendar: CalendarDefinition) -> WorkingTime:
        week = tuple(calendar.week.get(day, ()) for day in WEEK)
        usual = next((spans for spans in week if spans), WHOLE_DAY)
        days: dict[date, Spans] = {}
        for each in calendar.days.values():
            days.update(_days(each, usual))
        if calendar.noted is not None:
            for each in self._noted(calendar, calendar.noted):
                days.update(_days(each, usual))
        return WorkingTime(self._zone(calendar.zone), week, days)

    def _noted(
        self, calendar: CalendarDefinition, noted: NotedDaysDefinition
    ) -> Iterator[DaysDefinition]:
        entity = self.model.entity(noted.entity)
        names = [each for each in (noted.first, noted.last, noted.works, noted.calendar) if each]
        columns = [entity.table.c[entity.fields[each].columns[0].name] for each in names]
        statement = (
            select(*columns)
            .where(entity.table.c["deleted_at"].is_(None))
            .order_by(entity.table.c["id"])
        )
        for row in self.session.rows(statement):
            found = dict(zip(names, row, strict=True))
            first, last = found[noted.first], found.get(noted.last)
            if not isinstance(first, date) or found.get(noted.calendar) not in (
                None,
                calendar.name,
            ):
                continue
            works = bool(found.get(noted.works))
            yield DaysDefinition(name="", first=first, last=last or first, works=works)

    def _zone(self, name: str) -> ZoneInfo:
        for each in (name, self.settings.get(COMPANY_ZONE)):
            try:
                if isinstance(each, str) and each:
                    return ZoneInfo(each)
            except (ZoneInfoNotFoundError, ValueError):
                continue  # what was typed is no zone
        return self.session.context.zone


def _days(said: DaysDefinition, usual: Spans) -> Iterator[tuple[date, Spans]]:
    spans = (said.spans or usual) if said.works else ()
    for number in range(min((said.last - said.first).days + 1, _LONGEST)):
        yield said.first + timedelta(days=number), spans
