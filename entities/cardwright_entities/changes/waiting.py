"""What goes for good waits until no process works by definitions in which it lived."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from cardwright_entities.changes.holders import Clock
from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message, UnavailableError
from cardwright_entities.store.doors import Store
from cardwright_entities.store.processes import oldest_commit

#: Longer than a process that fell silent counts as living.
PATIENCE = timedelta(seconds=60)
_LOOK_SECONDS = 0.05


class StillWaiting(UnavailableError):  # noqa: N818 - a state that passes, not a mistake
    """A change is in use, but what it lets go of is still there; the next apply goes on."""


def wait_for_others(
    store: Store,
    context: Context,
    clock: Clock,
    commit: int,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Return when every living process works by ``commit`` or later; raise StillWaiting."""
    until = clock() + PATIENCE
    while True:
        now = clock()
        try:
            with store.read(replace(context, now=now)) as session:
                oldest = oldest_commit(session)
        except UnavailableError:
            oldest = 0  # a database that is busy says nothing yet
        if oldest is None or oldest >= commit:
            return
        if now >= until:
            raise StillWaiting(Message("processes_behind"))
        pause(_LOOK_SECONDS)
