"""The jobs of deadlines and recurrences: what the clock brings, and all that is open anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk
from cardwright_entities.flows.timing.effects import RECKON
from cardwright_entities.flows.timing.sweeping import (
    Brought,
    Due,
    due_now,
    look_at,
    open_after,
    timed_entities,
)
from cardwright_entities.jobs.kinds import JobKind, Schedule
from cardwright_entities.jobs.runs import JobRun, JobStep
from cardwright_entities.store.sessions import Session

SWEEP = "sweep_timing"

#: Deadlines pass by the minute; what follows from other records is counted anew by the hour.
SCHEDULES = (
    Schedule(kind=SWEEP, every=timedelta(minutes=1)),
    Schedule(kind=RECKON, every=timedelta(hours=1)),
)

DeskOf = Callable[[Session, Context], Desk]


def timing_kinds(desk_of: DeskOf) -> tuple[JobKind, ...]:
    """Return the kinds of jobs that deadlines and recurrences need."""
    return (
        JobKind(name=SWEEP, run=lambda run: sweep_timing(run, desk_of), at_once=1),
        JobKind(name=RECKON, run=lambda run: reckon_timing(run, desk_of), at_once=1),
    )


def sweep_timing(run: JobRun, desk_of: DeskOf) -> None:
    """Do what is due, each record in a transaction of its own."""
    with run.store.read(run.context) as session:
        waiting = due_now(desk_of(session, run.context).records)
    made, refused = 0, 0
    for due in waiting:
        brought = _look(run, desk_of, due)
        made, refused = made + brought.made, refused + brought.refused
    told = {"records": len(waiting), "made": made, "refused": refused}
    run.write(lambda step: step.complete(told))


def reckon_timing(run: JobRun, desk_of: DeskOf) -> None:
    """Count anew all that is still open, as a calendar or another record may have changed."""
    with run.store.read(run.context) as session:
        names = timed_entities(desk_of(session, run.context).records)
    count = 0
    for name in names:
        last = 0
        while found := _further(run, desk_of, name, last):
            for record in found:
                _look(run, desk_of, Due(name, record))
            last = found[-1]
            count += len(found)
    run.write(lambda step: step.complete({"records": count}))


def _further(run: JobRun, desk_of: DeskOf, entity: str, last: int) -> list[int]:
    with run.store.read(run.context) as session:
        return open_after(desk_of(session, run.context).records, entity, last)


def _look(run: JobRun, desk_of: DeskOf, due: Due) -> Brought:
    def work(step: JobStep) -> Brought:
        return look_at(desk_of(step.session, run.context).records, due)

    return run.write(work)
