"""The rows of shares: begun, ended, moved by a merge, taken back. Rights are not asked here.

A row is never changed. What replaces it begins in the same change set in which it ends, so that
whatever one change set did to shares can be taken back from the rows alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, update

from cardwright_entities.shares.reaching import EDIT, lasts
from cardwright_entities.store.sessions import Session
from cardwright_entities.store.share_tables import cw_share


@dataclass(frozen=True)
class Holder:
    """With whom: a record of an entity (by its id), or everybody with a role (``kind`` empty)."""

    kind: str = ""
    id: int = 0
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class Share:
    """One share that is in force; ``by`` is an account, None for the system."""

    id: int
    record: int
    holder: Holder
    level: str
    until: datetime | None
    by: int | None
    at: datetime


def shares_of(session: Session, entity: str, records: Collection[int]) -> list[Share]:
    """Return the shares of records that are in force, the oldest first; ``entity`` is an id."""
    return _read(session, cw_share.c.entity == entity, cw_share.c.record.in_(records), lasting=True)


def share_records(
    session: Session,
    entity: str,
    record: int,
    holders: Iterable[Holder],
    level: str,
    until: datetime | None,
    change_set: int,
) -> list[Holder]:
    """Share a record; what was shared with a holder before is replaced. Return who is new."""
    wanted = list(dict.fromkeys(holders))
    here = cw_share.c.entity == entity, cw_share.c.record == record
    known = {each.holder: each for each in _read(session, *here)}
    kept = [each for each in wanted if each in known and _says(known[each], level, until)]
    begun = [each for each in wanted if each not in kept]
    end_shares(session, [known[each].id for each in begun if each in known], change_set)
    _begin(session, entity, [(record, each, level, until) for each in begun], change_set)
    now = session.context.now
    return [each for each in begun if each not in known or _is_over(known[each], now)]


def end_shares(session: Session, shares: Collection[int], change_set: int) -> None:
    """End shares by their ids, those that have not been ended before."""
    if shares:
        _end(session, cw_share.c.id.in_(shares), change_set)


def move_shares(
    session: Session, entity: str, records: Sequence[int], master: int, change_set: int
) -> None:
    """Give the master what records shared that become one with it: of two the wider one.

    A share whose time is over is replaced by any, however wide it was.
    """
    here, now = cw_share.c.entity == entity, session.context.now
    moved = _read(session, here, cw_share.c.record.in_(records), lasting=True)
    had = {each.holder: each for each in _read(session, here, cw_share.c.record == master)}
    wide = {holder: each for holder, each in had.items() if not _is_over(each, now)}
    for each in moved:
        wide[each.holder] = _wider(wide[each.holder], each) if each.holder in wide else each
    new = [each for each in wide.values() if had.get(each.holder) is not each]
    replaced = [had[each.holder].id for each in new if each.holder in had]
    end_shares(session, [*replaced, *(each.id for each in moved)], change_set)
    rows = [(master, each.holder, each.level, each.until) for each in new]
    _begin(session, entity, rows, change_set)


def touched_by(session: Session, change_set: int) -> list[tuple[str, int]]:
    """Return the records of whose shares a change set began or ended any: entity id and id."""
    table = cw_share
    statement = select(table.c.entity, table.c.record).where(
        (table.c.begun_in == change_set) | (table.c.ended_in == change_set)
    )
    return sorted({(row[0], row[1]) for row in session.rows(statement)})


def take_back_shares(
    session: Session, change_set: int, entity: str, record: int, new_set: int
) -> bool:
    """Undo what a change set did to the shares of a record; False if they were changed since."""
    table = cw_share
    here = shares_here(entity, record)
    later = table.c.ended_in.is_not(None), table.c.ended_in != change_set
    if session.row(select(table.c.id).where(here, table.c.begun_in == change_set, *later)):
        return False
    ended = _read_ended(session, here, change_set)
    living = {each.holder for each in _read(session, here, table.c.begun_in != change_set)}
    if any(each.holder in living for each in ended):
        return False
    _end(session, here & (table.c.begun_in == change_set), new_set)
    rows = [(record, each.holder, each.level, each.until) for each in ended]
    _begin(session, entity, rows, new_set)
    return True


def shares_here(entity: str, record: int) -> ColumnElement[bool]:
    """Return the condition of all shares of one record."""
    return (cw_share.c.entity == entity) & (cw_share.c.record == record)


def _read_ended(session: Session, here: ColumnElement[bool], change_set: int) -> list[Share]:
    before = cw_share.c.begun_in != change_set
    return _select(session, here, before, cw_share.c.ended_in == change_set)


def _read(session: Session, *conditions: ColumnElement[bool], lasting: bool = False) -> list[Share]:
    there = lasts(session.context) if lasting else cw_share.c.ended_at.is_(None)
    return _select(session, *conditions, there)


def _select(session: Session, *conditions: ColumnElement[bool]) -> list[Share]:
    table = cw_share
    statement = select(
        table.c.id,
        table.c.record,
        table.c.holder_type,
        table.c.holder,
        table.c.role,
        table.c.level,
        table.c.until,
        table.c.shared_by,
        table.c.shared_at,
    )
    return [
        Share(
            id=row[0],
            record=row[1],
            holder=Holder(row[2], row[3], row[4]),
            level=row[5],
            until=row[6],
            by=row[7],
            at=row[8],
        )
        for row in session.rows(statement.where(*conditions).order_by(table.c.id))
    ]


def _begin(
    session: Session,
    entity: str,
    wanted: Sequence[tuple[int, Holder, str, datetime | None]],
    change_set: int,
) -> None:
    rows = [
        {
            "entity": entity,
            "record": record,
            "holder_type": holder.kind,
            "holder": holder.id,
            "role": holder.role,
            "level": level,
            "until": until,
            "shared_by": session.context.principal.account,
            "shared_at": session.context.now,
            "begun_in": change_set,
        }
        for record, holder, level, until in wanted
    ]
    if rows:
        session.execute(insert(cw_share), rows)


def _end(session: Session, which: ColumnElement[bool], change_set: int) -> None:
    session.execute(
        update(cw_share)
        .where(which, cw_share.c.ended_at.is_(None))
        .values(
            ended_in=change_set,
            ended_at=session.context.now,
            ended_by=session.context.principal.account,
        )
    )


def _says(share: Share, level: str, until: datetime | None) -> bool:
    return share.level == level and share.until == until


def _is_over(share: Share, now: datetime) -> bool:
    return share.until is not None and share.until <= now


def _wider(one: Share, other: Share) -> Share:
    """Return the share that allows more; of two alike the one that lasts longer."""
    if one.level != other.level:
        return one if one.level == EDIT else other
    if one.until is None or (other.until is not None and other.until <= one.until):
        return one
    return other
