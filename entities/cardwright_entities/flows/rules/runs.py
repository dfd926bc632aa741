"""What rules did: one row a run, by which also a thing that is due is done once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from cardwright_entities.store.sessions import Session
from cardwright_entities.store.telling_tables import cw_rule_run

DONE, FAILED, LOOP = "done", "failed", "loop"

#: How long runs are remembered.
KEPT = timedelta(days=180)


@dataclass(frozen=True)
class RuleRun:
    """One run of a rule on a record."""

    id: int
    rule: str
    record: int
    at: datetime
    state: str
    change_set: int | None
    problem: Mapping[str, Any] | None


def note_run(
    session: Session,
    rule: str,
    record: int,
    state: str,
    *,
    key: str = "",
    change_set: int | None = None,
    problem: Mapping[str, object] | None = None,
) -> None:
    """Note one run; a key that is noted already keeps what became of it first."""
    row = {
        "rule": rule,
        "record": record,
        "at": session.context.now,
        "state": state,
        "key": key or None,
        "change_set": change_set,
        "problem": dict(problem) if problem else None,
    }
    if not key:
        session.execute(insert(cw_rule_run).values(**row))
        return
    into = postgresql.insert if session.dialect == "postgresql" else sqlite.insert
    keys = [cw_rule_run.c.rule, cw_rule_run.c.record, cw_rule_run.c.key]
    session.execute(into(cw_rule_run).values(**row).on_conflict_do_nothing(index_elements=keys))


def runs_with_key(session: Session, rule: str, key: str, records: Sequence[int]) -> set[int]:
    """Return which of some records a rule has run on under a key."""
    statement = select(cw_rule_run.c.record).where(
        cw_rule_run.c.rule == rule,
        cw_rule_run.c.key == key,
        cw_rule_run.c.record.in_(list(records)),
    )
    return {row[0] for row in session.rows(statement)}


def read_runs(session: Session, rule: str, limit: int = 50) -> list[RuleRun]:
    """Return the newest runs of a rule."""
    table = cw_rule_run
    statement = (
        select(
            table.c.id,
            table.c.rule,
            table.c.record,
            table.c.at,
            table.c.state,
            table.c.change_set,
            table.c.problem,
        )
        .where(table.c.rule == rule)
        .order_by(table.c.id.desc())
        .limit(limit)
    )
    return [RuleRun(*row) for row in session.rows(statement)]


def newest_run(session: Session) -> int:
    """Return the id of the newest run of any rule; 0 before the first."""
    return int(session.scalar(select(func.max(cw_rule_run.c.id))) or 0)


def count_runs(session: Session, rule: str, after: int) -> int:
    """Count the runs of a rule after a run of any rule that went through."""
    table = cw_rule_run
    statement = select(func.count()).where(
        table.c.rule == rule, table.c.id > after, table.c.state == DONE
    )
    return int(session.scalar(statement))


def sweep_runs(session: Session) -> int:
    """Forget runs of long ago; return how many."""
    before = session.context.now - KEPT
    return int(session.execute(delete(cw_rule_run).where(cw_rule_run.c.at < before)).rowcount)
