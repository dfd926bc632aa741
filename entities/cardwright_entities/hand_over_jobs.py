"""The job that hands over what an employee has in hand, in batches, as one change set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk
from cardwright_entities.errors import CardwrightError, UnavailableError
from cardwright_entities.flows.approvals.passing_on import pass_on, pending_for
from cardwright_entities.flows.owners.estates import Estate, owner_of, place_fields
from cardwright_entities.flows.owners.handing_over import (
    APPROVALS,
    DISABLE,
    ENDED,
    SUCCESSOR,
    disabling_field,
)
from cardwright_entities.flows.owners.kinds import HAND_OVER
from cardwright_entities.jobs.kinds import JobKind
from cardwright_entities.jobs.runs import JobRun, JobStep
from cardwright_entities.people.people import People
from cardwright_entities.records.gate import Records
from cardwright_entities.records.history import open_change_set
from cardwright_entities.records.saving import SaveOptions
from cardwright_entities.store.sessions import Session

#: Records that are given away in one transaction.
BATCH = 100

DeskOf = Callable[[Session, Context], Desk]


def hand_over_kinds(desk_of: DeskOf) -> tuple[JobKind, ...]:
    """Return the kind of job that handing over needs."""
    return (JobKind(name=HAND_OVER, run=lambda run: hand_over(run, desk_of)),)


def hand_over(run: JobRun, desk_of: DeskOf) -> None:
    """Give away what was chosen with the rights of who asked, as they are now.

    A cursor says where it is: after a crash it goes on, and nothing is given twice.
    """
    asked = run.job.arguments
    if not run.progress.cursor:
        run.write(_begin)
    while not run.progress.cursor.get("over"):
        run.write(lambda step: _go_on(step, desk_of(step.session, run.context).records, asked))
    run.write(lambda step: _finish(step, desk_of(step.session, run.context).records, asked))


def _begin(step: JobStep) -> None:
    change_set = open_change_set(step.session, step.session.context, HAND_OVER)
    cursor = {"change_set": change_set, "at": 0, "after": 0, "refused": 0}
    step.advance(done=0, cursor=cursor)


def _go_on(step: JobStep, gate: Records, asked: Mapping[str, Any]) -> None:
    """Give away one batch, or go to the next entity."""
    cursor, names = dict(step.progress.cursor), list(asked["entities"])
    if cursor["at"] >= len(names):
        step.advance(cursor={**cursor, "over": True})
        return
    estate, name = Estate(gate, int(asked["employee"])), names[cursor["at"]]
    entity = next((each for each in estate.entities() if each.name == name), None)
    found = (
        []
        if entity is None
        else estate.records(entity, ended=asked[ENDED], after=cursor["after"], most=BATCH)
    )
    if not found:
        step.advance(cursor={**cursor, "at": cursor["at"] + 1, "after": 0})
        return
    raw = {"owner": owner_of(gate, _successor(asked, name))}
    given = _change(gate, name, found, raw, cursor["change_set"])
    cursor = {**cursor, "after": found[-1], "refused": cursor["refused"] + len(found) - given}
    step.advance(done=(step.progress.done or 0) + given, cursor=cursor)


def _finish(step: JobStep, gate: Records, asked: Mapping[str, Any]) -> None:
    """Put the successor where the employee stood, disable his account, and tell the numbers."""
    cursor, done = step.progress.cursor, step.progress.done or 0
    estate = Estate(gate, int(asked["employee"]))
    for entity, field in place_fields(gate):
        if entity.name in asked["places"]:
            records = estate.standing_in(entity, field)
            raw = {field.name: int(asked[SUCCESSOR])}
            done += _change(gate, entity.name, records, raw, cursor["change_set"])
    refused = cursor["refused"]
    if asked.get(APPROVALS):
        for pending in list(pending_for(gate, estate.employee)):
            passed = pass_on(gate, pending, _successor(asked, APPROVALS))
            done, refused = done + passed, refused + (not passed)
    if asked[DISABLE]:
        account = People(gate.session, gate.model).account_of(estate.employee)
        user = disabling_field(gate)
        if account is not None and user is not None:
            _change(gate, user[0], [account], {user[1]: False}, cursor["change_set"])
    told = {"handed": done, "refused": refused, "change_set": cursor["change_set"]}
    step.complete(told)


def _successor(asked: Mapping[str, Any], kind: str) -> int:
    """Return who takes over one kind: he who was chosen for it, else the one for all."""
    return int(asked.get("successors", {}).get(kind) or asked[SUCCESSOR])


def _change(
    gate: Records, entity: str, records: list[int], raw: dict[str, Any], change_set: int
) -> int:
    """Change records, each by itself; return how many were."""
    options = SaveOptions(kind=HAND_OVER, change_set=change_set, merge=True)
    done = 0
    for record in records:
        try:
            with gate.session.savepoint():
                gate.update(entity, record, raw, None, options)
        except UnavailableError:
            raise  # the whole step is tried again
        except CardwrightError:
            continue
        done += 1
    return done
