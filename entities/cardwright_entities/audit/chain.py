"""Seals what was noted: each row hashed with the seal before it, so that each stands for all.

Whoever writes does not wait for this: rows come in any order, and a short job seals them when they
are there. A row that turns up among rows that were sealed long ago did not come from here, and is
never sealed. What becomes of the chain is found out by ``verify``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select

from cardwright_entities.errors import InputError, Message
from cardwright_entities.store.audit_tables import cw_audit, cw_audit_anchor, cw_audit_seal
from cardwright_entities.store.sessions import Session

#: A transaction is over by then: rows that come later among those before were put there by hand.
SETTLED = timedelta(hours=1)
_AT_ONCE = 2_000
#: Key of PostgreSQL's advisory lock of who seals.
_SEALING = 7_226_002


@dataclass(frozen=True, kw_only=True)
class Seal:
    """How far the chain has come: ``hash`` stands for all rows up to its ``number``."""

    number: int
    hash: str


@dataclass(frozen=True, kw_only=True)
class Broken:
    """The first place where the log is not what was noted: ``row`` and why, as a code."""

    row: int
    why: str  #: changed, missing, unsealed, inserted, no_change_set, not_noted, anchor, expected


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What a check of the whole log found."""

    rows: int
    sealed: int
    head: Seal
    removed: int  #: rows that retention has removed: up to the seal of this number
    removed_before: datetime | None = None  #: of when they were at most
    broken: Broken | None = None


def seal_rows(session: Session) -> int:
    """Seal rows that are not sealed yet, some thousand at most; return how many."""
    if session.dialect == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_SEALING)))
    last = head_of(session)
    fresh = session.rows(
        _unsealed()
        .where(cw_audit.c.id > _settled_up_to(session))
        .order_by(cw_audit.c.id)
        .limit(_AT_ONCE)
    )
    seals = []
    for row in fresh:
        last = Seal(number=last.number + 1, hash=_hash(last.hash, row))
        at = session.context.now
        seals.append({"number": last.number, "row": row.id, "at": at, "hash": last.hash})
    session.insert_many(cw_audit_seal, seals)
    return len(seals)


def head_of(session: Session) -> Seal:
    """Return the newest seal; of a log that was shortened to nothing, its anchor."""
    newest = select(cw_audit_seal.c.number, cw_audit_seal.c.hash)
    row = session.row(newest.order_by(cw_audit_seal.c.number.desc()).limit(1))
    return Seal(number=row.number, hash=row.hash) if row is not None else _anchor(session)[0]


def verify(session: Session, expected: Seal | None = None) -> Verified:
    """Go through the whole log and return the first place where it is broken, if there is one.

    ``expected``: a seal that was noted elsewhere; only it tells a chain that was forged as a whole.
    Raise InputError if the log is shortened beyond it.
    """
    anchor, before = _anchor(session)
    if expected is not None and expected.number < anchor.number:
        raise InputError({"expect": [Message.of("audit_shortened", number=anchor.number)]})
    last, sealed, broken = anchor, 0, None
    for number, row_id, kept, row in _chain(session, anchor.number):
        broken = _look(last, number, row_id, kept, row)
        if broken is None and expected is not None and expected.number == number:
            broken = Broken(row=row_id, why="expected") if kept != expected.hash else None
        if broken is not None:
            break
        last, sealed = Seal(number=number, hash=kept), sealed + 1
    if broken is None and expected is not None and expected.number > last.number:
        broken = Broken(row=0, why="expected")
    if broken is None:
        broken = _beside(session, anchor)
    rows = int(session.scalar(select(func.count()).select_from(cw_audit)))
    return Verified(
        rows=rows,
        sealed=sealed,
        head=last,
        removed=anchor.number,
        removed_before=before,
        broken=broken,
    )


def noted_sets(session: Session) -> Iterator[int]:
    """Yield the change sets that rows tell of, the oldest first."""
    column, last = cw_audit.c.change_set, 0
    while True:
        statement = select(column).where(column > last).order_by(column).limit(_AT_ONCE)
        found = session.rows(statement)
        for (last,) in found:
            yield last
        if len(found) < _AT_ONCE:
            return


def _chain(session: Session, after: int) -> Iterator[tuple[int, int, str, Row[Any] | None]]:
    """Yield number, row's id, hash of every seal in order, and the row if it is there."""
    seals = cw_audit_seal.c
    joined = cw_audit_seal.outerjoin(cw_audit, cw_audit.c.id == seals.row)
    columns = (seals.number, seals.row, seals.hash, *cw_audit.columns)
    while True:
        statement = select(*columns).select_from(joined).where(seals.number > after)
        found = session.rows(statement.order_by(seals.number).limit(_AT_ONCE))
        for row in found:
            yield row.number, row.row, row.hash, row if row.id is not None else None
            after = row.number
        if len(found) < _AT_ONCE:
            return


def _look(last: Seal, number: int, row_id: int, kept: str, row: Row[Any] | None) -> Broken | None:
    if number != last.number + 1:
        return Broken(row=row_id, why="unsealed")
    if row is None:
        return Broken(row=row_id, why="missing")
    return None if _hash(last.hash, row) == kept else Broken(row=row_id, why="changed")


def _beside(session: Session, anchor: Seal) -> Broken | None:
    """Look at what the chain itself does not tell: rows beside it, and what it was shortened by."""
    inserted = session.scalar(
        _unsealed(cw_audit.c.id).where(cw_audit.c.id <= _settled_up_to(session)).limit(1)
    )
    if inserted is not None:
        return Broken(row=inserted, why="inserted")
    if anchor.number and not _is_told(session, anchor):
        return Broken(row=anchor.number, why="anchor")
    return None


def _is_told(session: Session, anchor: Seal) -> bool:
    """Tell whether the log itself says that it was shortened up to here."""
    told = select(cw_audit.c.detail).where(cw_audit.c.kind == "log_shortened")
    wanted = {"number": anchor.number, "hash": anchor.hash}
    newest = told.where(cw_audit.c.area == "running").order_by(cw_audit.c.id.desc()).limit(10)
    return any(wanted.items() <= (row.detail or {}).items() for row in session.rows(newest))


def _anchor(session: Session) -> tuple[Seal, datetime | None]:
    newest = select(cw_audit_anchor).order_by(cw_audit_anchor.c.number.desc()).limit(1)
    row = session.row(newest)
    if row is None:
        return Seal(number=0, hash=""), None
    return Seal(number=row.number, hash=row.hash), row.before


def _settled_up_to(session: Session) -> int:
    """Return the id up to which no row comes any more."""
    settled = cw_audit_seal.c.at <= session.context.now - SETTLED
    highest = select(cw_audit_seal.c.row).where(settled).order_by(cw_audit_seal.c.row.desc())
    return int(session.scalar(highest.limit(1)) or 0)


def _unsealed(*columns: Any) -> Any:
    joined = cw_audit.outerjoin(cw_audit_seal, cw_audit_seal.c.row == cw_audit.c.id)
    return (
        select(*(columns or cw_audit.columns))
        .select_from(joined)
        .where(cw_audit_seal.c.row.is_(None))
    )


def _hash(before: str, row: Row[Any]) -> str:
    """Return the hash of a row behind the one before: of its columns in the order of the table."""
    values = [
        value.isoformat(timespec="microseconds") if isinstance(value, datetime) else value
        for value in (getattr(row, column.name) for column in cw_audit.columns)
    ]
    written = json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(f"{before}\n{written}".encode()).hexdigest()
