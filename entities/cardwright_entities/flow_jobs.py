"""The jobs that documents in flow leave behind: one list for workers and for scenarios."""

from __future__ import annotations

from collections.abc import Callable

from cardwright_entities.approval_jobs import SCHEDULES as OF_APPROVALS
from cardwright_entities.approval_jobs import approval_kinds
from cardwright_entities.bin_jobs import SCHEDULES as OF_THE_BIN
from cardwright_entities.bin_jobs import bin_kinds
from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk
from cardwright_entities.hand_over_jobs import hand_over_kinds
from cardwright_entities.jobs.kinds import JobKind, Schedule
from cardwright_entities.rule_jobs import SCHEDULES as OF_RULES
from cardwright_entities.rule_jobs import rule_kinds
from cardwright_entities.store.sessions import Session
from cardwright_entities.timing_jobs import SCHEDULES as OF_TIMING
from cardwright_entities.timing_jobs import timing_kinds

SCHEDULES: tuple[Schedule, ...] = (*OF_RULES, *OF_APPROVALS, *OF_TIMING, *OF_THE_BIN)


def flow_kinds(desk_of: Callable[[Session, Context], Desk]) -> tuple[JobKind, ...]:
    """Return the kinds of jobs that rules, approvals, deadlines, recurrences, the bin need."""
    return (
        *rule_kinds(desk_of),
        *approval_kinds(desk_of),
        *timing_kinds(desk_of),
        *hand_over_kinds(desk_of),
        *bin_kinds(desk_of),
    )
