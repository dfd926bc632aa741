"""Who an account is elsewhere: the subjects under which sign-in providers know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from cardwright_entities.accounts.accounts import Account, account_from, select_accounts
from cardwright_entities.audit import kinds
from cardwright_entities.audit.noting import note
from cardwright_entities.errors import InputError, Message
from cardwright_entities.store.account_tables import cw_account_identity
from cardwright_entities.store.driver_errors import UniqueViolation
from cardwright_entities.store.platform_tables import cw_account
from cardwright_entities.store.sessions import Session


@dataclass(frozen=True, kw_only=True)
class Identity:
    """An account at a provider; ``label`` is what its owner knows it by, such as an address."""

    provider: str
    subject: str
    account: int
    label: str
    created_at: datetime
    used_at: datetime | None = None


def find_identity(session: Session, provider: str, subject: str) -> Identity | None:
    """Read who a subject of a provider is here."""
    row = session.row(select(cw_account_identity).where(*_is(provider, subject)))
    return None if row is None else Identity(**row._mapping)


def list_identities(session: Session, account: int) -> tuple[Identity, ...]:
    """Read under which subjects an account is known, in the order of their making."""
    statement = (
        select(cw_account_identity)
        .where(cw_account_identity.c.account == account)
        .order_by(
            cw_account_identity.c.created_at,
            cw_account_identity.c.provider,
            cw_account_identity.c.subject,
        )
    )
    return tuple(Identity(**row._mapping) for row in session.rows(statement))


def add_identity(
    session: Session, account: int, provider: str, subject: str, *, label: str
) -> None:
    """Bind a subject to an account; raise InputError when it is bound already, to whomever."""
    try:
        with session.savepoint():
            session.execute(
                insert(cw_account_identity).values(
                    provider=provider,
                    subject=subject,
                    account=account,
                    label=label,
                    created_at=session.context.now,
                )
            )
    except UniqueViolation as error:
        raise InputError({"identity": [Message("identity_taken")]}) from error
    detail = {"account": account, "provider": provider}
    note(session, kinds.IDENTITY_LINKED, target=label, detail=detail)


def note_use(session: Session, provider: str, subject: str) -> None:
    """Remember when somebody came in by a subject last."""
    session.execute(
        update(cw_account_identity)
        .where(*_is(provider, subject))
        .values(used_at=session.context.now)
    )


def drop_identities(
    session: Session, account: int, *, provider: str = "", subject: str = ""
) -> int:
    """Let subjects of an account go, all or those of a provider; return how many."""
    wanted = [cw_account_identity.c.account == account]
    if provider:
        wanted.append(cw_account_identity.c.provider == provider)
    if subject:
        wanted.append(cw_account_identity.c.subject == subject)
    dropped = session.rows(
        delete(cw_account_identity)
        .where(*wanted)
        .returning(cw_account_identity.c.provider, cw_account_identity.c.label)
    )
    for row in dropped:
        detail = {"account": account, "provider": row.provider}
        note(session, kinds.IDENTITY_UNLINKED, target=row.label, detail=detail)
    return len(dropped)


def accounts_with_email(session: Session, email: str) -> tuple[Account, ...]:
    """Read the accounts with a mail address, great letters like small ones and nothing else alike.

    An address with other letters than ASCII's belongs to nobody: too many of them look alike.
    """
    if not email.isascii() or "@" not in email:
        return ()
    rows = session.rows(
        select_accounts().where(func.lower(cw_account.c.email) == email.strip().lower())
    )
    return tuple(account_from(row) for row in rows)


def _is(provider: str, subject: str) -> tuple[ColumnElement[bool], ...]:
    return cw_account_identity.c.provider == provider, cw_account_identity.c.subject == subject
