"""What kinds of jobs there are: a name, a function, how often and how long it may try."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cardwright_entities.jobs.runs import JobRun


@dataclass(frozen=True, kw_only=True)
class JobKind:
    """A kind of job. ``run`` is looked up by ``name``; messages never carry a function."""

    name: str
    run: Callable[[JobRun], None]
    attempts: int = 5  #: tries without progress before the job is given up
    time_limit: timedelta = timedelta(hours=2)  #: beyond it another worker may take the job
    at_once: int | None = None  #: how many may run at the same time, None for any number


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A job that is due again and again; each slot of time gives one job on one machine."""

    kind: str
    every: timedelta

    def slot(self, now: datetime) -> tuple[str, datetime]:
        """Return the idempotency key of the slot that holds ``now``, and the slot's start."""
        number = int(now.timestamp() // self.every.total_seconds())
        start = datetime.fromtimestamp(number * self.every.total_seconds(), now.tzinfo)
        return f"schedule/{self.kind}/{start.isoformat()}", start


class JobKinds(Mapping[str, JobKind]):
    """The kinds that this installation knows, by name."""

    def __init__(self, kinds: Iterable[JobKind] = ()) -> None:
        self._kinds = {kind.name: kind for kind in kinds}

    def __getitem__(self, name: str) -> JobKind:
        return self._kinds[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)
