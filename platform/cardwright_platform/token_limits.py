"""How many requests a program may send with one token: counted in all processes, seldom written.

A write for each request would cost more than most requests. So a process counts by itself, and
tells the others by steps: what all of them sent is known up to a step of each.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cardwright_entities.accounts.rates import Limit, count_for_good
from cardwright_entities.contexts import Context
from cardwright_entities.errors import LimitError, Message
from cardwright_entities.store.doors import Store

WINDOW = timedelta(minutes=10)
#: Of what is allowed a process keeps so small a part to itself.
_PART = 100
#: A process tells no later than after so many requests.
_LONGEST = 50
#: Tokens in use at once; one that is forgotten is counted from the last step on.
_MOST = 1000


@dataclass
class _Used:
    """What a process has not told yet of a token, and until when no more is taken."""

    untold: int = 0
    closed_until: datetime | None = None


@dataclass
class TokenLimits:
    """Counts the requests of tokens for one installation; 0 counts nothing."""

    requests: int
    _used: dict[int, _Used] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def step(self) -> int:
        """Return after how many requests a process tells the others."""
        return max(1, min(_LONGEST, self.requests // _PART))

    def count(self, store: Store, context: Context, token: int) -> None:
        """Count a request; raise LimitError with the seconds to wait when there were too many."""
        if not self.requests:
            return
        told = self._take(token, context.now)
        if told:
            self._tell(store, context, token, told)

    def _take(self, token: int, now: datetime) -> int:
        """Note a request; return how many are to be told of now."""
        with self._lock:
            if token not in self._used and len(self._used) >= _MOST:
                self._used.clear()
            used = self._used.setdefault(token, _Used())
            if used.closed_until is not None:
                if now < used.closed_until:
                    raise _too_many(used.closed_until, now)
                used.closed_until = None
            used.untold += 1
            if used.untold < self.step:
                return 0
            told, used.untold = used.untold, 0
            return told

    def _tell(self, store: Store, context: Context, token: int, number: int) -> None:
        limit = Limit(self.requests, WINDOW)
        try:
            count_for_good(store, context, [(f"token/{token}", limit)], number)
        except LimitError as error:
            wait = timedelta(seconds=error.retry_after or 1)
            with self._lock:
                self._used.setdefault(token, _Used()).closed_until = context.now + wait
            raise


def _too_many(until: datetime, now: datetime) -> LimitError:
    return LimitError(
        Message("too_often"), retry_after=max(1, int((until - now).total_seconds()) + 1)
    )
