"""Runs jobs: claim, heartbeat, function, end; whatever happens, the table says how it went."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.errors import CardwrightError, UnavailableError
from cardwright_entities.jobs.claims import claim, due_kinds, sweep
from cardwright_entities.jobs.kinds import JobKind, JobKinds
from cardwright_entities.jobs.leases import HEARTBEAT, Claim, LeaseLost, hold, let_go, pause
from cardwright_entities.jobs.queue import CANCELLED, FAILED, WAITING
from cardwright_entities.jobs.runs import JobCancelled, JobRun, WorkerStopping
from cardwright_entities.store.doors import Store

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Worker:
    """What running a job needs of the installation around it."""

    store: Store
    kinds: JobKinds
    #: Makes the context of a job from who asked for it; raises AccessError if he may no more.
    contexts: Callable[[Mapping[str, Any]], Context]
    clock: Callable[[], datetime]
    name: str = "worker"


class JobRunner:
    """Takes one job after the other; one runner works on one job at a time."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._current: JobRun | None = None
        self._stopping = False

    def stop(self) -> None:
        """Let the job that runs go back to the queue at its next step."""
        self._stopping = True
        current = self._current
        if current is not None:
            current.stop(WorkerStopping())

    def sweep(self) -> int:
        """Take back the jobs of dead workers."""
        kinds = self._worker.kinds
        return self._worker.store.run_write(self._system(), lambda session: sweep(session, kinds))

    def run_next(self) -> bool:
        """Claim and run one job; return False when none is due."""
        worker = self._worker
        if self._stopping:
            return False
        with worker.store.read(self._system()) as session:
            due = due_kinds(session, worker.kinds)
        if not due:
            return False
        taken = worker.store.run_write(
            self._system(), lambda session: claim(session, worker.name, due)
        )
        if taken is None:
            return False
        self._run(taken, worker.kinds[taken.job.kind])
        return True

    def _run(self, taken: Claim, kind: JobKind) -> None:
        ended = threading.Event()
        heart: threading.Thread | None = None
        run: JobRun | None = None
        worker = self._worker
        try:
            context = worker.contexts(taken.job.principal)
            run = self._current = JobRun(worker.store, worker.clock, taken, context)
            if taken.job.cancel_requested:
                run.stop(JobCancelled())
            heart = threading.Thread(
                target=self._beat, args=(run, taken, kind.time_limit, ended), daemon=True
            )
            heart.start()
            kind.run(run)
            if not run.completed:
                run.write(lambda step: step.complete())
        except LeaseLost:
            _LOG.warning("job %s was taken by another worker", taken.job.id)
        except Exception as error:  # noqa: BLE001 - whatever a job raises must end in its row
            attempts = taken.job.attempts if run is None else run.attempts
            self._end(taken, kind, error, attempts)
        finally:
            ended.set()
            if heart is not None:
                heart.join()
            self._current = None

    def _beat(self, run: JobRun, taken: Claim, limit: timedelta, ended: threading.Event) -> None:
        beats = max(1, int(limit / HEARTBEAT))
        for _ in range(beats):
            if ended.wait(HEARTBEAT.total_seconds()):
                return
            try:
                cancelled = self._worker.store.run_write(
                    self._system(), lambda session: hold(session, taken, {})
                )
            except LeaseLost:
                if not ended.is_set():
                    run.stop(LeaseLost())
                return
            except CardwrightError:
                continue  # the database is busy or away; the lease outlasts some beats
            if cancelled:
                run.stop(JobCancelled())
        run.stop(LeaseLost())

    def _end(self, taken: Claim, kind: JobKind, error: Exception, attempts: int) -> None:
        state, changes = _ending(attempts, kind, error, self._worker.clock())
        if state == FAILED or not isinstance(error, (JobCancelled, WorkerStopping)):
            _LOG.warning("job %s (%s): %r", taken.job.id, kind.name, error, exc_info=error)
        try:
            self._worker.store.run_write(
                self._system(), lambda session: let_go(session, taken, state, changes)
            )
        except LeaseLost:
            _LOG.warning("job %s was taken by another worker", taken.job.id)
        except CardwrightError:
            # The database is away: the lease runs out and the sweep takes the job back.
            _LOG.warning("job %s could not be ended", taken.job.id, exc_info=True)

    def _system(self) -> Context:
        return Context(principal=SYSTEM, now=self._worker.clock())


def _ending(
    attempts: int, kind: JobKind, error: Exception, now: datetime
) -> tuple[str, dict[str, Any]]:
    if isinstance(error, JobCancelled):
        return CANCELLED, {}
    if isinstance(error, WorkerStopping):
        return WAITING, {"run_after": now, "attempts": max(0, attempts - 1)}
    written = written_error(error)
    passing = isinstance(error, UnavailableError) or not isinstance(error, CardwrightError)
    if passing and attempts < kind.attempts:
        return WAITING, {"run_after": now + pause(attempts), "error": written}
    return FAILED, {"error": written}


def written_error(error: Exception) -> dict[str, Any]:
    """Return an error as it is kept for people: our messages in full, others by their kind."""
    fields = getattr(error, "fields", None)
    if isinstance(error, CardwrightError):
        written: dict[str, Any] = {
            "code": error.message.code,
            "params": dict(error.message.params),
        }
        if fields:
            written["fields"] = {
                name: [{"code": said.code, "params": dict(said.params)} for said in messages]
                for name, messages in fields.items()
            }
        return written
    return {"code": "internal", "params": {"type": type(error).__name__}}
