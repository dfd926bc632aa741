"""Signed-in browsers: rows that end at once when they are closed, idle or too old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from cardwright_entities.accounts.accounts import (
    ACCOUNT_ID,
    Account,
    account_from,
    select_accounts,
)
from cardwright_entities.accounts.secrets import digest, new_secret
from cardwright_entities.audit import kinds
from cardwright_entities.audit.noting import note
from cardwright_entities.store.platform_tables import cw_session
from cardwright_entities.store.sessions import Session

#: Without "stay signed in" a session ends after a day, and before when nobody works.
SHORT = timedelta(hours=24)
#: How often a session in use is marked as such.
_MARK_EVERY = timedelta(minutes=5)
#: How many of those who are there are listed.
_MOST_ONLINE = 500


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """An open session of an account, with what is to be shown in a list of sessions."""

    id: str
    account: Account
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    device: str = ""
    address: str = ""
    view_as: int | None = None  #: the account as which its holder looks

    def is_due(self, now: datetime) -> bool:
        """Tell whether the session is to be marked as in use."""
        return now - self.seen_at >= _MARK_EVERY


def open_session(
    session: Session, account: int, *, lifetime: timedelta, device: str, address: str
) -> str:
    """Store a session and return the secret that its browser holds."""
    secret = new_secret()
    now = session.context.now
    session.execute(
        insert(cw_session).values(
            id=digest(secret),
            account=account,
            created_at=now,
            seen_at=now,
            expires_at=now + lifetime,
            device=device[:200],
            address=address,
        )
    )
    return secret


def list_sessions(session: Session, account: int) -> tuple[SignedIn, ...]:
    """Read the sessions of an account that are still open, the latest first."""
    statement = (
        select_accounts()
        .add_columns(*(column.label(f"session_{column.name}") for column in cw_session.columns))
        .join(cw_session, cw_session.c.account == ACCOUNT_ID)
        .where(cw_session.c.account == account, cw_session.c.expires_at > session.context.now)
        .order_by(cw_session.c.seen_at.desc())
    )
    return tuple(session_from(row) for row in session.rows(statement))


def mark_session(session: Session, identifier: str) -> None:
    """Mark a session as in use now."""
    session.execute(
        update(cw_session).where(cw_session.c.id == identifier).values(seen_at=session.context.now)
    )


def close_session(session: Session, secret: str) -> None:
    """End the session of this secret."""
    session.execute(delete(cw_session).where(cw_session.c.id == digest(secret)))


def close_own_session(session: Session, account: int, identifier: str) -> None:
    """End one session of an account; nothing happens to sessions of others."""
    mine = cw_session.c.account == account
    closed = session.execute(delete(cw_session).where(mine, cw_session.c.id == identifier))
    if closed.rowcount:
        note(session, kinds.SESSION_CLOSED, records=1, detail={"account": account})


def close_listed(session: Session, identifier: str) -> bool:
    """End anybody's session, known by what a list of sessions calls it; tell whether it was open.

    The log says whose it was.
    """
    row = session.row(select(cw_session.c.account).where(cw_session.c.id == identifier))
    if row is None:
        return False
    close_own_session(session, row.account, identifier)
    return True


def close_sessions(session: Session, account: int, *, but: str = "") -> int:
    """End all sessions of an account, except the one with id ``but``; return how many."""
    mine = cw_session.c.account == account
    closed = session.execute(delete(cw_session).where(mine, cw_session.c.id != but)).rowcount
    if closed:
        note(session, kinds.SESSION_CLOSED, records=closed, detail={"account": account})
    return closed


def list_online(session: Session, since: datetime) -> tuple[SignedIn, ...]:
    """Read the open sessions that were in use since a moment, the latest first."""
    statement = (
        select_accounts()
        .add_columns(*(column.label(f"session_{column.name}") for column in cw_session.columns))
        .join(cw_session, cw_session.c.account == ACCOUNT_ID)
        .where(cw_session.c.seen_at >= since, cw_session.c.expires_at > session.context.now)
        .order_by(cw_session.c.seen_at.desc())
        .limit(_MOST_ONLINE)
    )
    return tuple(session_from(row) for row in session.rows(statement))


def sweep_sessions(session: Session) -> int:
    """Remove sessions that are over; return how many."""
    over = cw_session.c.expires_at <= session.context.now
    return session.execute(delete(cw_session).where(over)).rowcount


def session_from(row: Any) -> SignedIn:  # noqa: ANN401 - a row of several tables
    """Make a session of a row that holds its columns and its account's."""
    return SignedIn(
        id=row.session_id,
        account=account_from(row),
        created_at=row.session_created_at,
        seen_at=row.session_seen_at,
        expires_at=row.session_expires_at,
        device=row.session_device or "",
        address=row.session_address or "",
        view_as=row.session_view_as,
    )


def is_alive(found: SignedIn, now: datetime, idle: timedelta) -> bool:
    """Tell whether a session is still to be trusted."""
    if found.account.disabled_at is not None or found.expires_at <= now:
        return False
    stays = found.expires_at - found.created_at > SHORT
    return stays or now - found.seen_at <= idle
