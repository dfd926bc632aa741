"""The loop that every worker runs: drain when the bell rings, look by itself now and then."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.jobs.kinds import Schedule
from cardwright_entities.jobs.queue import Jobs
from cardwright_entities.jobs.running import JobRunner
from cardwright_entities.store.doors import Store

_LOG = logging.getLogger(__name__)

#: Seconds between looks at the table when nobody rings.
POLL = 2.0
#: Seconds between sweeps; with the lease it bounds how long a dead worker's job waits.
UPKEEP = 15.0


class WorkerLoop:
    """Runs one job at a time, whoever wakes it."""

    def __init__(
        self,
        store: Store,
        jobs: Jobs,
        runner: JobRunner,
        clock: Callable[[], datetime],
        bell: threading.Event,
        *,
        schedules: Sequence[Schedule] = (),
        poll: float = POLL,
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._runner = runner
        self._clock = clock
        self._bell = bell
        self._schedules = schedules
        self._poll = poll
        self._one = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._tended = -UPKEEP
        self._slots: set[str] = set()

    def start(self) -> None:
        """Run the loop in a thread of this process."""
        self._thread = threading.Thread(target=self.run, name="worker", daemon=True)
        self._thread.start()

    def stop(self, wait: float = 10.0) -> None:
        """End the loop; a job that runs goes back to the queue at its next step."""
        self._stopping.set()
        self._runner.stop()
        self._bell.set()
        if self._thread is not None:
            self._thread.join(wait)

    def run(self) -> None:
        """Drain and tend until somebody stops the loop; no error of the database ends it."""
        while not self._stopping.is_set():
            self._bell.clear()
            try:
                self.tend()
                self.drain()
            except Exception:
                _LOG.exception("the worker could not look for jobs")
            self._bell.wait(self._poll)

    def drain(self) -> int:
        """Run jobs until none is due; return how many. One thread of the process at a time."""
        count = 0
        with self._one:
            while self._runner.run_next():
                count += 1
        return count

    def tend(self) -> None:
        """Now and then: take back the jobs of dead workers, ask for what the clock asks for."""
        if time.monotonic() - self._tended < UPKEEP:
            return
        self._tended = time.monotonic()
        self._runner.sweep()
        self._schedule()

    def _schedule(self) -> None:
        now = self._clock()
        due = {schedule: schedule.slot(now) for schedule in self._schedules}
        fresh = {schedule: slot for schedule, slot in due.items() if slot[0] not in self._slots}
        if not fresh:
            return
        context = Context(principal=SYSTEM, now=now)
        with self._store.write(context) as session:
            for schedule, (key, start) in fresh.items():
                self._jobs.enqueue(session, schedule.kind, {}, key=key, run_after=start)
        self._slots = {key for key, _ in due.values()}
