"""What an account proves besides its password: codes of an app, or one of a few kept on paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from cardwright_entities.audit import kinds
from cardwright_entities.audit.noting import note
from cardwright_entities.store.account_tables import cw_backup_code, cw_second_step
from cardwright_entities.store.sessions import Session

#: How long a secret that was shown may wait for its first code.
PROPOSED = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class SecondStep:
    """The second step of an account; without ``confirmed_at`` nobody is asked for it yet."""

    secret: str  #: sealed
    confirmed_at: datetime | None = None


def find_second_step(session: Session, account: int) -> SecondStep | None:
    """Read the second step of an account, confirmed or proposed a while ago at most."""
    table = cw_second_step
    known = table.c.confirmed_at.is_not(None) | _is_fresh(session)
    row = session.row(
        select(table.c.secret, table.c.confirmed_at).where(table.c.account == account, known)
    )
    return None if row is None else SecondStep(secret=row.secret, confirmed_at=row.confirmed_at)


def propose_second_step(session: Session, account: int, secret: str) -> bool:
    """Store a sealed secret that its owner has yet to confirm; False where one is in use."""
    unconfirmed = cw_second_step.c.confirmed_at.is_(None)
    session.execute(delete(cw_second_step).where(cw_second_step.c.account == account, unconfirmed))
    if find_second_step(session, account) is not None:
        return False
    session.execute(
        insert(cw_second_step).values(
            account=account, secret=secret, proposed_at=session.context.now
        )
    )
    return True


def confirm_second_step(session: Session, account: int, window: int) -> bool:
    """Take a proposal into use after its first code; False where there is none."""
    statement = (
        update(cw_second_step)
        .where(
            cw_second_step.c.account == account,
            cw_second_step.c.confirmed_at.is_(None),
            _is_fresh(session),
        )
        .values(confirmed_at=session.context.now, last_window=window)
    )
    if session.execute(statement).rowcount != 1:
        return False
    note(session, kinds.SECOND_STEP_ON, detail={"account": account})
    return True


def take_window(session: Session, account: int, window: int) -> bool:
    """Note the half minute of a right code; False where it, or a later one, was taken before."""
    last = cw_second_step.c.last_window
    statement = (
        update(cw_second_step)
        .where(
            cw_second_step.c.account == account,
            cw_second_step.c.confirmed_at.is_not(None),
            last.is_(None) | (last < window),
        )
        .values(last_window=window)
    )
    return session.execute(statement).rowcount == 1


def set_backup_codes(session: Session, account: int, hashes: Iterable[str]) -> None:
    """Replace the codes of an account."""
    session.execute(delete(cw_backup_code).where(cw_backup_code.c.account == account))
    session.execute(
        insert(cw_backup_code).values([{"account": account, "hash": each} for each in hashes])
    )
    note(session, kinds.BACKUP_CODES_MADE, detail={"account": account})


def use_backup_code(session: Session, account: int, hashed: str) -> bool:
    """Use a code; of any number who try, exactly one is let through."""
    statement = (
        update(cw_backup_code)
        .where(
            cw_backup_code.c.account == account,
            cw_backup_code.c.hash == hashed,
            cw_backup_code.c.used_at.is_(None),
        )
        .values(used_at=session.context.now)
    )
    return session.execute(statement).rowcount == 1


def count_backup_codes(session: Session, account: int) -> int:
    """Count the codes that are left."""
    statement = (
        select(func.count())
        .select_from(cw_backup_code)
        .where(cw_backup_code.c.account == account, cw_backup_code.c.used_at.is_(None))
    )
    return int(session.scalar(statement))


def drop_second_step(session: Session, account: int) -> bool:
    """Ask an account for its password only; return whether more was asked before."""
    session.execute(delete(cw_backup_code).where(cw_backup_code.c.account == account))
    dropped = session.execute(delete(cw_second_step).where(cw_second_step.c.account == account))
    if dropped.rowcount == 1:
        note(session, kinds.SECOND_STEP_OFF, detail={"account": account})
    return dropped.rowcount == 1


def _is_fresh(session: Session) -> ColumnElement[bool]:
    return cw_second_step.c.proposed_at > session.context.now - PROPOSED
