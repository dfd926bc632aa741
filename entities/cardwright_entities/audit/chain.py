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

from sqlalchemy import Row, func, select, text

from cardwright_entities.errors import InputError, Message
from cardwright_entities.store.audit_tables import cw_audit, cw_audit_anchor, cw_audit_seal
from cardwright_entities.store.platform_tables import cw_change_set
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
    broken: Broken | None = None


def seal_rows(session: Session) -> int:
    """Seal rows that are not sealed yet, some thousand at most; return how many."""
    if session.dialect == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({_SEALING})"))
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
        broken = _beside(session, anchor, before)
    rows = int(session.scalar(select(func.count()).select_from(cw_audit)))
    return Verified(rows=rows, sealed=sealed, head=last, removed=anchor.number, broken=broken)


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


def _beside(session: Session, anchor: Seal, before: datetime | None) -> Broken | None:
    """Look at what the chain itself does not tell: rows beside it, change sets without a row."""
    inserted = session.scalar(
        _unsealed(cw_audit.c.id).where(cw_audit.c.id <= _settled_up_to(session)).limit(1)
    )
    if inserted is not None:
        return Broken(row=inserted, why="inserted")
    made_up = session.scalar(
        select(cw_audit.c.id)
        .outerjoin(cw_change_set, cw_change_set.c.id == cw_audit.c.change_set)
        .where(cw_audit.c.change_set.is_not(None), cw_change_set.c.id.is_(None))
        .limit(1)
    )
    if made_up is not None:
        return Broken(row=made_up, why="no_change_set")
    silent = _silent_change_set(session, before)
    if silent is not None:
        return Broken(row=silent, why="not_noted")
    if anchor.number and not _is_told(session, anchor):
        return Broken(row=anchor.number, why="anchor")
    return None


def _silent_change_set(session: Session, before: datetime | None) -> int | None:
    """Return a change set of the log's time that no row tells of."""
    first = session.scalar(select(func.min(cw_audit.c.change_set)))
    if first is None:
        return None
    silent = (
        select(cw_change_set.c.id)
        .outerjoin(cw_audit, cw_audit.c.change_set == cw_change_set.c.id)
        .where(cw_audit.c.id.is_(None), cw_change_set.c.id >= first)
    )
    if before is not None:
        silent = silent.where(cw_change_set.c.at >= before)
    found: int | None = session.scalar(silent.order_by(cw_change_set.c.id).limit(1))
    return found


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
