"""Backups in the background: taken, tried, and looked after by the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from cardwright_entities.access.features import BACK_UP
from cardwright_entities.accounts.accounts import list_accounts, names_of_accounts
from cardwright_entities.accounts.acting import principal_of
from cardwright_entities.audit.kinds import BACKED_UP
from cardwright_entities.audit.noting import note
from cardwright_entities.backups.errors import BackupError
from cardwright_entities.backups.schedules import SETTINGS, read_schedule
from cardwright_entities.backups.shelf import BY_CLOCK, BY_HAND, check_space, notes_of
from cardwright_entities.backups.taking import Told
from cardwright_entities.engine import Desk
from cardwright_entities.errors import AccessError, Message
from cardwright_entities.jobs.kinds import JobKind, Schedule
from cardwright_entities.jobs.queue import FAILED, Job
from cardwright_entities.jobs.runs import JobRun, JobStep
from cardwright_entities.notifications import Notice, notify
from cardwright_entities.settings import read_settings, settings_changed_at
from cardwright_entities.store.sessions import Session
from cardwright_platform.backing_up import back_up, shelf_of, try_backup
from cardwright_platform.instance import Instance

TAKE, VERIFY, _LOOK = "take_backup", "verify_backup", "look_at_backups"
BACKUP_SCHEDULES = (Schedule(kind=_LOOK, every=timedelta(minutes=5)),)
#: A database of millions of records takes its time, and the disk may be slow.
_LONGEST = timedelta(hours=12)


def backup_kinds(instance: Instance) -> tuple[JobKind, ...]:
    """Return the kinds of jobs that make backups, try them, and ask for what is due."""
    return (
        JobKind(
            name=TAKE,
            run=lambda run: _take(run, instance),
            attempts=2,
            time_limit=_LONGEST,
            at_once=1,
        ),
        JobKind(
            name=VERIFY,
            run=lambda run: _verify(run, instance),
            attempts=2,
            time_limit=_LONGEST,
            at_once=1,
        ),
        JobKind(name=_LOOK, run=lambda run: _look(run, instance), at_once=1),
    )


def ask_for_backup(instance: Instance, session: Session) -> int:
    """Enqueue a backup for somebody who wants one now."""
    return instance.jobs.enqueue(session, TAKE, {"how": BY_HAND})


def ask_for_trial(instance: Instance, session: Session, name: str) -> int:
    """Enqueue the trial of a backup."""
    return instance.jobs.enqueue(session, VERIFY, {"name": name})


def _take(run: JobRun, instance: Instance) -> None:
    how = str(run.job.arguments.get("how", BY_HAND))
    with instance.engine.read(run.context) as desk:
        _check_right(desk)
        account = run.context.principal.account
        by = names_of_accounts(desk.session, [account]).get(account, "") if account else ""
        schedule = read_schedule(read_settings(desk.session, desk.model))
    shelf = shelf_of(instance)
    path = shelf.place(replace(run.context, zone=instance.system_context().zone))
    check_space(instance.store, instance.system_context(), shelf)
    manifest = back_up(instance, path, _telling(run))
    shelf.note(path.name, notes_of(manifest, by=by, how=how))
    if how == BY_CLOCK:
        shelf.keep_last(schedule.keep)

    def complete(step: JobStep) -> None:
        if how == BY_CLOCK and schedule.verify:
            instance.jobs.enqueue(step.session, VERIFY, {"name": path.name, "how": how})
        note(step.session, BACKED_UP, target=path.name)
        step.complete({"name": path.name, "rows": manifest.rows})

    run.write(complete)


def _verify(run: JobRun, instance: Instance) -> None:
    with instance.engine.read(run.context) as desk:
        _check_right(desk)
    name = str(run.job.arguments["name"])
    shelf = shelf_of(instance)
    problem: Message | None = None
    try:
        try_backup(instance, shelf.path(name), _telling(run))
    except BackupError as error:
        problem = error.message
    told = _written(problem) if problem is not None else {}
    found = shelf.find(name)
    if found.readable:
        at = run.context.now.isoformat()
        notes = replace(found.notes, verified=problem is None, verified_at=at, problem=told)
        shelf.note(name, notes)
    if problem is not None:
        raise BackupError(problem)
    run.write(lambda step: step.complete({"name": name}))


def _look(run: JobRun, instance: Instance) -> None:
    """Ask for the backup that is due, and tell who looks after them of one that failed."""
    context = instance.system_context()
    with instance.engine.read(context) as desk:
        schedule = read_schedule(read_settings(desk.session, desk.model))
        due = schedule.last_due(context.now, context.zone)
        since = settings_changed_at(desk.session, SETTINGS)
        failed = _failed(instance, desk.session)
        keepers = _keepers(desk) if failed else []
    # What was due before somebody asked for it is not made up for.
    wanted = due is not None and (since is None or due >= since)

    def work(step: JobStep) -> None:
        if wanted:
            key = f"backup/{due:%Y-%m-%dT%H:%M%z}"
            instance.jobs.enqueue(step.session, TAKE, {"how": BY_CLOCK}, key=key)
        for job in failed:
            at = job.created_at.astimezone(context.zone)
            message = Message.of("backup_by_clock_failed", at=f"{at:%Y-%m-%d %H:%M}")
            notice = Notice(kind="job", message=message, key=f"backup/{job.id}")
            notify(step.session, keepers, notice)
        step.complete()

    run.write(work)


def _failed(instance: Instance, session: Session) -> list[Job]:
    """Return the newest backup and trial by the clock, if they were given up."""
    latest = [instance.jobs.latest(session, kind) for kind in (TAKE, VERIFY)]
    return [
        job
        for job in latest
        if job is not None and job.state == FAILED and job.arguments.get("how") == BY_CLOCK
    ]


def _keepers(desk: Desk) -> list[int]:
    """Return the accounts that may make backups and are told of what failed."""
    found = []
    for account in list_accounts(desk.session):
        if account.disabled_at is None:
            principal, _ = principal_of(desk.session, desk.model, account.id)
            if desk.policy.has_feature(principal, BACK_UP):
                found.append(account.id)
    return found


def _telling(run: JobRun) -> Told:
    """Return what notes on the job how far it is; a cancelled job ends there."""
    return lambda done, total: run.write(lambda step: step.advance(done=done, total=total))


def _check_right(desk: Desk) -> None:
    # Rights as they are now, not as they were when it was asked for.
    principal = desk.context.principal
    if not principal.is_system and not desk.policy.has_feature(principal, BACK_UP):
        raise AccessError(Message("forbidden"))


def _written(message: Message) -> Mapping[str, Any]:
    return {"code": message.code, "params": {name: str(value) for name, value in message.params}}
