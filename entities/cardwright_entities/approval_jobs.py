"""The job of approvals: looking at those that nobody answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk
from cardwright_entities.flows.approvals.kept import running_ids
from cardwright_entities.flows.approvals.lateness import look_after
from cardwright_entities.jobs.kinds import JobKind, Schedule
from cardwright_entities.jobs.runs import JobRun, JobStep
from cardwright_entities.store.sessions import Session

SWEEP = "sweep_approvals"

SCHEDULES = (Schedule(kind=SWEEP, every=timedelta(minutes=5)),)

DeskOf = Callable[[Session, Context], Desk]


def approval_kinds(desk_of: DeskOf) -> tuple[JobKind, ...]:
    """Return the kinds of jobs that approvals need."""
    return (JobKind(name=SWEEP, run=lambda run: sweep_approvals(run, desk_of), at_once=1),)


def sweep_approvals(run: JobRun, desk_of: DeskOf) -> None:
    """Look at every running approval, each in a transaction of its own."""
    with run.store.read(run.context) as session:
        waiting = running_ids(session)
    count = 0
    for number in waiting:

        def work(step: JobStep, number: int = number) -> int:
            return look_after(desk_of(step.session, run.context).records, number)

        count += run.write(work)
    run.write(lambda step: step.complete({"questions": count}))
