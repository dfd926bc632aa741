"""Tokens with which programs act for an account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from cardwright_entities.accounts.accounts import Account
from cardwright_entities.accounts.secrets import digest, new_secret
from cardwright_entities.audit import kinds
from cardwright_entities.audit.noting import note
from cardwright_entities.errors import InputError, Message, NotFoundError
from cardwright_entities.store.platform_tables import cw_token
from cardwright_entities.store.sessions import Session

PREFIX = "cw_"
SCOPES = ("read", "write")
_MARK_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Token:
    """A token as its owner sees it in a list; what opens doors is not kept."""

    id: int
    account: int
    name: str
    scopes: frozenset[str]
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Tell whether the token is to be marked as in use."""
        return self.last_used_at is None or now - self.last_used_at >= _MARK_EVERY


def create_token(
    session: Session,
    account: int,
    name: str,
    *,
    scopes: Sequence[str] = SCOPES,
    lifetime: timedelta | None = None,
) -> str:
    """Store a token and return it, for the only time."""
    if not name.strip():
        raise InputError({"name": [Message("required")]})
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise InputError({"scopes": [Message.of("unknown_scope", value=", ".join(unknown))]})
    secret = new_secret(PREFIX)
    now = session.context.now
    session.execute(
        insert(cw_token).values(
            account=account,
            name=name.strip()[:100],
            hash=digest(secret),
            scopes=sorted(set(scopes)),
            created_at=now,
            expires_at=now + lifetime if lifetime else None,
        )
    )
    detail = {"account": account, "scopes": sorted(set(scopes))}
    note(session, kinds.TOKEN_MADE, target=name.strip(), detail=detail)
    return secret


def list_tokens(session: Session, account: int) -> tuple[Token, ...]:
    """Read the tokens of an account that are not revoked, the newest first."""
    statement = (
        select(*(column.label(f"token_{column.name}") for column in cw_token.columns))
        .where(cw_token.c.account == account, cw_token.c.revoked_at.is_(None))
        .order_by(cw_token.c.id.desc())
    )
    return tuple(token_from(row) for row in session.rows(statement))


def mark_token(session: Session, token: int) -> None:
    """Mark a token as in use now."""
    session.execute(
        update(cw_token).where(cw_token.c.id == token).values(last_used_at=session.context.now)
    )


def revoke_token(session: Session, account: int, token: int) -> None:
    """Make one token of an account worthless; raise NotFoundError."""
    revoked = session.execute(
        update(cw_token)
        .where(cw_token.c.id == token, cw_token.c.account == account)
        .where(cw_token.c.revoked_at.is_(None))
        .values(revoked_at=session.context.now)
    ).rowcount
    if not revoked:
        raise NotFoundError(Message("no_such_token"))
    note(session, kinds.TOKEN_REVOKED, detail={"account": account, "token": token})


def revoke_tokens(session: Session, account: int) -> int:
    """Make all tokens of an account worthless, as after a new password; return how many."""
    revoked = session.execute(
        update(cw_token)
        .where(cw_token.c.account == account, cw_token.c.revoked_at.is_(None))
        .values(revoked_at=session.context.now)
    ).rowcount
    if revoked:
        note(session, kinds.TOKEN_REVOKED, records=revoked, detail={"account": account})
    return revoked


def is_good(token: Token, account: Account, now: datetime) -> bool:
    """Tell whether a token still opens anything."""
    if token.revoked_at is not None or account.disabled_at is not None:
        return False
    return token.expires_at is None or token.expires_at > now


def token_from(row: Any) -> Token:  # noqa: ANN401 - a row of one or several tables
    """Make a token of a row that holds its columns as ``token_…``."""
    return Token(
        id=row.token_id,
        account=row.token_account,
        name=row.token_name,
        scopes=frozenset(row.token_scopes),
        created_at=row.token_created_at,
        expires_at=row.token_expires_at,
        last_used_at=row.token_last_used_at,
        revoked_at=row.token_revoked_at,
    )
