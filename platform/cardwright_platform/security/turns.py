"""Turns: dear work of which only a little runs at the same time, so that the rest goes on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from cardwright_entities.errors import LimitError, Message


class Turns:
    """Places for a few at a time; the others wait for a while and are then sent away."""

    def __init__(self, at_once: int, *, wait: float = 10.0) -> None:
        self._places = threading.BoundedSemaphore(at_once)
        self._wait = wait

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Take a place; raise LimitError rather than wait for long."""
        if not self._places.acquire(timeout=self._wait):
            raise LimitError(Message("busy"), retry_after=10)
        try:
            yield
        finally:
            self._places.release()
