"""The hold of a worker on a job: renewed by the clock, fenced at each commit."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from cardwright_entities.jobs.queue import RUNNING, WAITING, Job
from cardwright_entities.store.platform_tables import cw_job
from cardwright_entities.store.sessions import Session

#: A worker that is silent for so long has lost its job.
LEASE = timedelta(seconds=30)
#: How often a running job's lease is renewed.
HEARTBEAT = timedelta(seconds=10)
_FIRST_PAUSE = 5.0
_LONGEST_PAUSE = 600.0


class LeaseLost(Exception):  # noqa: N818 - another worker has the job, which is no error of it
    """The job belongs to another worker now: nothing of this transaction may be kept."""


@dataclass(frozen=True)
class Claim:
    """A job in the hands of a worker; ``holder`` is a new word for each claim."""

    job: Job
    holder: str


def hold(session: Session, claim: Claim, changes: Mapping[str, Any]) -> bool:
    """Renew the lease and write changes of the job; return whether somebody asked to cancel it.

    Raise LeaseLost if the job is another worker's: the transaction must not be committed then.
    """
    row = session.row(
        update(cw_job)
        .where(
            cw_job.c.id == claim.job.id,
            cw_job.c.leased_by == claim.holder,
            cw_job.c.state == RUNNING,
        )
        .values(lease_until=session.context.now + LEASE, **changes)
        .returning(cw_job.c.cancel_requested)
    )
    if row is None:
        raise LeaseLost
    return bool(row.cancel_requested)


def let_go(session: Session, claim: Claim, state: str, changes: Mapping[str, Any]) -> None:
    """End the claim with the job in another state; raise LeaseLost if it is another worker's."""
    ended = None if state == WAITING else session.context.now
    hold(session, claim, {"state": state, "leased_by": None, "finished_at": ended, **changes})


def pause(attempts: int) -> timedelta:
    """Return how long to wait before the next try: doubling, spread, at most ten minutes."""
    seconds = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** max(0, attempts - 1))
    return timedelta(seconds=seconds * (0.5 + random.random()))
