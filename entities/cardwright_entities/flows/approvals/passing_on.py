"""Questions of running approvals that wait for one who leaves, asked of his successor instead."""

from __future__ import annotations

from collections.abc import Iterator

from cardwright_entities.errors import Message
from cardwright_entities.flows.approvals.going import Way
from cardwright_entities.flows.approvals.kept import (
    HANDED_ON,
    OPEN,
    WAITING,
    Kept,
    Task,
    add_task,
    change_tasks,
    pending_of,
)
from cardwright_entities.people.people import People
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.records.gate import Records
from cardwright_entities.records.kept import lock_rows

#: A question with the approval that it belongs to.
Pending = tuple[Task, Kept]


def pending_for(gate: Records, employee: int) -> Iterator[Pending]:
    """Yield what waits for an employee, now or later, about records that the principal reads."""
    account = People(gate.session, gate.model).account_of(employee)
    found = [] if account is None else pending_of(gate.session, account)
    for task, kept in found:
        entity = gate.model.by_id(kept.entity)
        if entity is None or not gate.policy.may(gate.context.principal, entity.name, "read"):
            continue
        gate.reading.decided.add(entity.name)
        seen = rows_condition(gate.reading, entity, entity.table)
        if gate.loader.records(entity, [kept.record], condition=seen):
            yield task, kept


def pass_on(gate: Records, pending: Pending, successor: int) -> bool:
    """Ask the successor in his place; return whether he may be asked.

    He needs an account with which he reads the record, and does not decide about what he himself
    has submitted where the approval leaves its applicant out. Who is asked in the step already is
    asked once.
    """
    task, kept = pending
    system = gate.beyond_rights()
    entity = system.model.by_id(kept.entity)
    account = People(gate.session, gate.model).account_of(successor)
    if entity is None or account is None:
        return False
    lock_rows(gate.session, entity, [kept.record])
    way = Way.of(system, entity, kept)
    waiting = [each for each in way.tasks(task.step) if each.state in (OPEN, WAITING)]
    own = next((each for each in waiting if each.id == task.id), None)
    if own is None or not way.asking().may_read(account):
        return False
    if way.definition.skips_applicant and kept.account == account:
        return False
    context = gate.context
    noted = {"decided_at": context.now, "decided_by": context.principal.account}
    change_tasks(gate.session, [own.id], {"state": HANDED_ON, **noted})
    if any(each.account == account for each in waiting):
        return True
    asked = {"employee": successor, "account": account, "state": own.state}
    add_task(
        gate.session, kept.id, own.step, {**asked, "position": own.position, "added": own.added}
    )
    if own.state == OPEN:
        way.tell([account], Message("approval_asked"))
    return True
