"""Answers to requests that may be sent again: one effect and the same answer, for a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cardwright_entities.errors import InputError, Message
from cardwright_entities.store.platform_tables import cw_idempotency
from cardwright_entities.store.sessions import Session

#: How long an answer is kept.
KEPT = timedelta(hours=24)

#: Where messages about a key stand.
PLACE = "Idempotency-Key"


@dataclass(frozen=True)
class KeptAnswer:
    """What was answered when the key was used first."""

    status: int
    answer: Mapping[str, Any]


def claim_key(session: Session, key: str, request_hash: str) -> KeptAnswer | None:
    """Take a key for this transaction; return the answer of the request that had it before.

    Whoever sends the same at the same time waits here for the first to end. Raise InputError when
    the key was used for something else.
    """
    account = session.context.principal.account or 0
    session.execute(
        delete(cw_idempotency).where(
            cw_idempotency.c.account == account,
            cw_idempotency.c.created_at < session.context.now - KEPT,
        )
    )
    make = sqlite_insert if session.dialect == "sqlite" else postgresql_insert
    taken = session.scalar(
        make(cw_idempotency)
        .values(account=account, key=key, request_hash=request_hash, created_at=session.context.now)
        .on_conflict_do_nothing(index_elements=[cw_idempotency.c.account, cw_idempotency.c.key])
        .returning(cw_idempotency.c.key)
    )
    return None if taken is not None else _read(session, account, key, request_hash)


def keep_answer(session: Session, key: str, status: int, answer: Mapping[str, Any]) -> None:
    """Keep what is answered to the request that holds the key, in its own transaction."""
    session.execute(
        update(cw_idempotency)
        .where(
            cw_idempotency.c.account == (session.context.principal.account or 0),
            cw_idempotency.c.key == key,
        )
        .values(status=status, answer=dict(answer))
    )


def sweep_answers(session: Session) -> int:
    """Forget the answers that are too old; return how many."""
    old = cw_idempotency.c.created_at < session.context.now - KEPT
    return session.execute(delete(cw_idempotency).where(old)).rowcount


def _read(session: Session, account: int, key: str, request_hash: str) -> KeptAnswer | None:
    row = session.row(
        select(
            cw_idempotency.c.request_hash, cw_idempotency.c.status, cw_idempotency.c.answer
        ).where(cw_idempotency.c.account == account, cw_idempotency.c.key == key)
    )
    if row is None:
        return None
    if row[0] != request_hash:
        raise InputError({PLACE: [Message("key_used")]})
    return KeptAnswer(row[1], row[2])
