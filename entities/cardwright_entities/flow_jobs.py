"""The jobs that documents in flow leave behind: one list for workers and for scenarios."""

from __future__ import annotations

from collections.abc import Callable

from cardwright_entities.approval_jobs import SCHEDULES as OF_APPROVALS
from cardwright_entities.approval_jobs import approval_kinds
from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk
from cardwright_entities.jobs.kinds import JobKind, Schedule
from cardwright_entities.rule_jobs import SCHEDULES as OF_RULES
from cardwright_entities.rule_jobs import rule_kinds
from cardwright_entities.store.sessions import Session

SCHEDULES: tuple[Schedule, ...] = (*OF_RULES, *OF_APPROVALS)


def flow_kinds(desk_of: Callable[[Session, Context], Desk]) -> tuple[JobKind, ...]:
    """Return the kinds of jobs that rules and approvals need."""
    return (*rule_kinds(desk_of), *approval_kinds(desk_of))
