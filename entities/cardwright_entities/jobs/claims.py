"""Who gets a job: the first that claims it, and another once the holder has died."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select, update

from cardwright_entities.jobs.kinds import JobKinds
from cardwright_entities.jobs.leases import LEASE, Claim
from cardwright_entities.jobs.queue import (
    CANCELLED,
    COLUMNS,
    FAILED,
    RUNNING,
    WAITING,
    job_of,
)
from cardwright_entities.store.platform_tables import cw_job
from cardwright_entities.store.sessions import Session

#: Tries of a job whose kind this process does not know.
_ATTEMPTS = 5


def due_kinds(session: Session, kinds: JobKinds) -> list[str]:
    """Return the kinds of which a job could be claimed now: it only reads."""
    waiting = session.rows(
        select(cw_job.c.kind)
        .where(
            cw_job.c.state == WAITING,
            cw_job.c.run_after <= session.context.now,
            cw_job.c.kind.in_(list(kinds)),
        )
        .distinct()
    )
    found = [row.kind for row in waiting]
    limited = [kind for kind in found if kinds[kind].at_once is not None]
    if not limited:
        return found
    counts = session.rows(
        select(cw_job.c.kind, func.count().label("number"))
        .where(cw_job.c.state == RUNNING, cw_job.c.kind.in_(limited))
        .group_by(cw_job.c.kind)
    )
    running = {row.kind: row.number for row in counts}
    return [
        kind
        for kind in found
        if kinds[kind].at_once is None or running.get(kind, 0) < (kinds[kind].at_once or 0)
    ]


def claim(session: Session, worker: str, kinds: Collection[str]) -> Claim | None:
    """Take the job that waits longest, None when there is none; two workers never take one."""
    now = session.context.now
    holder = f"{worker}/{uuid4().hex}"
    first = (
        select(cw_job.c.id)
        .where(cw_job.c.state == WAITING, cw_job.c.run_after <= now, cw_job.c.kind.in_(list(kinds)))
        .order_by(cw_job.c.run_after, cw_job.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    row = session.row(
        update(cw_job)
        .where(cw_job.c.id == first)
        .values(
            state=RUNNING,
            attempts=cw_job.c.attempts + 1,
            leased_by=holder,
            lease_until=now + LEASE,
            started_at=func.coalesce(cw_job.c.started_at, now),
        )
        .returning(*COLUMNS)
    )
    return None if row is None else Claim(job_of(row), holder)


def sweep(session: Session, kinds: JobKinds) -> int:
    """Take back the jobs of workers that fell silent; return how many."""
    now = session.context.now
    lost = session.rows(
        select(cw_job.c.id, cw_job.c.kind, cw_job.c.attempts, cw_job.c.cancel_requested)
        .where(cw_job.c.state == RUNNING, cw_job.c.lease_until < now)
        .limit(100)
        .with_for_update(skip_locked=True)
    )
    for row in lost:
        attempts = kinds[row.kind].attempts if row.kind in kinds else _ATTEMPTS
        session.execute(
            update(cw_job)
            .where(cw_job.c.id == row.id)
            .values(leased_by=None, **_after_loss(row, attempts, now))
        )
    return len(lost)


def _after_loss(row: Any, attempts: int, now: datetime) -> dict[str, Any]:
    if row.cancel_requested:
        return {"state": CANCELLED, "finished_at": now}
    if row.attempts >= attempts:
        return {"state": FAILED, "finished_at": now, "error": {"code": "worker_lost"}}
    return {"state": WAITING, "run_after": now}
