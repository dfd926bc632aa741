"""A store with jobs, a clock that tests move, and runners."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from installation import make_platform_tables
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from cardwright_entities.contexts import SYSTEM, Context, Principal
from cardwright_entities.jobs.kinds import JobKind, JobKinds
from cardwright_entities.jobs.queue import Job, Jobs
from cardwright_entities.jobs.running import JobRunner, Worker
from cardwright_entities.store.doors import Store
from cardwright_entities.store.platform_tables import cw_number


@dataclass
class Clock:
    """The time, as tests set it."""

    now: datetime = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, span: timedelta) -> None:
        self.now += span


@dataclass
class Office:
    """A store, its jobs and whoever works on them."""

    store: Store
    clock: Clock = field(default_factory=Clock)
    rings: int = 0

    def __post_init__(self) -> None:
        self.jobs = Jobs(self._ring)

    def _ring(self) -> None:
        self.rings += 1

    def context(self, principal: Mapping[str, Any] | None = None) -> Context:
        account = (principal or {}).get("account")
        who = SYSTEM if account is None else Principal(account=account)
        return Context(principal=who, now=self.clock())

    def runner(self, *kinds: JobKind, name: str = "worker") -> JobRunner:
        return JobRunner(Worker(self.store, JobKinds(kinds), self.context, self.clock, name))

    def enqueue(self, kind: str, *, key: str | None = None, account: int | None = None) -> int:
        context = self.context({"account": account})
        return self.store.run_write(
            context, lambda session: self.jobs.enqueue(session, kind, {"of": 7}, key=key)
        )

    def read(self, job: int) -> Job:
        with self.store.read(self.context()) as session:
            return self.jobs.read(session, job)

    def cancel(self, job: int) -> Job:
        return self.store.run_write(self.context(), lambda s: self.jobs.cancel(s, job))

    def resume(self, job: int) -> Job:
        return self.store.run_write(self.context(), lambda s: self.jobs.resume(s, job))

    def effects(self, name: str = "effects") -> int:
        """How often ``count`` was committed."""
        with self.store.read(self.context()) as session:
            query = select(cw_number.c.last).where(cw_number.c.series == name)
            return int(session.scalar(query) or 0)


def count(session: Any, name: str = "effects") -> None:
    """An effect inside the database: a number that grows by one."""
    into = postgresql.insert if session.dialect == "postgresql" else sqlite.insert
    statement = into(cw_number).values(series=name, period="", last=1)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["series", "period"], set_={"last": cw_number.c.last + 1}
        )
    )


@pytest.fixture
def effect() -> Callable[..., None]:
    return count


@pytest.fixture
def office(store_url: str) -> Iterator[Office]:
    make_platform_tables(store_url)
    store = Store(store_url)
    yield Office(store)
    store.close()
