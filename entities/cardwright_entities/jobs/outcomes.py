"""What a job has to say of single rows: refused, warned, or waiting for a second pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, func, insert, select

from cardwright_entities.errors import Message
from cardwright_entities.store.platform_tables import cw_job_row
from cardwright_entities.store.sessions import Session

REJECTED, WARNED, LATER = "rejected", "warned", "later"


@dataclass(frozen=True)
class RowOutcome:
    """One row of the file by its number; messages by the path of the field they are about."""

    row: int
    outcome: str
    messages: Mapping[str, Sequence[Message]] = field(default_factory=dict)
    record: int | None = None


def write_outcomes(session: Session, job: int, outcomes: Sequence[RowOutcome]) -> None:
    """Keep what is said of rows of a job."""
    if outcomes:
        rows = [
            {
                "job": job,
                "row": each.row,
                "outcome": each.outcome,
                "record": each.record,
                "problems": _written(each.messages),
            }
            for each in outcomes
        ]
        session.execute(insert(cw_job_row), rows)


def read_outcomes(
    session: Session,
    job: int,
    outcomes: Sequence[str] = (REJECTED, WARNED),
    *,
    after: int = 0,
    limit: int = 200,
) -> list[RowOutcome]:
    """Return what is said of rows behind row ``after``, in the order of the file."""
    query = (
        select(cw_job_row.c.row, cw_job_row.c.outcome, cw_job_row.c.problems, cw_job_row.c.record)
        .where(
            cw_job_row.c.job == job,
            cw_job_row.c.row > after,
            cw_job_row.c.outcome.in_(list(outcomes)),
        )
        .order_by(cw_job_row.c.row)
        .limit(limit)
    )
    return [RowOutcome(row[0], row[1], _read(row[2]), row[3]) for row in session.rows(query)]


def replace_outcomes(
    session: Session, job: int, rows: Sequence[int], outcomes: Sequence[RowOutcome]
) -> None:
    """Say something else, or nothing more, of some rows."""
    if rows:
        session.execute(
            delete(cw_job_row).where(cw_job_row.c.job == job, cw_job_row.c.row.in_(list(rows)))
        )
    write_outcomes(session, job, outcomes)


def forget_outcomes(session: Session, job: int) -> None:
    """Say nothing more of any row of a job."""
    session.execute(delete(cw_job_row).where(cw_job_row.c.job == job))


def count_outcomes(session: Session, job: int) -> dict[str, int]:
    """Return how many rows of a job there are by outcome."""
    rows = session.rows(
        select(cw_job_row.c.outcome, func.count())
        .where(cw_job_row.c.job == job)
        .group_by(cw_job_row.c.outcome)
    )
    return {row[0]: row[1] for row in rows}


def _written(messages: Mapping[str, Sequence[Message]]) -> list[list[Any]]:
    return [
        [path, each.code, dict(each.params)] for path, said in messages.items() for each in said
    ]


def _read(problems: Sequence[Sequence[Any]]) -> dict[str, list[Message]]:
    messages: dict[str, list[Message]] = {}
    for path, code, params in problems:
        messages.setdefault(path, []).append(Message(code, tuple(params.items())))
    return messages
