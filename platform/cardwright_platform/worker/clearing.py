"""Data clearing in the background: a backup first, then entity by entity, then what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from cardwright_entities.accounts.accounts import names_of_accounts
from cardwright_entities.audit.kinds import BACKED_UP, CLEARED
from cardwright_entities.audit.noting import note
from cardwright_entities.backups.shelf import BY_HAND, check_space, notes_of
from cardwright_entities.engine import Desk
from cardwright_entities.errors import ConflictError, Message
from cardwright_entities.jobs.kinds import JobKind
from cardwright_entities.jobs.runs import JobRun, JobStep
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.records.clearing import (
    begin_numbers_anew,
    chosen_of,
    clear_batch,
    content_of,
    hanging_on,
    untie,
    values_behind,
)
from cardwright_entities.store.sessions import Session
from cardwright_platform.backing_up import back_up, shelf_of
from cardwright_platform.instance import Instance

CLEAR_DATA = "clear_data"
#: A backup of millions of records, and their removal, take their time.
_LONGEST = timedelta(hours=12)


def clearing_kinds(instance: Instance) -> tuple[JobKind, ...]:
    """Return the kind of job that empties entities."""
    return (
        JobKind(
            name=CLEAR_DATA,
            run=lambda run: _clear(run, instance),
            attempts=2,
            time_limit=_LONGEST,
            at_once=1,
        ),
    )


def ask_for_clearing(
    instance: Instance, desk: Desk, names: tuple[str, ...], *, numbers: bool
) -> int:
    """Enqueue the emptying of entities; raise ConflictError while something hangs on them."""
    chosen = chosen_of(desk.records, names)
    if hanging_on(desk.records, chosen):
        raise ConflictError(Message("clear_held"))
    arguments = {"entities": [each.name for each in chosen], "numbers": numbers}
    return instance.jobs.enqueue(desk.session, CLEAR_DATA, arguments)


def _clear(run: JobRun, instance: Instance) -> None:
    """Do what is left to be done: each step notes how far it is, with what it did."""
    asked = run.job.arguments
    if not run.progress.cursor:
        _begin(run, instance, asked)
    while not run.progress.cursor.get("over"):
        run.write(lambda step: _go_on(step, _desk(run, instance, step.session), asked))
    with instance.engine.read(run.context) as desk:
        places = values_behind(desk.model, _chosen(desk, asked))
    instance.engine.repair_values(instance.system_context(), places)
    run.write(lambda step: _finish(step, _desk(run, instance, step.session), asked))


def _begin(run: JobRun, instance: Instance, asked: Mapping[str, Any]) -> None:
    with instance.engine.read(run.context) as desk:
        chosen = _chosen(desk, asked)
        if hanging_on(desk.records, chosen):
            raise ConflictError(Message("clear_held"))
        found = [content_of(desk.records, each) for each in chosen]
        account = run.context.principal.account
        by = names_of_accounts(desk.session, [account]).get(account, "") if account else ""
    backup = _back_up(run, instance, by)
    total = sum(each.living + each.deleted for each in found)

    def begun(step: JobStep) -> None:
        note(step.session, BACKED_UP, target=backup)
        step.advance(done=0, total=total, cursor={"at": 0, "untied": False, "backup": backup})

    run.write(begun)


def _back_up(run: JobRun, instance: Instance, by: str) -> str:
    """Make the backup that brings back what goes now; return its name."""
    shelf = shelf_of(instance)
    path = shelf.place(replace(run.context, zone=instance.system_context().zone))
    check_space(instance.store, instance.system_context(), shelf)
    manifest = back_up(instance, path, lambda done, total: run.write(lambda step: None))
    shelf.note(path.name, notes_of(manifest, by=by, how=BY_HAND))
    return path.name


def _go_on(step: JobStep, desk: Desk, asked: Mapping[str, Any]) -> None:
    """Untie one entity, let a batch of it go, or turn to the next one."""
    cursor, chosen = dict(step.progress.cursor), _chosen(desk, asked)
    if cursor["at"] >= len(chosen):
        step.advance(cursor={**cursor, "over": True})
        return
    entity = chosen[cursor["at"]]
    if not cursor["untied"]:
        untie(desk.records, entity, chosen)
        step.advance(cursor={**cursor, "untied": True})
        return
    gone = clear_batch(desk.records, entity)
    if not gone:
        cursor = {**cursor, "at": cursor["at"] + 1, "untied": False}
    step.advance(done=(step.progress.done or 0) + gone, cursor=cursor)


def _finish(step: JobStep, desk: Desk, asked: Mapping[str, Any]) -> None:
    chosen = _chosen(desk, asked)
    if asked["numbers"]:
        begin_numbers_anew(desk.records, chosen)
    done, backup = step.progress.done or 0, str(step.progress.cursor["backup"])
    detail = {"objects": [each.name for each in chosen], "numbers": bool(asked["numbers"])}
    note(step.session, CLEARED, target=backup, records=done, detail=detail)
    step.complete({"cleared": done, "backup": backup})


def _chosen(desk: Desk, asked: Mapping[str, Any]) -> list[EntityModel]:
    return chosen_of(desk.records, list(asked["entities"]))


def _desk(run: JobRun, instance: Instance, session: Session) -> Desk:
    return instance.engine.desk(session, run.context)
