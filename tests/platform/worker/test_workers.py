from __future__ import annotations

import pickle
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from installation import make_platform_tables
from redis import Redis
from running import PATIENCE, until
from sqlalchemy import update

from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.jobs.kinds import JobKind, JobKinds, Schedule
from cardwright_entities.jobs.leases import LEASE
from cardwright_entities.jobs.queue import Job, Jobs
from cardwright_entities.jobs.running import JobRunner, Worker
from cardwright_entities.jobs.runs import JobRun
from cardwright_entities.store.doors import Store
from cardwright_entities.store.platform_tables import cw_job
from cardwright_platform.worker.loop import WorkerLoop
from cardwright_platform.worker.rq_worker import RedisBell, Ring, RqWorker, open_queue


def now() -> datetime:
    return datetime.now(UTC)


def context(principal: object = None) -> Context:
    return Context(principal=SYSTEM, now=now())


class Site:
    """An installation that can only do jobs, with its workers running."""

    def __init__(self, store: Store, ring: Callable[[], None], bell: threading.Event) -> None:
        self.store = store
        self.bell = bell
        self.jobs = Jobs(ring)
        self.ran: list[int] = []
        self._news = threading.Condition()
        kinds = JobKinds(
            [
                JobKind(name="note", run=self.note),
                JobKind(name="flaky", run=self.flaky),
                JobKind(name="tidy", run=self.note),
            ]
        )
        worker = Worker(store, kinds, context, now, "here")
        self.runner = JobRunner(worker)
        self.loop = WorkerLoop(
            store,
            self.jobs,
            self.runner,
            now,
            bell,
            schedules=[Schedule(kind="tidy", every=timedelta(days=1))],
            poll=0.2,
        )

    def note(self, run: JobRun) -> None:
        run.write(lambda step: step.complete())
        with self._news:
            self.ran.append(run.job.id)
            self._news.notify_all()

    def wait_for(self, jobs: int) -> None:
        """Wait until so many jobs have run, those before this call included."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.ran) >= jobs, PATIENCE)

    def flaky(self, run: JobRun) -> None:
        raise RuntimeError("not now")

    def ask(self, kind: str = "note") -> int:
        return self.store.run_write(context(), lambda s: self.jobs.enqueue(s, kind, {}))

    def read(self, job: int) -> Job:
        with self.store.read(context()) as session:
            return self.jobs.read(session, job)


@contextmanager
def embedded(store: Store, request: pytest.FixtureRequest) -> Iterator[Site]:
    bell = threading.Event()
    site = Site(store, bell.set, bell)
    site.loop.start()
    yield site
    site.loop.stop()


@contextmanager
def with_redis(store: Store, request: pytest.FixtureRequest) -> Iterator[Site]:
    url = request.getfixturevalue("redis_url")
    bell = RedisBell(url)
    site = Site(store, bell.ring, threading.Event())
    worker = RqWorker(url, site.loop.drain)
    ended = threading.Event()
    thread = threading.Thread(target=worker.run, args=(ended.wait,))
    thread.start()
    site.loop.start()
    yield site
    worker.stop()
    ended.set()
    site.loop.stop()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    bell.close()


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    make_platform_tables(store_url)
    opened = Store(store_url)
    yield opened
    opened.close()


@pytest.fixture(params=[embedded, with_redis], ids=["embedded", "rq"])
def site(request: pytest.FixtureRequest, store: Store) -> Iterator[Site]:
    with request.param(store, request) as opened:
        yield opened


def test_a_job_runs_soon_after_its_commit(site: Site) -> None:
    first, second = site.ask(), site.ask()
    site.wait_for(3)  # the daily one is due too
    assert {first, second} < set(site.ran)
    assert len(site.ran) == 3


def test_a_failing_job_does_not_hold_up_the_others(site: Site) -> None:
    bad = site.ask("flaky")
    site.ask()
    site.wait_for(2)
    until(lambda: site.read(bad).error is not None)
    assert site.read(bad).state == "waiting"
    assert site.read(bad).error == {"code": "internal", "params": {"type": "RuntimeError"}}


def test_a_job_of_a_dead_worker_is_taken_over(site: Site) -> None:
    with site.store.write(context()) as session:
        lost = site.jobs.enqueue(session, "note", {})
        session.execute(
            update(cw_job)
            .where(cw_job.c.id == lost)
            .values(state="running", leased_by="dead/1", attempts=1, lease_until=now() - LEASE)
        )
    site.runner.sweep()  # unless the loop has swept already
    site.wait_for(2)
    assert lost in site.ran
    assert site.read(lost).attempts == 2


def test_a_slot_of_a_schedule_gives_one_job(site: Site) -> None:
    site.wait_for(1)
    other = Site(site.store, lambda: None, threading.Event())
    other.loop.tend()
    with site.store.read(context()) as session:
        assert len(site.jobs.page(session)) == 1


def test_a_pickle_and_a_foreign_function_in_redis_are_refused(
    store: Store, request: pytest.FixtureRequest, redis_url: str, tmp_path: Path
) -> None:
    trap = tmp_path / "sprung"
    with with_redis(store, request) as site:
        redis = Redis.from_url(redis_url)
        queue = open_queue(redis, "cardwright")
        queue.enqueue_call("os.mkdir", args=(str(trap),))
        pickled = queue.enqueue_call("drain")
        payload = pickle.dumps(("os.mkdir", None, (str(trap),), {}))
        redis.hset(pickled.key, mapping={"data": payload})
        hooked = queue.enqueue_call("drain", args=("an argument",))
        redis.hset(hooked.key, mapping={"success_callback_name": "os.getpid"})
        redis.lpush(queue.key, "rq:job:nowhere", b"\xff\xfe")
        site.ask()
        site.wait_for(2)
        redis.close()
    assert not trap.exists()


def test_work_goes_on_when_redis_forgets_everything(
    store: Store, request: pytest.FixtureRequest, redis_url: str
) -> None:
    with with_redis(store, request) as site:
        redis = Redis.from_url(redis_url)
        for _ in range(5):
            site.ask()
            redis.flushall()
        site.wait_for(6)
        redis.close()
    assert len(set(site.ran)) == 6


def test_a_bell_without_redis_is_silent(store: Store, tmp_path: Path) -> None:
    bell = RedisBell(f"unix://{tmp_path}/nobody.sock")
    site = Site(store, bell.ring, threading.Event())
    job = site.ask()
    site.loop.drain()
    assert site.read(job).state == "done"
    bell.close()


def test_rings_do_not_pile_up(redis_url: str) -> None:
    bell = RedisBell(redis_url)
    for _ in range(100):
        bell.ring()
    redis = Redis.from_url(redis_url)
    assert open_queue(redis, "cardwright", Ring).count == 32
    redis.close()
    bell.close()
