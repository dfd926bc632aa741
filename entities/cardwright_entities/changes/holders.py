"""Who holds the lease of an apply, so that the lease of a dead process can be broken at once."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message, PlanError, UnavailableError
from cardwright_entities.store.doors import Store
from cardwright_entities.store.leases import read_holder, release, renew, take
from cardwright_entities.store.sessions import Session

NAME = "apply"
_LASTING = timedelta(seconds=60)
_RENEWED_EVERY = 15.0

Clock = Callable[[], datetime]


class ApplyRunning(UnavailableError):  # noqa: N818 - a state that passes, not a mistake
    """Another process changes the definitions at this moment."""

    def __init__(self) -> None:
        super().__init__(Message("apply_running"))


class Hold:
    """The lease of one apply while it lasts."""

    def __init__(self, holder: str) -> None:
        self.holder = holder

    def keep(self, session: Session) -> None:
        """Make sure, inside a transaction, that nobody else has begun meanwhile."""
        if not renew(session, NAME, self.holder, lasting=_LASTING):
            raise PlanError(Message.of("apply_lost"), stale=True)


@contextmanager
def hold_apply(store: Store, context: Context, clock: Clock) -> Iterator[Hold]:
    """Hold the lease of the installation; raise ApplyRunning while somebody else does."""
    hold = Hold(new_holder())

    def begin(session: Session) -> bool:
        current = read_holder(session, NAME)
        if current is not None and is_dead(current):
            release(session, NAME, current)
        return take(session, NAME, hold.holder, lasting=_LASTING)

    if not store.run_write(replace(context, now=clock()), begin):
        raise ApplyRunning
    ended = threading.Event()
    beating = threading.Thread(
        target=_beat, args=(store, context, clock, hold, ended), name="apply lease", daemon=True
    )
    beating.start()
    try:
        yield hold
    finally:
        ended.set()
        beating.join()
        store.run_write(context, lambda session: release(session, NAME, hold.holder))


def new_holder() -> str:
    """Return a name by which others can find out whether this process still lives."""
    return ":".join((socket.gethostname(), str(os.getpid()), _started(os.getpid()), _token()))


def is_dead(holder: str) -> bool:
    """Tell whether a holder surely is gone: on this machine, and its process has ended."""
    host, process, started, _ = holder.rsplit(":", 3)
    return host == socket.gethostname() and _started(int(process)) != started


def _beat(store: Store, context: Context, clock: Clock, hold: Hold, ended: threading.Event) -> None:
    while not ended.wait(_RENEWED_EVERY):
        # Late is no harm: every step makes sure of the lease in its own transaction.
        with (
            suppress(UnavailableError, PlanError),
            store.write(replace(context, now=clock())) as session,
        ):
            hold.keep(session)


def _started(process: int) -> str:
    """Return when a process was started, in the kernel's count; empty if it is not there."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return "" if not _is_running(process) else "running"


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _token() -> str:
    return secrets.token_hex(4)
