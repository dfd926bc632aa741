"""Whoever waits to write to a SQLite file is let in before the one who has just written.

SQLite does not queue: who waits looks again after a pause, and a process that begins its next
transaction at once, as a change of a million records does, keeps all others out for minutes. A
lock on the folder of the database is held from the wish to write to the beginning of the
transaction, so that no process can begin twice while another one waits. The folder, because closing
the file itself anywhere would lose SQLite's own locks, and one more file would need an owner.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cardwright_entities.errors import Message, UnavailableError

_PAUSE_SECONDS = 0.002


class Turnstile:
    """The way to the transactions of one SQLite file that write; processes go through singly."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self._folder = folder
        self._seconds = seconds

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Wait for the turn and hold it for the block; raise UnavailableError after too long."""
        # Of its own for each passage: the lock goes with it, and with a process that is killed.
        opened = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            self._wait(opened)
            yield
        finally:
            os.close(opened)

    def _wait(self, opened: int) -> None:
        end = time.monotonic() + self._seconds
        while True:
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > end:
                    raise UnavailableError(Message("busy")) from None
                time.sleep(_PAUSE_SECONDS)
