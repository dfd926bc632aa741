"""Approvals that run or ran, and who was asked: the only place that touches their tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import and_, insert, or_, select, update

from cardwright_entities.contexts import Principal
from cardwright_entities.store.approval_tables import cw_approval, cw_approval_task
from cardwright_entities.store.sessions import Session
from cardwright_metadata.definitions.approvals import ADMIN

#: States of an approval.
RUNNING, APPROVED, REJECTED, WITHDRAWN, REVOKED, VOID = (
    "running", "approved", "rejected", "withdrawn", "revoked", "void",
)  # fmt: skip

#: States of a task.
WAITING, OPEN, AGREED, REFUSED, RETURNED, HANDED_ON, SKIPPED, DROPPED = (
    "waiting", "open", "agreed", "rejected", "returned", "handed_on", "skipped", "dropped",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One submission of a record; ``flow`` is the definition as it was then."""

    id: int
    approval: str
    entity: str  #: id of the entity
    record: int
    state: str
    step: str
    origin: str
    account: int | None
    employee: int | None
    flow: Mapping[str, Any]
    began_at: datetime
    ended_at: datetime | None
    ended_by: int | None
    comment: str


@dataclass(frozen=True, kw_only=True)
class Task:
    """One person asked in one step; without an account whoever has the role admin."""

    id: int
    approval: int
    step: str
    position: int
    employee: int | None
    account: int | None
    state: str
    added: bool
    gone: bool
    late: int
    asked_at: datetime | None
    decided_at: datetime | None
    decided_by: int | None
    comment: str

    def is_of(self, principal: Principal) -> bool:
        """Tell whether somebody is the one who is asked."""
        if self.account is None:
            return self.employee is None and ADMIN in principal.roles
        return self.account == principal.account


_KEPT = [cw_approval.c[each.name] for each in fields(Kept)]
_TASK = [cw_approval_task.c[each.name] for each in fields(Task)]


def running_of(session: Session, entity: str, record: int) -> Kept | None:
    """Return the running approval of a record."""
    table = cw_approval
    wanted = (table.c.entity == entity, table.c.record == record, table.c.state == RUNNING)
    row = session.row(select(*_KEPT).where(*wanted))
    return None if row is None else _kept(row)


def find_kept(session: Session, number: int) -> Kept | None:
    """Return an approval by its number."""
    row = session.row(select(*_KEPT).where(cw_approval.c.id == number))
    return None if row is None else _kept(row)


def kept_of(session: Session, entity: str, record: int, limit: int) -> list[Kept]:
    """Return the approvals of a record, newest first."""
    table = cw_approval
    statement = select(*_KEPT).where(table.c.entity == entity, table.c.record == record)
    return [_kept(row) for row in session.rows(statement.order_by(table.c.id.desc()).limit(limit))]


def running_ids(session: Session) -> list[int]:
    """Return the numbers of all approvals that run."""
    statement = select(cw_approval.c.id).where(cw_approval.c.state == RUNNING)
    return [int(row[0]) for row in session.rows(statement.order_by(cw_approval.c.id))]


def add_kept(session: Session, values: Mapping[str, object]) -> int:
    """Note a submission; return its number."""
    given = {"step": "", "comment": "", "began_at": session.context.now, **values}
    statement = insert(cw_approval).values(**given).returning(cw_approval.c.id)
    return int(session.scalar(statement))


def change_kept(session: Session, number: int, values: Mapping[str, object]) -> None:
    """Note how an approval goes on."""
    session.execute(update(cw_approval).where(cw_approval.c.id == number).values(**values))


def end_kept(session: Session, number: int, state: str, comment: str = "") -> None:
    """End an approval; whoever is still asked in it is asked no more."""
    ended = {
        "state": state,
        "ended_at": session.context.now,
        "ended_by": session.context.principal.account,
        "comment": comment,
    }
    change_kept(session, number, ended)
    table = cw_approval_task
    asked = and_(table.c.approval == number, table.c.state.in_((OPEN, WAITING)))
    session.execute(update(table).where(asked).values(state=DROPPED))


def tasks_of(session: Session, number: int) -> list[Task]:
    """Return who was asked in an approval, in order."""
    table = cw_approval_task
    statement = select(*_TASK).where(table.c.approval == number).order_by(table.c.id)
    return [_task(row) for row in session.rows(statement)]


def add_task(session: Session, number: int, step: str, values: Mapping[str, object]) -> None:
    """Ask somebody, or note that he need not be asked."""
    given = {
        "approval": number,
        "step": step,
        "position": 0,
        "added": False,
        "gone": False,
        "late": 0,
        "comment": "",
        "asked_at": session.context.now if values.get("state") == OPEN else None,
        **values,
    }
    session.execute(insert(cw_approval_task).values(**given))


def change_tasks(session: Session, ids: Sequence[int], values: Mapping[str, object]) -> None:
    """Note what became of some questions."""
    table = cw_approval_task
    session.execute(update(table).where(table.c.id.in_(list(ids))).values(**values))


def asked_of(session: Session, principal: Principal, limit: int) -> list[tuple[Task, Kept]]:
    """Return what waits for somebody, the oldest first."""
    table = cw_approval_task
    own = table.c.account == principal.account
    if ADMIN in principal.roles:
        own = or_(own, and_(table.c.account.is_(None), table.c.employee.is_(None)))
    joined = table.join(cw_approval, cw_approval.c.id == table.c.approval)
    statement = (
        select(*_TASK, *_KEPT)
        .select_from(joined)
        .where(own, table.c.state == OPEN, cw_approval.c.state == RUNNING)
        .order_by(table.c.id)
        .limit(limit)
    )
    rows = session.rows(statement)
    return [(_task(row[: len(_TASK)]), _kept(row[len(_TASK) :])) for row in rows]


def pending_of(session: Session, account: int) -> list[tuple[Task, Kept]]:
    """Return what an account is asked in approvals that run, now or when its turn comes."""
    table = cw_approval_task
    statement = (
        select(*_TASK, *_KEPT)
        .select_from(table.join(cw_approval, cw_approval.c.id == table.c.approval))
        .where(
            table.c.account == account,
            table.c.state.in_((OPEN, WAITING)),
            table.c.gone.is_(False),
            cw_approval.c.state == RUNNING,
        )
        .order_by(table.c.id)
    )
    rows = session.rows(statement)
    return [(_task(row[: len(_TASK)]), _kept(row[len(_TASK) :])) for row in rows]


def _kept(row: Sequence[Any]) -> Kept:
    return Kept(**dict(zip((each.name for each in fields(Kept)), row, strict=True)))


def _task(row: Sequence[Any]) -> Task:
    return Task(**dict(zip((each.name for each in fields(Task)), row, strict=True)))
