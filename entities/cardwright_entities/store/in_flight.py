"""What a process works on at this moment: by which commit each piece of work began.

Purging waits for it: what goes for good must be named by no statement that is still to come.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class InFlight:
    """The requests and jobs of one process, with the newest commit it knew when each began."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: dict[int, int] = {}  # how many pieces of work began by a commit
        self._newest = 0
        self._mine = threading.local()
        #: Set when the last work by an older commit ends: others may be told at once.
        self.passed = threading.Event()

    @contextmanager
    def work(self, commit: int) -> Iterator[None]:
        """Count a piece of this thread's work by ``commit``, the newest that its process knows."""
        self.begin(commit)
        try:
            yield
        finally:
            self.end()

    def begin(self, commit: int) -> None:
        """Count a piece of work of this thread."""
        self.end()
        self._mine.commit = commit
        with self._lock:
            self._newest = max(self._newest, commit)
            self._begun[commit] = self._begun.get(commit, 0) + 1

    def end(self) -> None:
        """Count this thread's work no more: it is over, or names no definitions from here on."""
        commit = getattr(self._mine, "commit", None)
        if commit is None:
            return
        self._mine.commit = None
        with self._lock:
            self._begun[commit] -= 1
            if not self._begun[commit]:
                del self._begun[commit]
                if commit < self._newest:
                    self.passed.set()

    def oldest(self, newest: int) -> int:
        """Return the oldest commit that work still goes by, ``newest`` if there is none older."""
        with self._lock:
            return min([newest, *self._begun])
