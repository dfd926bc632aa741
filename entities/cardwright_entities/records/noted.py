"""Whether the log tells of every change set: one row for each, and none of what never was.

A rule that changed nothing has a change set, to which its run refers, and no row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import and_, exists, not_, select

from cardwright_entities.audit.chain import Broken, Seal, Verified, noted_sets, verify
from cardwright_entities.audit.kinds import RULE
from cardwright_entities.store.platform_tables import cw_change, cw_change_set
from cardwright_entities.store.sessions import Session

_AT_ONCE = 2_000


def verify_log(session: Session, expected: Seal | None = None) -> Verified:
    """Check the chain of the log, then its rows against the change sets; see ``chain.verify``."""
    found = verify(session, expected)
    if found.broken is not None:
        return found
    return replace(found, broken=_compare(session, found.removed_before))


def _compare(session: Session, before: datetime | None) -> Broken | None:
    """Walk along change sets and the rows that tell of them, both in their order."""
    noted = noted_sets(session)
    told = next(noted, None)
    if told is None:
        return None
    for change_set, at, idle in _sets_from(session, told):
        if told is not None and told < change_set:
            return Broken(row=told, why="no_change_set")
        if told == change_set:
            told = next(noted, None)
        elif not idle and (before is None or at >= before):
            return Broken(row=change_set, why="not_noted")
    return None if told is None else Broken(row=told, why="no_change_set")


def _sets_from(session: Session, first: int) -> Iterator[tuple[int, datetime, bool]]:
    """Yield change sets with their moment, and whether they are of a rule and changed nothing."""
    sets, last = cw_change_set.c, first - 1
    changes = exists().where(cw_change.c.change_set == sets.id)
    idle = and_(sets.kind == RULE, not_(changes))
    while True:
        statement = select(sets.id, sets.at, idle).where(sets.id > last)
        found = session.rows(statement.order_by(sets.id).limit(_AT_ONCE))
        for last, at, nothing in found:
            yield last, at, bool(nothing)
        if len(found) < _AT_ONCE:
            return
