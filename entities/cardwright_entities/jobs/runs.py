"""A job in the hands of its function: steps that commit effect and progress together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from cardwright_entities.contexts import Context
from cardwright_entities.jobs.leases import Claim, hold, let_go
from cardwright_entities.jobs.queue import DONE, Job, Progress
from cardwright_entities.store.doors import Store
from cardwright_entities.store.sessions import Session

Result = TypeVar("Result")


class JobCancelled(Exception):  # noqa: N818 - somebody wanted it
    """Somebody asked to stop the job."""


class WorkerStopping(Exception):  # noqa: N818 - the process was asked to end
    """The worker ends: the job goes back to wait for another."""


class JobStep:
    """One transaction of a job: its effect, and the job's own row, are committed together."""

    def __init__(self, session: Session, progress: Progress) -> None:
        self.session = session
        self.changes: dict[str, Any] = {}
        self.progress = progress

    def advance(
        self,
        *,
        done: int | None = None,
        total: int | None = None,
        cursor: Mapping[str, Any] | None = None,
        again: bool = False,
    ) -> None:
        """Say how far the job is; a crash after this commit goes on from this cursor.

        ``again``: the cursor only tells people, the next try begins anew.
        """
        known = self.progress
        self.progress = Progress(
            done=known.done if done is None else done,
            total=known.total if total is None else total,
            cursor=known.cursor if cursor is None else cursor,
        )
        self.changes["progress"] = {
            "done": self.progress.done,
            "total": self.progress.total,
            "cursor": dict(self.progress.cursor),
        }
        if cursor is not None and not again:
            # What moves is not poisoned: tries are counted since the last progress.
            self.changes["attempts"] = 1

    def complete(self, result: Mapping[str, Any] | None = None) -> None:
        """End the job with this transaction."""
        self.changes["state"] = DONE
        self.changes["result"] = dict(result or {})


class JobRun:
    """A job in the hands of its function."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], claim: Claim, context: Context
    ) -> None:
        self.store = store
        self.job: Job = claim.job
        self.progress = claim.job.progress
        self.attempts = claim.job.attempts  #: tries since the last progress
        self.completed = False
        self._clock = clock
        self._claim = claim
        self._context = context
        self._stopped: Exception | None = None

    @property
    def context(self) -> Context:
        """The context of who asked for the job, at this moment."""
        return replace(self._context, now=self._clock())

    def write(self, action: Callable[[JobStep], Result]) -> Result:
        """Run one step of the job: its effect and its progress in one transaction, or neither.

        Raise JobCancelled after a commit if somebody asked for that meanwhile.
        """
        self.check()
        step: JobStep

        def transaction(session: Session) -> tuple[Result, bool]:
            nonlocal step
            step = JobStep(session, self.progress)
            answer = action(step)
            if "state" in step.changes:
                let_go(session, self._claim, DONE, step.changes)
                return answer, False
            return answer, hold(session, self._claim, step.changes)

        answer, cancelled = self.store.run_write(self.context, transaction)
        self.progress = step.progress
        self.attempts = step.changes.get("attempts", self.attempts)
        self.completed = "state" in step.changes
        if cancelled:
            self._stopped = JobCancelled()
            self.check()
        return answer

    def check(self) -> None:
        """Raise if the job was cancelled or lost, or the worker is to end."""
        if self._stopped is not None:
            raise self._stopped

    def stop(self, reason: Exception) -> None:
        """Let the next check raise this; called by other threads."""
        self._stopped = reason
