"""Worker processes that Redis wakes. Redis is a bell: what it carries names no code and no data."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.timeouts import BaseDeathPenalty

_LOG = logging.getLogger(__name__)

#: The one name that a message may carry.
DRAIN = "drain"
#: More rings than this in the queue wake nobody sooner.
_MOST_RINGS = 32
_SECONDS = 2.0
#: RQ waits 15 seconds less than this at Redis before it looks whether it should stop.
_WORKER_TTL = 16


class UnknownFunctionError(Exception):
    """A message in Redis names something that no worker does."""


class NoDeathPenalty(BaseDeathPenalty):
    """A ring has no time limit: each job has its own, kept by its lease."""

    def setup_death_penalty(self) -> None: ...

    def cancel_death_penalty(self) -> None: ...


class Ring(Job):
    """A message of the queue: its function is looked up in ``functions``, never imported."""

    functions: Mapping[str, Callable[[], object]] = {}

    @property
    def func(self) -> Callable[[], object]:
        name = self.func_name or ""
        if name not in self.functions:
            raise UnknownFunctionError(name)
        return self.functions[name]

    def _execute(self) -> None:
        # Whatever arguments stand in the message are not passed on.
        self.func()

    def restore(self, raw_data: Any) -> None:  # noqa: ANN401 - as the library has it
        super().restore(raw_data)
        # A message may not name callbacks or addresses to call either.
        self._success_callback_name = None
        self._failure_callback_name = None
        self._stopped_callback_name = None
        self.webhooks = []


class RedisBell:
    """Wakes workers of any machine; when Redis is away they look by themselves."""

    def __init__(self, url: str, queue: str = "cardwright") -> None:
        self._redis = Redis.from_url(url, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS)
        self._queue = open_queue(self._redis, queue)
        self._silent = False

    def ring(self) -> None:
        """Put one message into the queue; never raise, for the work is safe in the table."""
        try:
            if self._queue.count < _MOST_RINGS:
                self._queue.enqueue_call(DRAIN, timeout=-1, result_ttl=0, failure_ttl=60, ttl=600)
            self._silent = False
        except RedisError as error:
            if not self._silent:
                _LOG.warning("Redis does not answer, jobs start a little later: %s", error)
            self._silent = True

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()


class RingWorker(SimpleWorker):
    """An RQ worker that runs each message in its own process, without a fork."""

    death_penalty_class = NoDeathPenalty

    def _install_signal_handlers(self) -> None:
        # The command that starts the worker decides what a signal means.
        return

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        if self._stop_requested and pipeline is None:
            raise StopRequested
        super().heartbeat(timeout, pipeline)


def open_queue(redis: Redis, name: str, job_class: type[Job] = Ring) -> Queue:
    """Return the queue of an installation: JSON only, our kind of message only."""
    return Queue(
        name,
        connection=redis,
        serializer=JSONSerializer,
        job_class=job_class,
        death_penalty_class=NoDeathPenalty,
    )


class RqWorker:
    """Waits on Redis and drains the table at each ring, until somebody stops it."""

    def __init__(self, url: str, drain: Callable[[], object], queue: str = "cardwright") -> None:
        self._redis = Redis.from_url(url)
        self._name = queue
        self._rings: type[Job] = type("InstallationRing", (Ring,), {"functions": {DRAIN: drain}})
        self._worker: RingWorker | None = None
        self._stopping = False

    def run(self, pause: Callable[[float], object]) -> None:
        """Work until stopped; where Redis is away or RQ gives up, pause and begin anew."""
        while not self._stopping:
            try:
                worker = self._worker = RingWorker(
                    [open_queue(self._redis, self._name, self._rings)],
                    connection=self._redis,
                    serializer=JSONSerializer,
                    job_class=self._rings,
                    worker_ttl=_WORKER_TTL,
                    disable_default_exception_handler=True,
                    log_job_description=False,
                )
                if not self._stopping:
                    worker.work(logging_level="WARNING")
            except RedisError as error:
                _LOG.warning("Redis does not answer: %s", error)
            if not self._stopping:
                pause(_SECONDS)
        self._redis.close()

    def stop(self) -> None:
        """End after the message that is worked on."""
        self._stopping = True
        worker = self._worker
        if worker is not None:
            worker._stop_requested = True
