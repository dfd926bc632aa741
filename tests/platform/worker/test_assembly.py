from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from serving import Served, serve

from cardwright_entities.accounts.accounts import set_disabled, set_roles
from cardwright_entities.contexts import Context, Principal
from cardwright_entities.errors import AccessError
from cardwright_entities.files.blobs import GRACE, Blobs
from cardwright_entities.files.register import add_file
from cardwright_entities.flow_jobs import SCHEDULES as FLOW_SCHEDULES
from cardwright_entities.jobs.queue import Job
from cardwright_platform.config import Config
from cardwright_platform.worker.assembly import Bell, build_loop, job_contexts, open_bell
from cardwright_platform.worker.backups import BACKUP_SCHEDULES
from cardwright_platform.worker.checks import CHECK_SCHEDULES
from cardwright_platform.worker.housekeeping import SCHEDULES
from cardwright_platform.worker.inbox import INBOX_SCHEDULES
from cardwright_platform.worker.sending import SCHEDULES as SEND_SCHEDULES

#: What the clock asks for once a slot.
DUE = sum(
    map(
        len,
        (
            SCHEDULES,
            BACKUP_SCHEDULES,
            FLOW_SCHEDULES,
            SEND_SCHEDULES,
            CHECK_SCHEDULES,
            INBOX_SCHEDULES,
        ),
    )
)


@pytest.fixture
def served(sqlite_url: str, tmp_path: Path) -> Iterator[Served]:
    opened = serve(sqlite_url, tmp_path)
    yield opened
    opened.instance.close()


def run(served: Served, kind: str, context: Context | None = None) -> Job:
    """Ask for a job and let the installation's own loop do it."""
    instance = served.instance
    asker = context or instance.system_context()
    job = instance.store.run_write(asker, lambda s: instance.jobs.enqueue(s, kind, {}))
    build_loop(instance, Bell(lambda: None, threading.Event(), lambda: None)).drain()
    with instance.store.read(asker) as session:
        return instance.jobs.read(session, job)


def test_a_job_acts_with_the_rights_that_its_asker_has_now(served: Served) -> None:
    account = served.add("nina", "reader")
    contexts = job_contexts(served.instance)
    asker = {"account": account.id, "kind": "user", "language": "zh", "zone": "Europe/Berlin"}
    context = contexts(asker)
    assert context.principal.roles == {"reader"}
    assert (context.language, str(context.zone)) == ("zh", "Europe/Berlin")
    with served.instance.store.write(served.instance.system_context()) as session:
        set_roles(session, account.id, ["editor"])
    assert contexts(asker).principal.roles == {"editor"}
    with served.instance.store.write(served.instance.system_context()) as session:
        set_disabled(session, account.id, disabled=True)
    with pytest.raises(AccessError):
        contexts(asker)


@pytest.mark.parametrize(
    "asker",
    [{"account": 99, "kind": "user"}, {"account": None, "kind": "user"}, {"kind": "stranger"}, {}],
)
def test_a_job_of_nobody_is_no_job_of_the_system(served: Served, asker: dict[str, object]) -> None:
    with pytest.raises(AccessError):
        job_contexts(served.instance)(asker)


def test_the_systems_own_jobs_run_as_the_system(served: Served) -> None:
    context = job_contexts(served.instance)({"account": None, "kind": "system", "language": "zh"})
    assert context.principal.is_system
    assert context.language == "zh"


def test_files_that_nobody_holds_are_swept(served: Served) -> None:
    instance = served.instance
    blobs = Blobs(instance.config.files_folder)
    long_ago = served.clock.now - 3 * GRACE
    kept = blobs.put(io.BytesIO(b"kept"), limit=100)
    named = blobs.put(io.BytesIO(b"named"), limit=100)
    orphan = blobs.put(io.BytesIO(b"orphan"), limit=100)
    for blob in (kept, named, orphan):
        os.utime(blobs.path(blob.sha256), (long_ago.timestamp(), long_ago.timestamp()))
    with instance.store.write(instance.system_context()) as session:
        add_file(session, kept, "kept.txt")
    with instance.store.write(replace(instance.system_context(), now=long_ago)) as session:
        add_file(session, named, "named.txt")
    assert run(served, "sweep_files").result == {"contents": 2}
    assert blobs.path(kept.sha256).exists()
    assert not blobs.path(named.sha256).exists()
    assert not blobs.path(orphan.sha256).exists()


def test_jobs_that_are_long_over_are_forgotten(served: Served) -> None:
    old = run(served, "sweep_files")
    served.clock.forward(days=91)
    assert run(served, "forget_jobs").state == "done"
    with served.instance.store.read(served.instance.system_context()) as session:
        assert old.id not in {job.id for job in served.instance.jobs.page(session)}


def test_a_job_of_a_user_is_listed_as_his(served: Served) -> None:
    account = served.add("nina", "reader")
    context = served.instance.context(Principal(account=account.id))
    job = run(served, "forget_jobs", context)
    with served.instance.store.read(context) as session:
        mine = served.instance.jobs.page(session, account=account.id)
    assert [each.id for each in mine] == [job.id]


def test_the_bell_is_an_event_or_redis(redis_url: str) -> None:
    embedded = open_bell(Config())
    embedded.ring()
    assert embedded.event.is_set()
    distant = open_bell(Config(worker="rq", redis_url=redis_url))
    distant.ring()
    assert not distant.event.is_set()
    distant.close()


def test_housekeeping_is_due_by_the_clock_once_a_slot(served: Served) -> None:
    loop = build_loop(served.instance, Bell(lambda: None, threading.Event(), lambda: None))
    loop.tend()
    assert loop.drain() == DUE
    build_loop(served.instance, Bell(lambda: None, threading.Event(), lambda: None)).tend()
    assert loop.drain() == 0
    served.clock.forward(days=1)
    build_loop(served.instance, Bell(lambda: None, threading.Event(), lambda: None)).tend()
    assert loop.drain() == DUE
