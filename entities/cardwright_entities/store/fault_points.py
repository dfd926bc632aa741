"""Points where a test may kill this process, to prove that a crash leaves nothing half done."""

from __future__ import annotations

import os
import signal
from itertools import count

#: Number of the point at which the process ends itself; unset in real life.
VARIABLE = "CARDWRIGHT_STOP_AT"
#: Where the names of the points that were reached are written, a line each.
TRACE = "CARDWRIGHT_STOP_TRACE"

_reached = count(1)


def reach(name: str) -> None:
    """Pass a point next to an input or output; end the process by SIGKILL if it is the chosen one.

    Points are counted over the whole process in the order in which they are reached.
    """
    stop_at = os.environ.get(VARIABLE)
    trace = os.environ.get(TRACE)
    if stop_at is None and trace is None:
        return
    number = next(_reached)
    if trace is not None:
        with open(trace, "a", encoding="utf-8") as file:
            file.write(f"{number} {name}\n")
    if stop_at is not None and number == int(stop_at):
        os.kill(os.getpid(), signal.SIGKILL)
