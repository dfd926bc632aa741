"""What a step leaves behind: jobs done before the next one, and days that pass are looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.engine import Engine
from cardwright_entities.errors import Message
from cardwright_entities.flow_jobs import SCHEDULES, flow_kinds
from cardwright_entities.jobs.kinds import JobKinds
from cardwright_entities.jobs.queue import FAILED, Jobs
from cardwright_entities.jobs.running import JobRunner, Worker
from cardwright_entities.scenarios.outcomes import StepFailure
from cardwright_entities.store.sessions import Session

#: When a day that passes between two steps is looked at.
_EVENING = time(23, 59)
#: Days that pass at most between two steps; each is looked at.
MOST_DAYS = 800


@dataclass(eq=False)
class Settling:
    """The worker of one scenario: it lives in the time that the steps say."""

    engine: Engine
    _looked: date | None = field(default=None, init=False)
    _now: datetime | None = field(default=None, init=False)

    def settle(self, context: Context) -> None:
        """Do the jobs that are due, in the name of who has just acted; raise StepFailure.

        Jobs of kinds that reach out of the installation stay where they are.
        """

        def context_of(asker: Mapping[str, Any]) -> Context:
            return replace(context, principal=SYSTEM) if asker["kind"] == "system" else context

        kinds = JobKinds(flow_kinds(self.engine.desk))
        worker = Worker(self.engine.store, kinds, context_of, lambda: context.now, "scenario")
        runner = JobRunner(worker)
        while runner.run_next():
            pass
        with self.engine.store.read(context) as session:
            for job in Jobs().page(session, states=(FAILED,), limit=1):
                code = str((job.error or {}).get("code", ""))
                raise StepFailure(Message.of("scenario_job_failed", kind=job.kind, reason=code))

    def pass_days(self, context: Context) -> None:
        """Do what the clock brings until now, day after day; raise StepFailure.

        The first look notes who is in the queries of rules, as after an installation.
        """
        today = context.now.astimezone(context.zone).date()
        if self._looked is not None:
            if (today - self._looked).days > MOST_DAYS:
                raise StepFailure(Message.of("scenario_too_far", most=MOST_DAYS))
            for day in range(1, (today - self._looked).days):
                self._look(context, self._looked + timedelta(days=day))
        if self._now is None or context.now > self._now:
            self._look(context, None)
            self._looked, self._now = today, context.now

    def _look(self, context: Context, day: date | None) -> None:
        """Look at one day that has passed, without one at this moment."""
        now = context.now
        if day is not None:
            now = datetime.combine(day, _EVENING, context.zone).astimezone(UTC)
        then = replace(context, principal=SYSTEM, now=now)

        def ask(session: Session) -> None:
            for each in SCHEDULES:
                Jobs().enqueue(session, each.kind, {})

        self.engine.store.run_write(then, ask)
        self.settle(then)
