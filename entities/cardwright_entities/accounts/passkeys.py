"""Passkeys of accounts: the public halves, what they are called, and how often they signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from cardwright_entities.audit import kinds
from cardwright_entities.audit.noting import note
from cardwright_entities.errors import InputError, Message
from cardwright_entities.store.account_tables import cw_passkey
from cardwright_entities.store.driver_errors import UniqueViolation
from cardwright_entities.store.sessions import Session


@dataclass(frozen=True, kw_only=True)
class Passkey:
    """One passkey; ``credential`` and ``public_key`` are base64url."""

    id: int
    account: int
    credential: str
    public_key: str
    sign_count: int
    name: str
    created_at: datetime
    used_at: datetime | None = None


def list_passkeys(session: Session, account: int) -> tuple[Passkey, ...]:
    """Read the passkeys of an account, the oldest first."""
    statement = select(cw_passkey).where(cw_passkey.c.account == account).order_by(cw_passkey.c.id)
    return tuple(Passkey(**row._mapping) for row in session.rows(statement))


def find_passkey(session: Session, credential: str) -> Passkey | None:
    """Read a passkey by what its authenticator calls it."""
    row = session.row(select(cw_passkey).where(cw_passkey.c.credential == credential))
    return None if row is None else Passkey(**row._mapping)


def add_passkey(
    session: Session, account: int, *, credential: str, public_key: str, count: int, name: str
) -> None:
    """Store a passkey; raise InputError when it is known already, whosever it is."""
    try:
        with session.savepoint():
            session.execute(
                insert(cw_passkey).values(
                    account=account,
                    credential=credential,
                    public_key=public_key,
                    sign_count=count,
                    name=name,
                    created_at=session.context.now,
                )
            )
    except UniqueViolation as error:
        raise InputError({"passkey": [Message("passkey_taken")]}) from error
    note(session, kinds.PASSKEY_ADDED, target=name, detail={"account": account})


def note_passkey_use(session: Session, passkey: Passkey, count: int) -> bool:
    """Remember what a passkey has counted to; False when it was moved on meanwhile."""
    statement = (
        update(cw_passkey)
        .where(cw_passkey.c.id == passkey.id, cw_passkey.c.sign_count == passkey.sign_count)
        .values(sign_count=count, used_at=session.context.now)
    )
    return session.execute(statement).rowcount == 1


def drop_passkeys(session: Session, account: int, passkey: int | None = None) -> int:
    """Remove one passkey of an account, or all; return how many."""
    wanted = [cw_passkey.c.account == account]
    if passkey is not None:
        wanted.append(cw_passkey.c.id == passkey)
    # Where there is none, nothing is written.
    if session.row(select(cw_passkey.c.id).where(*wanted).limit(1)) is None:
        return 0
    dropped = session.rows(delete(cw_passkey).where(*wanted).returning(cw_passkey.c.name))
    for row in dropped:
        note(session, kinds.PASSKEY_REMOVED, target=row.name, detail={"account": account})
    return len(dropped)
