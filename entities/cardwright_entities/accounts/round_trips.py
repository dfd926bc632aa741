"""What a browser is sent away with and must come back with: once, soon, and the same browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, insert

from cardwright_entities.accounts.secrets import digest, new_secret
from cardwright_entities.store.account_tables import cw_round_trip
from cardwright_entities.store.sessions import Session


@dataclass(frozen=True, kw_only=True)
class RoundTrip:
    """A trip that was begun; ``account`` is set where somebody who is signed in began it."""

    purpose: str
    kept: str  #: what only we are to know of it, sealed
    account: int | None = None


def begin_round_trip(
    session: Session, visit: str, secret: str, trip: RoundTrip, *, lifetime: timedelta
) -> None:
    """Store a trip of the browser that holds the secret ``visit``; it comes back with ``secret``.

    Make the secret with ``new_trip_secret``: it may have to be said before the trip is stored.
    """
    session.execute(
        insert(cw_round_trip).values(
            hash=digest(secret),
            visit=digest(visit),
            purpose=trip.purpose,
            account=trip.account,
            kept=trip.kept,
            expires_at=session.context.now + lifetime,
        )
    )


def new_trip_secret() -> str:
    """Make what a browser comes back with."""
    return new_secret()


def end_round_trip(session: Session, visit: str, secret: str, purpose: str) -> RoundTrip | None:
    """Take a trip that is over; None unless the same browser comes back, soon and the first time.

    Of any number who come back at the same moment exactly one is given it.
    """
    table = cw_round_trip
    statement = (
        delete(table)
        .where(
            table.c.hash == digest(secret),
            table.c.visit == digest(visit),
            table.c.purpose == purpose,
            table.c.expires_at > session.context.now,
        )
        .returning(table.c.kept, table.c.account)
    )
    row = session.row(statement)
    return None if row is None else RoundTrip(purpose=purpose, kept=row.kept, account=row.account)


def sweep_round_trips(session: Session) -> int:
    """Remove trips from which nobody came back; return how many."""
    over = cw_round_trip.c.expires_at <= session.context.now
    return session.execute(delete(cw_round_trip).where(over)).rowcount
