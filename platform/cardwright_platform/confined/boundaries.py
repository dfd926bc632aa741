"""Inside a child: take the limits, do the work, say in one line how it ended."""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
from collections.abc import Callable, Mapping
from typing import Any

#: How a child ends when the file is refused in words.
REFUSED = 3
#: People who wait for a page come before what a child takes its time for.
_NICENESS = 5


class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault
    """The file is not taken, with a message code and parameters for people."""

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = {name: str(value) for name, value in params.items()}
        super().__init__(code)


def run(program: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> None:
    """Read the request, set the limits, run the program and report on the error stream."""
    envelope = json.loads(sys.stdin.buffer.readline())
    _limit(envelope["limits"])
    os.nice(_NICENESS)
    gc.disable()  # a child lives shortly, and its rows hold no cycles
    try:
        report = {"done": program(envelope["request"])}
    except Refusal as refusal:
        report = {"refused": {"code": refusal.code, "params": refusal.params}}
    except MemoryError:
        report = {"refused": {"code": "file_too_large", "params": {}}}
    except OSError as error:
        # EFBIG: the size limit of what may be written.
        code = "file_too_large" if error.errno == 27 else "file_unreadable"
        report = {"refused": {"code": code, "params": {}}}
    sys.stderr.write("\n" + json.dumps(report) + "\n")
    sys.stderr.flush()
    sys.exit(REFUSED if "refused" in report else 0)


def _limit(limits: Mapping[str, int]) -> None:
    for kind, value in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, limits["cpu"]),
        (resource.RLIMIT_FSIZE, limits["output"]),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))
