"""Which processes are alive and which commit each of them uses: rows that must be renewed."""

from __future__ import annotations

import os
import socket
from datetime import timedelta

from sqlalchemy import delete, func, insert, select, update

from cardwright_entities.store.platform_tables import cw_process
from cardwright_entities.store.sessions import Session

#: A process says this often that it lives.
HEARTBEAT = timedelta(seconds=15)
#: Silent for so long, it counts as gone.
EXPIRY = timedelta(seconds=45)


def report(session: Session, process: str, kind: str, commit: int) -> None:
    """Say that a process lives and which commit it uses; ``process`` is its own random id."""
    now = session.context.now
    renewed = session.execute(
        update(cw_process).where(cw_process.c.id == process).values(seen_at=now, commit=commit)
    )
    if renewed.rowcount:
        return
    session.execute(
        insert(cw_process).values(
            id=process,
            kind=kind,
            host=socket.gethostname(),
            pid=os.getpid(),
            commit=commit,
            started_at=now,
            seen_at=now,
        )
    )


def leave(session: Session, process: str) -> None:
    """Say that a process ends; also forget those that fell silent."""
    gone = session.context.now - EXPIRY
    session.execute(
        delete(cw_process).where((cw_process.c.id == process) | (cw_process.c.seen_at < gone))
    )


def oldest_commit(session: Session) -> int | None:
    """Return the oldest commit that a living process still uses, None when none lives."""
    alive = cw_process.c.seen_at >= session.context.now - EXPIRY
    oldest: int | None = session.scalar(select(func.min(cw_process.c.commit)).where(alive))
    return oldest
