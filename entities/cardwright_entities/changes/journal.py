"""The journal of an apply: each step's state changes in the same transaction as its work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, insert, select, update

from cardwright_entities.changes.identities import Identity
from cardwright_entities.changes.steps import Step
from cardwright_entities.store.platform_tables import cw_journal
from cardwright_entities.store.sessions import Session

PLANNED = "planned"  #: not done yet
APPLIED = "applied"  #: done, but not in use
ACTIVE = "active"  #: in use
UNDONE = "undone"  #: taken back, because a later step could not be done


@dataclass(frozen=True)
class Entry:
    """One step of one commit, with its state."""

    commit: int
    number: int
    step: Step
    state: str


def write_plan(
    session: Session,
    commit: int,
    steps: Sequence[Step],
    *,
    new: Sequence[Identity],
    changed: Sequence[Identity],
) -> None:
    """Write all steps as planned; the first entry is publishing, with the identities it records."""
    publish = {
        "kind": "publish",
        "new": [asdict(each) for each in new],
        "changed": [asdict(each) for each in changed],
    }
    bodies = [publish, *(step.to_json() for step in steps)]
    session.execute(
        insert(cw_journal),
        [
            {
                "commit": commit,
                "step": number,
                "kind": body["kind"],
                "target": body.get("target", ""),
                "body": body,
                "state": PLANNED,
                "at": session.context.now,
            }
            for number, body in enumerate(bodies)
        ],
    )


def identities_of(
    session: Session, commit: int
) -> tuple[tuple[Identity, ...], tuple[Identity, ...]]:
    """Return the new and the changed identities that a commit records when it is published."""
    journal = cw_journal.c
    body: dict[str, list[dict[str, Any]]] = session.scalar(
        select(journal.body).where(journal.commit == commit, journal.step == 0)
    )
    new, changed = body["new"], body["changed"]
    return tuple(Identity(**each) for each in new), tuple(Identity(**each) for each in changed)


def newest(session: Session) -> int:
    """Return the highest number that a commit ever had."""
    return int(session.scalar(select(func.max(cw_journal.c.commit))) or 0)


def mark(session: Session, commit: int, state: str, *, step: int | None = None) -> None:
    """Set the state of one step, or of all steps of a commit that are not undone."""
    statement = (
        update(cw_journal)
        .where(cw_journal.c.commit == commit, cw_journal.c.state != UNDONE)
        .values(state=state, at=session.context.now)
    )
    if step is not None:
        statement = statement.where(cw_journal.c.step == step)
    session.execute(statement)


def mark_published(session: Session, commit: int) -> None:
    """Set everything that was done so far active; what contracts stays planned."""
    session.execute(
        update(cw_journal)
        .where(
            cw_journal.c.commit == commit,
            (cw_journal.c.state == APPLIED) | (cw_journal.c.step == 0),
        )
        .values(state=ACTIVE, at=session.context.now)
    )


def entries_of(session: Session, commit: int) -> tuple[Entry, ...]:
    """Return the entries of one commit in order."""
    journal = cw_journal.c
    rows = session.rows(
        select(journal.commit, journal.step, journal.body, journal.state)
        .where(journal.commit == commit)
        .order_by(journal.step)
    )
    return tuple(
        Entry(number, step, Step.from_json(body), state) for number, step, body, state in rows
    )


def unfinished(session: Session) -> tuple[int, ...]:
    """Return the commits that have something left to do, oldest first."""
    journal = cw_journal.c
    rows = session.rows(
        select(journal.commit)
        .where(journal.state.in_((PLANNED, APPLIED)))
        .distinct()
        .order_by(journal.commit)
    )
    return tuple(number for (number,) in rows)
