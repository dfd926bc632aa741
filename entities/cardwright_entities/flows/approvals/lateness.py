"""Approvals that nobody answers: asked again, asked of the superior, or passed over."""

from __future__ import annotations

from datetime import datetime, timedelta

from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.flows.approvals.going import ADMINS, Way
from cardwright_entities.flows.approvals.kept import (
    AGREED,
    HANDED_ON,
    OPEN,
    RUNNING,
    VOID,
    Task,
    add_task,
    change_tasks,
    end_kept,
    find_kept,
)
from cardwright_entities.people.people import People
from cardwright_entities.records.gate import Records
from cardwright_entities.working_time import WorkingTime
from cardwright_metadata.definitions.approvals import LateDefinition

#: Employee and account of a question that anybody with the role admin may answer.
_WHOEVER_ADMINISTERS: tuple[int | None, int | None] = (None, None)


def look_after(gate: Records, number: int) -> int:
    """Do what is due in one running approval; return in how many questions something was done."""
    kept = find_kept(gate.session, number)
    entity = gate.model.by_id(kept.entity) if kept is not None else None
    if kept is None or entity is None:
        return 0
    try:
        gate.lock(entity, kept.record, "edit")
    except NotFoundError:
        end_kept(gate.session, number, VOID)
        return 0
    kept = find_kept(gate.session, number)
    if kept is None or kept.state != RUNNING:
        return 0
    way = Way.of(gate, entity, kept)
    done = sum(_look_at(way, each) for each in way.tasks() if each.state == OPEN)
    if done:
        way.advance()
    return done


def elapsed(start: datetime, end: datetime, hours: WorkingTime | None) -> timedelta:
    """Return how long it is since a moment, in the hours of a calendar if there is one."""
    return end - start if hours is None else hours.between(start, end)


def _look_at(way: Way, task: Task) -> bool:
    """Do what is due for one question."""
    context = way.gate.context
    if task.employee is not None and not _can_answer(way, task):
        _escalate(way, task)
        return True
    if task.asked_at is None:
        return False
    done = False
    for index, level in enumerate(way.definition.late):
        since = elapsed(task.asked_at, context.now, _hours(way) if level.working else None)
        if index < task.late or since < timedelta(hours=level.hours):
            continue
        change_tasks(way.gate.session, [task.id], {"late": index + 1})
        _act(way, task, level)
        done = True
        if level.do != "remind":
            break
    return done


def _hours(way: Way) -> WorkingTime:
    """Return the calendar of the record's organisation, or that of the company."""
    stored = way.gate.loader.record(way.entity, way.kept.record) or {}
    return way.gate.evaluator.calendars.of_organisation(stored.get("organisation"))


def _can_answer(way: Way, task: Task) -> bool:
    people = People(way.gate.session, way.gate.model)
    return people.account_of(task.employee or 0) == task.account


def _act(way: Way, task: Task, level: LateDefinition) -> None:
    if level.do == "remind":
        way.tell([task.account], Message("approval_late"), f"late {task.id} {level.hours}")
    elif level.do == "pass":
        passed = {"state": AGREED, "decided_at": way.gate.context.now}
        change_tasks(way.gate.session, [task.id], passed)
    elif task.account is not None:
        _escalate(way, task)


def _escalate(way: Way, task: Task) -> None:
    """Ask the superior instead, or administrators where there is none."""
    moved = {"state": HANDED_ON, "decided_at": way.gate.context.now}
    asking = way.asking()
    people = People(way.gate.session, way.gate.model)
    waiting = {each.account for each in way.tasks(task.step) if each.decided_at is None}
    above = asking.of_employees(people.superiors_of(task.employee or 0))
    others = {each: account for each, account in above.items() if account not in waiting}
    change_tasks(way.gate.session, [task.id], moved)
    if not others and waiting & set(above.values()):
        return  # the superior is asked in this step already: one question is enough
    employee, account = next(
        iter((others or asking.accounts(ADMINS)).items()), _WHOEVER_ADMINISTERS
    )
    values = {
        "employee": employee,
        "account": account,
        "state": OPEN,
        "position": task.position,
        "added": task.added,
    }
    add_task(way.gate.session, way.kept.id, task.step, values)
    way.tell([account], Message("approval_asked"))
