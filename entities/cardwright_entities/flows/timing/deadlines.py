"""Deadlines: how one stands, counted anew from its pauses at every save.

What is kept are the moments at which the time stood still. Everything else follows from them, from
the record and from the calendar, so that a holiday that is noted later moves what is still open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.working_time import WorkingTime
from cardwright_metadata.definitions.timing import (
    MET,
    MISSED,
    PAUSED,
    RUNNING,
    DeadlineDefinition,
    LengthDefinition,
)
from cardwright_metadata.expressions.tree import Expression

#: Pauses with their ends; None for one that lasts.
Pauses = tuple[tuple[datetime, datetime | None], ...]

#: A deadline that does not count for a record.
_NOTHING = (None, None, None, None)


@dataclass(frozen=True)
class Deadline:
    """How a deadline stands for one record."""

    hours: WorkingTime
    state: str
    limit: datetime | None  #: when time is up, or was when the pause began; None if never
    pauses: Pauses
    met: datetime | None

    @property
    def due(self) -> datetime | None:
        """Return when time is up, None while it stands still."""
        return None if self.state == PAUSED else self.limit

    def left(self, now: datetime) -> timedelta | None:
        """Return how much working time is left; below zero, how much too long it took."""
        if self.limit is None or self.state == MET:
            return None
        lasting = self.pauses[-1][0] if self.pauses and self.pauses[-1][1] is None else None
        at = self.met or lasting or now
        if at > self.limit:
            return -self.hours.between(self.limit, at)
        return self.hours.between(at, self.limit)


def kept_of(
    definition: DeadlineDefinition,
    record: RecordValues,
    before: Mapping[str, object] | None,
    now: datetime,
) -> dict[str, object]:
    """Return what a record keeps of a deadline; ``before`` is what was stored of it."""
    found = stand_of(definition, record, before, now)
    names = (definition.due, definition.state, definition.met, definition.pauses)
    values: Sequence[object] = _NOTHING
    if found is not None:
        values = (found.due, found.state, found.met, _written(found.pauses))
    return dict(zip(names, values, strict=True))


def stand_of(
    definition: DeadlineDefinition,
    record: RecordValues,
    before: Mapping[str, object] | None,
    now: datetime,
) -> Deadline | None:
    """Return how a deadline stands, None where it does not count."""
    evaluator = record.evaluator
    named = evaluator.value(definition.calendar, record) if definition.calendar else None
    hours = evaluator.calendars.named(named)
    start = _moment(evaluator.value(definition.start, record), hours)
    still = definition.pause is not None and evaluator.holds(definition.pause, record)
    done = not still and evaluator.holds(definition.until, record)
    stored = dict(before or {})
    unknown = before is not None and stored.get(definition.state) is None
    if start is None or (unknown and done):
        return None  # of a record that was done before there was this deadline nothing is known
    work = _work(definition.within, record, hours, start)
    if work is None:
        return None
    pauses = _pauses(_read(stored.get(definition.pauses)), now, lasting=still)
    met = _met(stored.get(definition.met), now) if done else None
    lost = sum(
        (hours.between(max(begin, start), end) for begin, end in pauses if end is not None),
        timedelta(),
    )
    limit = hours.after(start, work + lost)
    return Deadline(hours, _state(limit, pauses, met, now), limit, pauses, met)


def _state(limit: datetime | None, pauses: Pauses, met: datetime | None, now: datetime) -> str:
    lasting = pauses[-1][0] if pauses and pauses[-1][1] is None else None
    if limit is not None and (met or lasting or now) > limit:
        return MISSED
    if met is not None:
        return MET
    return RUNNING if lasting is None else PAUSED


def _work(
    within: LengthDefinition | Expression,
    record: RecordValues,
    hours: WorkingTime,
    start: datetime,
) -> timedelta | None:
    """Return how much working time a deadline gives."""
    if not isinstance(within, LengthDefinition):
        found = record.evaluator.value(within, record)
        return found if isinstance(found, timedelta) and found >= timedelta() else None
    if within.unit == "day":
        end = hours.at_same_time(start, within.number)
        return None if end is None else hours.between(start, end)
    return timedelta(**{f"{within.unit}s": within.number})


def _moment(value: object, hours: WorkingTime) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time(), hours.zone).astimezone(UTC)
    return None


def _met(stored: object, now: datetime) -> datetime:
    return stored if isinstance(stored, datetime) else now


def _pauses(known: Pauses, now: datetime, *, lasting: bool) -> Pauses:
    """Begin a pause, or end the one that lasts."""
    open_ended = bool(known) and known[-1][1] is None
    if lasting and not open_ended:
        return (*known, (now, None))
    if not lasting and open_ended:
        begin = known[-1][0]
        return (*known[:-1], (begin, now)) if now > begin else known[:-1]
    return known


def _read(stored: object) -> Pauses:
    pieces = stored if isinstance(stored, list | tuple) else ()
    return tuple(
        (datetime.fromisoformat(begin), None if end is None else datetime.fromisoformat(end))
        for begin, end in pieces
    )


def _written(pauses: Pauses) -> object:
    written = [[each and each.isoformat() for each in pause] for pause in pauses]
    return written or None
