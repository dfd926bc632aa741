"""Work that keeps an installation tidy: files that nobody holds, jobs and answers long over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import TypeVar

from cardwright_entities.audit.chain import seal_rows
from cardwright_entities.audit.retention import shorten
from cardwright_entities.files.blobs import GRACE, Blobs
from cardwright_entities.files.register import remove_contents, sweep_rows, unnamed
from cardwright_entities.idempotency import sweep_answers
from cardwright_entities.jobs.kinds import JobKind, Schedule
from cardwright_entities.jobs.queue import Jobs
from cardwright_entities.jobs.runs import JobRun
from cardwright_entities.marks.keeping import sweep_marks
from cardwright_entities.notifications import sweep_notifications
from cardwright_entities.saved_views.rows import sweep_views
from cardwright_entities.typed_drafts import sweep_drafts

Item = TypeVar("Item")

#: How long a job that is over is remembered, with its files.
REMEMBERED = timedelta(days=90)
_AT_ONCE = 500
_MONTH = timedelta(days=31)

SCHEDULES = (
    Schedule(kind="sweep_files", every=timedelta(hours=6)),
    Schedule(kind="forget_jobs", every=timedelta(days=1)),
    Schedule(kind="forget_answers", every=timedelta(days=1)),
    Schedule(kind="forget_notifications", every=timedelta(days=1)),
    Schedule(kind="forget_drafts", every=timedelta(days=1)),
    Schedule(kind="forget_marks", every=timedelta(days=1)),
    Schedule(kind="forget_views", every=timedelta(days=1)),
    Schedule(kind="seal_log", every=timedelta(minutes=10)),
    Schedule(kind="shorten_log", every=timedelta(days=1)),
)


def housekeeping_kinds(jobs: Jobs, blobs: Blobs, audit_months: int) -> tuple[JobKind, ...]:
    """Return the kinds of jobs that tidy up; the log keeps ``audit_months``, 0 is for ever."""
    return (
        JobKind(name="sweep_files", run=lambda run: sweep_files(run, blobs), at_once=1),
        JobKind(name="forget_jobs", run=lambda run: forget_jobs(run, jobs), at_once=1),
        JobKind(name="forget_answers", run=forget_answers, at_once=1),
        JobKind(name="forget_notifications", run=forget_notifications, at_once=1),
        JobKind(name="forget_drafts", run=forget_drafts, at_once=1),
        JobKind(name="forget_marks", run=forget_marks, at_once=1),
        JobKind(name="forget_views", run=forget_views, at_once=1),
        JobKind(name="seal_log", run=seal_log, at_once=1),
        JobKind(name="shorten_log", run=lambda run: shorten_log(run, audit_months), at_once=1),
    )


def sweep_files(run: JobRun, blobs: Blobs) -> None:
    """Forget files that nothing holds, then contents that no file names."""
    count = 0
    while gone := run.write(lambda step: sweep_rows(step.session)):
        # Only after the commit: a content may go when no row can name it any more.
        count += remove_contents(blobs, gone, run.context.now)
    before = run.context.now - GRACE
    for hashes in _parts(blobs.known(before=before), _AT_ONCE):
        with run.store.read(run.context) as session:
            orphans = unnamed(session, hashes)
        count += remove_contents(blobs, orphans, run.context.now)
    blobs.clear_temporary(before=before)
    run.write(lambda step: step.complete({"contents": count}))


def forget_jobs(run: JobRun, jobs: Jobs) -> None:
    """Delete jobs that have been over for long."""
    before = run.context.now - REMEMBERED
    while run.write(lambda step: jobs.forget(step.session, ended_before=before)):
        pass


def forget_answers(run: JobRun) -> None:
    """Forget answers to requests that nobody may send again any more."""
    run.write(lambda step: step.complete({"answers": sweep_answers(step.session)}))


def forget_marks(run: JobRun) -> None:
    """Forget tags and favourites that ended so long ago that nobody takes it back."""
    before = run.context.now - REMEMBERED
    run.write(lambda step: step.complete({"marks": sweep_marks(step.session, before)}))


def forget_notifications(run: JobRun) -> None:
    """Forget what people have read long ago."""
    run.write(lambda step: step.complete({"notifications": sweep_notifications(step.session)}))


def forget_drafts(run: JobRun) -> None:
    """Forget what people have typed and not come back to."""
    run.write(lambda step: step.complete({"drafts": sweep_drafts(step.session)}))


def forget_views(run: JobRun) -> None:
    """Forget views of lists that were deleted long ago."""
    run.write(lambda step: step.complete({"views": sweep_views(step.session)}))


def seal_log(run: JobRun) -> None:
    """Seal what was noted in the log since the last time."""
    while run.write(lambda step: seal_rows(step.session)):
        run.check()


def shorten_log(run: JobRun, months: int) -> None:
    """Remove what the log keeps no longer."""
    before = run.context.now - months * _MONTH
    while months and run.write(lambda step: shorten(step.session, before)):
        run.check()


def _parts(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    remaining = iter(items)
    while part := list(islice(remaining, size)):
        yield part
