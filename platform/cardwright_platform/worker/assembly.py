"""A worker for an installation: its kinds of jobs, in the name of whoever asked for them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cardwright_entities.accounts.acting import principal_of
from cardwright_entities.contexts import Context
from cardwright_entities.errors import AccessError, Message
from cardwright_entities.exchange.service import Exchange
from cardwright_entities.exchange.services import Services
from cardwright_entities.files.blobs import Blobs
from cardwright_entities.flow_jobs import SCHEDULES as FLOW_SCHEDULES
from cardwright_entities.flow_jobs import flow_kinds
from cardwright_entities.jobs.kinds import JobKind, JobKinds
from cardwright_entities.jobs.running import JobRunner, Worker
from cardwright_entities.jobs.runs import JobRun
from cardwright_platform.config import Config
from cardwright_platform.confined.workbooks import ConfinedWorkbooks
from cardwright_platform.instance import Instance
from cardwright_platform.worker.backups import BACKUP_SCHEDULES, backup_kinds
from cardwright_platform.worker.changes import change_kinds
from cardwright_platform.worker.checks import CHECK_SCHEDULES, check_kinds
from cardwright_platform.worker.clearing import clearing_kinds
from cardwright_platform.worker.housekeeping import SCHEDULES, housekeeping_kinds
from cardwright_platform.worker.inbox import INBOX_SCHEDULES, inbox_kinds
from cardwright_platform.worker.loop import WorkerLoop
from cardwright_platform.worker.mails import MailChannel
from cardwright_platform.worker.notices import Notices
from cardwright_platform.worker.rq_worker import RedisBell, RqWorker
from cardwright_platform.worker.sending import SCHEDULES as SEND_SCHEDULES
from cardwright_platform.worker.sending import Channel, sending_kinds
from cardwright_platform.worker.short_messages import SmsChannel
from cardwright_platform.worker.webhooks import WebhookChannel


@dataclass(frozen=True)
class Bell:
    """What wakes the workers of an installation; ``ring`` goes into open_instance."""

    ring: Callable[[], None]
    event: threading.Event
    close: Callable[[], None]


def open_bell(config: Config) -> Bell:
    """Return the bell of an installation: an event of this process, or Redis."""
    event = threading.Event()
    if config.worker == "embedded":
        return Bell(event.set, event, event.clear)
    redis = RedisBell(config.redis_url)
    return Bell(redis.ring, event, redis.close)


def build_exchange(instance: Instance) -> Exchange:
    """Return the imports and exports of an installation."""
    folder = instance.config.files_folder / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    return Exchange(
        Services(
            desk=instance.engine.desk,
            blobs=Blobs(instance.config.files_folder),
            workbooks=ConfinedWorkbooks(folder=folder),
            jobs=instance.jobs,
            say=lambda message, language: instance.words.say(language, message),
        )
    )


def build_loop(instance: Instance, bell: Bell, name: str = "embedded") -> WorkerLoop:
    """Return the loop that runs all jobs of an installation; start it or drain it."""
    exchange = build_exchange(instance)
    plugins = instance.plugins
    kinds = JobKinds(
        _in_flight(instance, each)
        for each in (
            *exchange.kinds(),
            *flow_kinds(instance.engine.desk),
            *sending_kinds(channels_of(instance)),
            *inbox_kinds(instance),
            *check_kinds(instance),
            *change_kinds(instance),
            *backup_kinds(instance),
            *clearing_kinds(instance),
            *housekeeping_kinds(
                instance.jobs, exchange.services.blobs, instance.config.audit_months
            ),
            *(kind for plugin in plugins for kind in plugin.jobs),
        )
    )
    worker = Worker(instance.store, kinds, job_contexts(instance), instance.clock, name)
    schedules = [
        *SCHEDULES,
        *CHECK_SCHEDULES,
        *BACKUP_SCHEDULES,
        *FLOW_SCHEDULES,
        *SEND_SCHEDULES,
        *INBOX_SCHEDULES,
        *(each for plugin in plugins for each in plugin.schedules),
    ]
    return WorkerLoop(
        instance.store,
        instance.jobs,
        JobRunner(worker),
        instance.clock,
        bell.event,
        schedules=schedules,
    )


def _in_flight(instance: Instance, kind: JobKind) -> JobKind:
    """Return the kind so that what goes for good waits until its jobs are over."""

    def run(run: JobRun) -> None:
        with instance.in_flight.work(instance.models.known()):
            kind.run(run)

    return replace(kind, run=run)


def channels_of(instance: Instance) -> tuple[Channel, ...]:
    """Return the ways by which an installation tells the outside something."""
    contexts = job_contexts(instance)
    return (
        MailChannel(instance, contexts),
        SmsChannel(instance, contexts),
        WebhookChannel(instance, contexts),
        Notices(instance, contexts),
    )


def build_rq_worker(instance: Instance, loop: WorkerLoop) -> RqWorker:
    """Return a worker that waits on Redis and lets the loop drain the table at each ring."""
    return RqWorker(instance.config.redis_url, loop.drain)


def job_contexts(instance: Instance) -> Callable[[Mapping[str, Any]], Context]:
    """Return what makes a job's context: who asked for it, with the rights that he has now."""

    def context_of(asker: Mapping[str, Any]) -> Context:
        language, zone = str(asker.get("language", "")), str(asker.get("zone", ""))
        if asker.get("kind") == "system":
            return instance.system_context(language)
        account = asker.get("account")
        if account is None:
            raise AccessError(Message("not_allowed"))
        with instance.store.read(instance.system_context()) as session:
            model = instance.models.current(session)
            principal, _ = principal_of(session, model, int(account), str(asker["kind"]))
        return instance.context(principal, language=language, zone=zone)

    return context_of
