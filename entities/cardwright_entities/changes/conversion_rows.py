"""What is kept of values on the move: progress, records to look at again, values that failed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update

from cardwright_entities.errors import Message
from cardwright_entities.store.change_tables import cw_conversion, cw_conversion_row, cw_reject
from cardwright_entities.store.sessions import Session


@dataclass(frozen=True)
class Progress:
    """How far a conversion is: the last record's id, and how many values were converted."""

    position: int = 0
    converted: int = 0


@dataclass(frozen=True)
class Reject:
    """A value that did not convert: its record, why, and the retired field that keeps it."""

    entity: str
    field: str
    kept_in: str
    record: int
    message: Message


def read_progress(session: Session, target: str) -> Progress:
    """Return how far a conversion is, nothing done for one that has not begun."""
    held = cw_conversion.c
    row = session.row(select(held.position, held.converted).where(held.target == target))
    return Progress(row.position, row.converted) if row else Progress()


def write_progress(session: Session, target: str, commit: int, progress: Progress) -> None:
    """Store how far a conversion is."""
    values = {"position": progress.position, "converted": progress.converted}
    held = update(cw_conversion).where(cw_conversion.c.target == target).values(values)
    if not session.execute(held).rowcount:
        session.execute(insert(cw_conversion).values(target=target, commit=commit, **values))


def touched(session: Session, target: str, limit: int) -> tuple[list[int], list[int]]:
    """Return notes of records written meanwhile, oldest first, and the records."""
    note = cw_conversion_row.c
    rows = session.rows(
        select(note.id, note.record).where(note.target == target).order_by(note.id).limit(limit)
    )
    return [int(row.id) for row in rows], sorted({int(row.record) for row in rows})


def forget_touched(session: Session, notes: Sequence[int]) -> None:
    """Delete notes of records that were looked at again."""
    if notes:
        session.execute(delete(cw_conversion_row).where(cw_conversion_row.c.id.in_(notes)))


def write_rejects(
    session: Session, target: str, commit: int, looked_at: Sequence[int], found: Iterable[Reject]
) -> None:
    """Store which of the records that were looked at have values that do not convert."""
    held = cw_reject.c
    for start in range(0, len(looked_at), 500):
        some = looked_at[start : start + 500]
        session.execute(delete(cw_reject).where(held.target == target, held.record.in_(some)))
    rows = [
        {
            "target": target,
            "record": each.record,
            "commit": commit,
            "entity": each.entity,
            "field": each.field,
            "kept_in": each.kept_in,
            "code": each.message.code,
            "params": dict(each.message.params),
        }
        for each in found
    ]
    if rows:
        session.execute(insert(cw_reject), rows)


def count_rejects(session: Session, commit: int) -> int:
    """Return how many values of a commit did not convert."""
    counted = select(func.count()).select_from(cw_reject).where(cw_reject.c.commit == commit)
    return int(session.scalar(counted))


def list_rejects(session: Session, commit: int, *, limit: int = 100) -> tuple[Reject, ...]:
    """Return values of a commit that did not convert, by field and record."""
    held = cw_reject.c
    rows = session.rows(
        select(held.entity, held.field, held.kept_in, held.record, held.code, held.params)
        .where(held.commit == commit)
        .order_by(held.target, held.record)
        .limit(limit)
    )
    return tuple(
        Reject(row.entity, row.field, row.kept_in, row.record, Message.of(row.code, **row.params))
        for row in rows
    )


def forget_conversions(session: Session, commit: int) -> None:
    """Delete everything that is kept of the conversions of a commit that was taken back."""
    targets = [
        target
        for (target,) in session.rows(
            select(cw_conversion.c.target).where(cw_conversion.c.commit == commit)
        )
    ]
    if targets:
        session.execute(delete(cw_conversion_row).where(cw_conversion_row.c.target.in_(targets)))
    session.execute(delete(cw_reject).where(cw_reject.c.commit == commit))
    session.execute(delete(cw_conversion).where(cw_conversion.c.commit == commit))
