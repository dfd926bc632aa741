"""Jobs that let go for good what has been in the recycle bin for long: asked for, or every night.

The oldest go first: what points at a record was deleted before it. So nothing that could go stays
because of what goes later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk
from cardwright_entities.jobs.kinds import JobKind, Schedule
from cardwright_entities.jobs.runs import JobRun, JobStep
from cardwright_entities.queries.recycled import BinRequest, read_bin
from cardwright_entities.records.purging import check_right, is_account, purge
from cardwright_entities.recycle_bin import purgeable
from cardwright_entities.settings import read_settings
from cardwright_entities.store.sessions import Session

PURGE_OLD, NIGHTLY = "purge_bin", "purge_bin_nightly"
#: The setting of the pack base that says after how many days the bin is emptied; 0 is never.
DAYS = "bin.days"
SCHEDULES = (Schedule(kind=NIGHTLY, every=timedelta(days=1)),)
#: Records that go in one transaction.
_BATCH = 50

DeskOf = Callable[[Session, Context], Desk]


def bin_kinds(desk_of: DeskOf) -> tuple[JobKind, ...]:
    """Return the kinds of jobs that empty the bin."""
    return (
        JobKind(name=PURGE_OLD, run=lambda run: purge_old(run, desk_of), at_once=1),
        JobKind(name=NIGHTLY, run=lambda run: purge_nightly(run, desk_of), at_once=1),
    )


def days_kept(settings: Mapping[str, object]) -> int:
    """Return after how many days the bin is emptied by itself, 0 for never."""
    days = settings.get(DAYS)
    return days if isinstance(days, int) and days > 0 else 0


def purge_old(run: JobRun, desk_of: DeskOf) -> None:
    """Let go what was deleted before a moment, with the rights of who asked, as they are now."""
    before = datetime.fromisoformat(str(run.job.arguments["before"]))
    _purge_before(run, desk_of, before, str(run.job.arguments.get("entity", "")))


def purge_nightly(run: JobRun, desk_of: DeskOf) -> None:
    """Let go what has been in the bin for as many days as the setting says."""
    with run.store.read(run.context) as session:
        days = days_kept(read_settings(session, desk_of(session, run.context).model))
    if not days:
        run.write(lambda step: step.complete({}))
        return
    _purge_before(run, desk_of, run.context.now - timedelta(days=days), "")


def _purge_before(run: JobRun, desk_of: DeskOf, before: datetime, entity: str) -> None:
    over = False

    def step_on(step: JobStep) -> bool:
        return _go_on(step, desk_of(step.session, run.context), before, entity)

    while not over:
        over = run.write(step_on)


def _go_on(step: JobStep, desk: Desk, before: datetime, entity: str) -> bool:
    """Let one batch go, or end; tell whether that was all."""
    check_right(desk.records)
    cursor = dict(step.progress.cursor) or {"after": "", "refused": 0}
    wanted = [each for each in purgeable(desk) if not entity or each[0].name == entity]
    wanted = [each for each in wanted if not is_account(desk.records, each[0])]
    asked = BinRequest(before=before, after=cursor["after"], limit=_BATCH, oldest=True)
    found = read_bin(desk.session, desk.reading, wanted, asked)
    done = step.progress.done or 0
    if not found:
        step.complete({"purged": done, "refused": cursor["refused"]})
        return True
    chosen: defaultdict[str, list[int]] = defaultdict(list)
    for each in found:
        chosen[each.entity].append(each.id)
    purged = purge(desk.records, chosen)
    refused = cursor["refused"] + len(purged.refused)
    cursor = {"after": found[-1].mark, "refused": refused}
    step.advance(done=done + purged.count, cursor=cursor)
    return False
