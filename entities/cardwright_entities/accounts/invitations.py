"""Invitations: people who were let in but never came, and the links with which they come.

Who is waited for is no state that could be wrong: it is an account without a password that nobody
has ever signed in with. Its invitation is a one-time link, the latest and no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select

from cardwright_entities.accounts.accounts import (
    ACCOUNT_ID,
    Account,
    account_from,
    select_accounts,
)
from cardwright_entities.accounts.one_time_links import Purpose, create_link
from cardwright_entities.accounts.secrets import digest
from cardwright_entities.audit import kinds
from cardwright_entities.audit.noting import note
from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.store.platform_tables import cw_account, cw_one_time_link
from cardwright_entities.store.sessions import Session

PURPOSE: Purpose = "invitation"


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """Somebody who has not come yet; the moments are those of his invitation, if there is one."""

    account: Account
    invited_at: datetime | None = None
    expires_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Tell whether there is an invitation that still works."""
        return self.expires_at is not None and self.expires_at > now


def list_awaited(
    session: Session, among: ColumnElement[bool], *, limit: int = 500
) -> tuple[Awaited, ...]:
    """Read who of some accounts has not come yet, those first who were invited last."""
    link = cw_one_time_link
    invitations = (
        select(
            link.c.account,
            func.max(link.c.created_at).label("invited_at"),
            func.max(link.c.expires_at).label("expires_at"),
        )
        .where(link.c.purpose == PURPOSE, link.c.used_at.is_(None))
        .group_by(link.c.account)
        .subquery()
    )
    statement = (
        select_accounts()
        .add_columns(invitations.c.invited_at, invitations.c.expires_at)
        .outerjoin(invitations, invitations.c.account == ACCOUNT_ID)
        .where(*_awaited(), among)
        .order_by(
            invitations.c.invited_at.is_(None),
            invitations.c.invited_at.desc(),
            cw_account.c.login,
        )
        .limit(limit)
    )
    return tuple(
        Awaited(account=account_from(row), invited_at=row.invited_at, expires_at=row.expires_at)
        for row in session.rows(statement)
    )


def find_awaited(session: Session, account: int) -> Account:
    """Read somebody who has not come yet; raise NotFoundError for all others.

    Whoever has a password is never let in by a link that somebody else may ask for.
    """
    row = session.row(select_accounts().where(cw_account.c.id == account, *_awaited()))
    if row is None:
        raise NotFoundError(Message("not_found"))
    return account_from(row)


def invite(session: Session, account: int, *, lifetime: timedelta, secret: str = "") -> str:
    """Make an invitation and return its secret; the one before is worthless from now on."""
    _drop(session, account)
    return create_link(session, account, PURPOSE, lifetime=lifetime, secret=secret)


def withdraw(session: Session, account: int) -> bool:
    """Make the invitation of an account worthless; tell whether there was one."""
    if not _drop(session, account):
        return False
    note(session, kinds.INVITATION_WITHDRAWN, detail={"account": account})
    return True


def is_invited(session: Session, account: int, secret: str) -> bool:
    """Tell whether an invitation still works, without using it."""
    link = cw_one_time_link
    statement = select(link.c.hash).where(
        link.c.hash == digest(secret),
        link.c.account == account,
        link.c.purpose == PURPOSE,
        link.c.used_at.is_(None),
        link.c.expires_at > session.context.now,
    )
    return session.row(statement) is not None


def _drop(session: Session, account: int) -> int:
    link = cw_one_time_link
    mine = (link.c.account == account, link.c.purpose == PURPOSE, link.c.used_at.is_(None))
    return session.execute(delete(link).where(*mine)).rowcount


def _awaited() -> tuple[ColumnElement[bool], ...]:
    return (
        cw_account.c.password_hash.is_(None),
        cw_account.c.last_login_at.is_(None),
        cw_account.c.disabled_at.is_(None),
    )
