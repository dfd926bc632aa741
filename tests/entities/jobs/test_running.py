from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from cardwright_entities.errors import AccessError, ConflictError, InputError, Message
from cardwright_entities.jobs.kinds import JobKind
from cardwright_entities.jobs.leases import LEASE
from cardwright_entities.jobs.runs import JobRun, JobStep
from cardwright_entities.store.platform_tables import cw_job
from cardwright_entities.store.sessions import Session

if TYPE_CHECKING:
    from conftest import Office

Effect = Callable[..., None]


def test_a_job_runs_once_and_keeps_its_result(office: Office, effect: Effect) -> None:
    def run(job: JobRun) -> None:
        def step(step: JobStep) -> None:
            effect(step.session)
            step.complete({"number": job.job.arguments["of"]})

        job.write(step)

    runner = office.runner(JobKind(name="count", run=run))
    job = office.enqueue("count")
    assert runner.run_next() is True
    assert runner.run_next() is False
    assert office.read(job).state == "done"
    assert office.read(job).result == {"number": 7}
    assert office.effects() == 1
    assert office.rings == 1


def test_what_is_rolled_back_asks_for_nothing(office: Office) -> None:
    def change(session: Session) -> None:
        office.jobs.enqueue(session, "count", {})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        office.store.run_write(office.context(), change)
    assert office.rings == 0
    assert office.runner(JobKind(name="count", run=lambda run: None)).run_next() is False


def test_the_same_key_gives_the_same_job(office: Office) -> None:
    assert office.enqueue("count", key="mail/12") == office.enqueue("count", key="mail/12")
    assert office.enqueue("count", key="mail/13") != office.enqueue("count", key="mail/12")


def test_a_job_of_an_unknown_kind_waits_for_a_worker_that_knows_it(office: Office) -> None:
    job = office.enqueue("from_tomorrow")
    assert office.runner(JobKind(name="count", run=lambda run: None)).run_next() is False
    assert office.read(job).state == "waiting"


def test_a_failing_job_is_tried_again_later_and_then_given_up(office: Office) -> None:
    def run(job: JobRun) -> None:
        raise RuntimeError("the disk is on fire")

    runner = office.runner(JobKind(name="poison", run=run, attempts=3))
    job = office.enqueue("poison")
    for _ in range(3):
        assert runner.run_next() is True
        assert runner.run_next() is False
        office.clock.pass_by(timedelta(minutes=15))
    assert runner.run_next() is False
    assert office.read(job).state == "failed"
    assert office.read(job).error == {"code": "internal", "params": {"type": "RuntimeError"}}


def test_wrong_input_is_not_tried_again(office: Office) -> None:
    def run(job: JobRun) -> None:
        raise InputError({"file": [Message.of("csv_broken", row=3)]})

    runner = office.runner(JobKind(name="wrong", run=run))
    job = office.read(office.enqueue("wrong"))
    runner.run_next()
    ended = office.read(job.id)
    assert ended.state == "failed"
    assert ended.error is not None
    assert ended.error["fields"] == {"file": [{"code": "csv_broken", "params": {"row": "3"}}]}


def test_a_crash_goes_on_from_the_last_cursor(office: Office, effect: Effect) -> None:
    crashes = iter([2, 4, None])

    def run(job: JobRun) -> None:
        stop = next(crashes)
        start = job.progress.cursor.get("row", 0)
        for row in range(start, 5):
            if row == stop:
                raise RuntimeError("power cut")

            def step(step: JobStep, row: int = row) -> None:
                effect(step.session)
                step.advance(done=row + 1, total=5, cursor={"row": row + 1})

            job.write(step)

    runner = office.runner(JobKind(name="import", run=run, attempts=2))
    job = office.enqueue("import")
    for _ in range(3):
        assert runner.run_next()
        office.clock.pass_by(timedelta(minutes=15))
    assert office.read(job).state == "done"
    assert office.read(job).progress.done == 5
    assert office.effects() == 5


