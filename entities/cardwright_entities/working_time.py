"""Working time: how long was worked between two moments, and when some hours of work are over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: Pieces of one day, each from a minute of the day to another one; 1440 is the next midnight.
Spans = tuple[tuple[int, int], ...]

MINUTES = 1_440
WHOLE_DAY: Spans = ((0, MINUTES),)

#: Days that are looked at, at most; a calendar without work ends here.
MOST_DAYS = 36_600

_HOUR = 60
_SATURDAY = 5


@dataclass(frozen=True)
class WorkingTime:
    """When people work: the pieces of each day of a week, and days that are otherwise."""

    zone: ZoneInfo
    week: tuple[Spans, ...]  #: Monday first
    days: Mapping[date, Spans] = field(default_factory=dict)

    def spans(self, day: date) -> Spans:
        """Return the pieces of a day in which people work."""
        found = self.days.get(day)
        return self.week[day.weekday()] if found is None else found

    def works_on(self, day: date) -> bool:
        """Tell whether anything is worked on a day."""
        return bool(self.spans(day))

    def count(self, first: date, last: date) -> int | None:
        """Return how many days are worked from first to last, both included; None for too many."""
        number = (last - first).days + 1
        if number > MOST_DAYS:
            return None
        return sum(self.works_on(first + timedelta(days=each)) for each in range(max(0, number)))

    def day_of(self, moment: datetime) -> date:
        """Return the day of a moment where the calendar holds."""
        return moment.astimezone(self.zone).date()

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return how long is worked between two moments, nothing if the second is not later."""
        total = timedelta()
        for begin, until in self._pieces(start):
            if begin >= end:
                break
            total += max(timedelta(), min(until, end) - max(begin, start))
        return total

    def after(self, start: datetime, length: timedelta) -> datetime | None:
        """Return the moment when a length of work is over, None if that never comes."""
        if length <= timedelta():
            return start.astimezone(UTC)
        rest = length
        for begin, until in self._pieces(start):
            worked = until - max(begin, start)
            if worked >= rest:
                return max(begin, start) + rest
            rest -= max(timedelta(), worked)
        return None

    def at_same_time(self, start: datetime, days: int) -> datetime | None:
        """Return the same time of day some working days later, None if that never comes."""
        local = start.astimezone(self.zone)
        day, left = local.date(), days
        for _ in range(MOST_DAYS):
            if left <= 0 or day == date.max:
                break
            day += timedelta(days=1)
            left -= self.works_on(day)
        if left > 0:
            return None
        return datetime.combine(day, local.timetz()).astimezone(UTC)

    def _pieces(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield what is worked from the day of a moment on, as moments."""
        day = self.day_of(start)
        for _ in range(MOST_DAYS):
            for begin, until in self.spans(day):
                yield self._moment(day, begin), self._moment(day, until)
            if day >= date.max - timedelta(days=1):
                return
            day += timedelta(days=1)

    def _moment(self, day: date, minute: int) -> datetime:
        if minute == MINUTES:
            return self._moment(day + timedelta(days=1), 0)
        at = time(minute // _HOUR, minute % _HOUR)
        return datetime.combine(day, at, self.zone).astimezone(UTC)


def usual_week(zone: ZoneInfo) -> WorkingTime:
    """Return Monday to Friday around the clock: what holds where no calendar was chosen."""
    return WorkingTime(zone, tuple(WHOLE_DAY if each < _SATURDAY else () for each in range(7)))
