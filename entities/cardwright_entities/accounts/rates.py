"""How often somebody tried something in a while: counted in a table that all processes share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cardwright_entities.contexts import Context
from cardwright_entities.errors import LimitError, Message
from cardwright_entities.store.doors import Store
from cardwright_entities.store.platform_tables import cw_rate
from cardwright_entities.store.sessions import Session

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """So many tries in so long a window."""

    count: int
    window: timedelta


def count_try(session: Session, key: str, limit: Limit, number: int = 1) -> None:
    """Count a try, or several; raise LimitError with the seconds to wait when there were too many.

    What fails with the try is not counted: ``count_for_good`` keeps it apart.
    """
    start = _window_start(session.context.now, limit.window)
    make = sqlite_insert if session.dialect == "sqlite" else postgresql_insert
    statement = make(cw_rate).values(key=key[:200], window_start=start, count=number)
    counted = session.scalar(
        statement.on_conflict_do_update(
            index_elements=[cw_rate.c.key, cw_rate.c.window_start],
            set_={"count": cw_rate.c.count + number},
        ).returning(cw_rate.c.count)
    )
    if counted > limit.count:
        wait = start + limit.window - session.context.now
        raise LimitError(
            Message("too_often"),
            retry_after=max(1, int(wait.total_seconds()) + 1),
            begins=key if counted - number <= limit.count else "",
        )


def count_for_good(
    store: Store, context: Context, keys: Sequence[tuple[str, Limit]], number: int = 1
) -> None:
    """Count under each key in a transaction of its own, so that the count stays.

    Raise LimitError when there were too many under any.
    """
    refused: list[LimitError] = []

    def count(session: Session) -> None:
        refused.clear()
        for key, limit in keys:
            try:
                count_try(session, key, limit, number)
            except LimitError as error:
                refused.append(error)

    store.run_write(context, count)
    if refused:
        raise refused[0]


def forget_tries(session: Session, key: str) -> None:
    """Let go of what was counted under a key, as when the last try was right."""
    session.execute(delete(cw_rate).where(cw_rate.c.key == key[:200]))


def sweep_rates(session: Session) -> int:
    """Remove counts that nobody asks for any more; return how many."""
    old = cw_rate.c.window_start < session.context.now - _DAY
    return session.execute(delete(cw_rate).where(old)).rowcount


def _window_start(now: datetime, window: timedelta) -> datetime:
    seconds = int(window.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)