def test_a_silent_worker_loses_its_job_and_cannot_commit_any_more(
    office: Office, effect: Effect
) -> None:
    taken_over = []

    def slow(job: JobRun) -> None:
        office.clock.pass_by(LEASE + timedelta(seconds=1))
        other = office.runner(JobKind(name="count", run=quick), name="other")
        assert other.sweep() == 1
        assert other.run_next() is True
        job.write(lambda step: effect(step.session))
        taken_over.append("never reached")

    def quick(job: JobRun) -> None:
        job.write(lambda step: effect(step.session))

    job = office.enqueue("count")
    assert office.runner(JobKind(name="count", run=slow)).run_next() is True
    assert taken_over == []
    assert office.effects() == 1
    assert office.read(job).state == "done"


def test_a_job_that_kills_its_workers_is_given_up(office: Office) -> None:
    job = office.enqueue("count")
    kind = JobKind(name="count", run=lambda run: None, attempts=2)
    with office.store.write(office.context()) as session:
        lost = {"state": "running", "attempts": 2, "lease_until": office.clock() - LEASE * 2}
        session.execute(update(cw_job).values(**lost))
    assert office.runner(kind).sweep() == 1
    assert office.read(job).state == "failed"
    assert office.read(job).error == {"code": "worker_lost"}


def test_a_waiting_job_is_cancelled_at_once(office: Office) -> None:
    job = office.enqueue("count")
    assert office.cancel(job).state == "cancelled"
    assert office.runner(JobKind(name="count", run=lambda run: None)).run_next() is False


def test_a_running_job_is_cancelled_between_steps_and_can_be_resumed(
    office: Office, effect: Effect
) -> None:
    def run(job: JobRun) -> None:
        for row in range(job.progress.cursor.get("row", 0), 4):
            if row == 2 and job.job.attempts == 1 and not office.read(job.job.id).cancel_requested:
                office.cancel(job.job.id)

            def step(step: JobStep, row: int = row) -> None:
                effect(step.session)
                step.advance(cursor={"row": row + 1})

            job.write(step)

    runner = office.runner(JobKind(name="import", run=run))
    job = office.enqueue("import")
    runner.run_next()
    assert office.read(job).state == "cancelled"
    assert office.effects() == 3
    assert office.resume(job).state == "waiting"
    runner.run_next()
    assert office.read(job).state == "done"
    assert office.effects() == 4


def test_only_what_stopped_can_be_resumed(office: Office) -> None:
    job = office.enqueue("count")
    office.runner(JobKind(name="count", run=lambda run: None)).run_next()
    with pytest.raises(ConflictError):
        office.resume(job)


def test_a_job_of_somebody_without_rights_fails_without_running(office: Office) -> None:
    ran = []
    kind = JobKind(name="count", run=lambda run: ran.append(run))
    runner = office.runner(kind)
    object.__setattr__(runner._worker, "contexts", _nobody)
    job = office.enqueue("count", account=12)
    runner.run_next()
    assert office.read(job).state == "failed"
    assert ran == []


def _nobody(principal: object) -> None:
    raise AccessError(Message("account_disabled"))


def test_at_most_so_many_of_a_kind_run_at_once(office: Office) -> None:
    inside = threading.Semaphore(0)
    seen = []

    def run(job: JobRun) -> None:
        other = office.runner(kind, name="other")
        seen.append(other.run_next())
        inside.release()

    kind = JobKind(name="heavy", run=run, at_once=1)
    office.enqueue("heavy")
    office.enqueue("heavy")
    office.runner(kind).run_next()
    assert seen == [False]


def test_many_workers_never_take_one_job_twice(office: Office, effect: Effect) -> None:
    for _ in range(40):
        office.enqueue("count")
    kind = JobKind(name="count", run=lambda job: job.write(lambda step: effect(step.session)))

    def work(name: str) -> None:
        runner = office.runner(kind, name=name)
        while runner.run_next():
            pass

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # A worker that saw nothing to claim for a moment may have left early.
    work("last")
    assert office.effects() == 40
