"""Links that sign in or set a password exactly once, and soon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy import delete, insert, update

from cardwright_entities.accounts.accounts import (
    ACCOUNT_ID,
    Account,
    account_from,
    select_accounts,
)
from cardwright_entities.accounts.secrets import digest, new_secret
from cardwright_entities.audit import kinds
from cardwright_entities.audit.noting import note
from cardwright_entities.store.platform_tables import cw_one_time_link
from cardwright_entities.store.sessions import Session

Purpose = Literal["sign_in", "set_password", "second_step", "invitation", "renew_password"]

#: What links open that somebody holds; a second step goes on where a password was right.
DOORS: frozenset[Purpose] = frozenset({"sign_in", "set_password", "invitation", "renew_password"})
SECOND_STEP: frozenset[Purpose] = frozenset({"second_step"})
#: With these comes a new password.
SETS_PASSWORD: frozenset[str] = frozenset({"set_password", "invitation", "renew_password"})

_DEEDS = {"second_step": kinds.SECOND_STEP_ASKED, "invitation": kinds.INVITED}


@dataclass(frozen=True, kw_only=True)
class OneTimeLink:
    """A link that is still good, and whom it is for."""

    account: Account
    purpose: str


def create_link(
    session: Session, account: int, purpose: Purpose, *, lifetime: timedelta, secret: str = ""
) -> str:
    """Store a link and return the secret that its address ends with, the given one or a new one."""
    secret = secret or new_secret()
    now = session.context.now
    session.execute(
        insert(cw_one_time_link).values(
            hash=digest(secret),
            account=account,
            purpose=purpose,
            created_at=now,
            expires_at=now + lifetime,
        )
    )
    deed = _DEEDS.get(purpose, kinds.LINK_MADE)
    note(session, deed, detail={"account": account, "purpose": purpose})
    return secret


def find_link(
    session: Session, secret: str, purposes: frozenset[Purpose] = DOORS
) -> OneTimeLink | None:
    """Read a link without using it; None when it is unknown, used, over, or its account is."""
    statement = (
        select_accounts()
        .add_columns(cw_one_time_link.c.purpose)
        .join(cw_one_time_link, cw_one_time_link.c.account == ACCOUNT_ID)
        .where(
            cw_one_time_link.c.hash == digest(secret),
            cw_one_time_link.c.purpose.in_(sorted(purposes)),
            cw_one_time_link.c.used_at.is_(None),
            cw_one_time_link.c.expires_at > session.context.now,
        )
    )
    row = session.row(statement)
    if row is None or row.account_disabled_at is not None:
        return None
    return OneTimeLink(account=account_from(row), purpose=row.purpose)


def use_link(
    session: Session, secret: str, purposes: frozenset[Purpose] = DOORS
) -> OneTimeLink | None:
    """Use a link; of any number who try, exactly one gets it."""
    found = find_link(session, secret, purposes)
    if found is None:
        return None
    used = session.execute(
        update(cw_one_time_link)
        .where(
            cw_one_time_link.c.hash == digest(secret),
            cw_one_time_link.c.used_at.is_(None),
            cw_one_time_link.c.expires_at > session.context.now,
        )
        .values(used_at=session.context.now)
    ).rowcount
    if used != 1:
        return None
    if found.purpose != "second_step":
        detail = {"account": found.account.id, "purpose": found.purpose}
        note(session, kinds.LINK_USED, target=found.account.login, detail=detail)
    return found


def drop_links(session: Session, account: int) -> None:
    """Make all links of an account worthless, as after a new password."""
    session.execute(delete(cw_one_time_link).where(cw_one_time_link.c.account == account))


def sweep_links(session: Session) -> int:
    """Remove links that are over; return how many."""
    over = cw_one_time_link.c.expires_at <= session.context.now
    return session.execute(delete(cw_one_time_link).where(over)).rowcount
