"""Runs ``cardwright serve`` in processes that may be killed: one fork for each that is asked for.

A line of standard input is JSON: either folder, port, file for what is printed, number of the
point to die at (0: none) and file for the trace; the answer is the process's number. Or the
number of a process to wait for; the answer is its exit status, minus the signal if it was killed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

from cardwright_platform.cli.entry import run
from cardwright_platform.cli.verbs import find_verb


def serve(order: dict[str, Any]) -> int:
    """Be the server, as ``cardwright`` itself would."""
    os.chdir(order["folder"])
    if order["stop_at"]:
        os.environ["CARDWRIGHT_STOP_AT"] = str(order["stop_at"])
    if order["trace"]:
        os.environ["CARDWRIGHT_STOP_TRACE"] = order["trace"]
    printed = os.open(order["printed"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(printed, 1)
    os.dup2(printed, 2)
    return run(["serve", "--port", str(order["port"])])


def start(order: dict[str, Any]) -> int:
    """Fork a server; return its number."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        code = serve(order)
    finally:
        sys.stdout.flush()
        os._exit(code)


def main() -> None:
    find_verb("serve")  # imported here, it is there in every fork
    alive: set[int] = set()
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            _, status = os.waitpid(order["wait"], 0)
            alive.discard(order["wait"])
            print(os.waitstatus_to_exitcode(status), flush=True)
        else:
            child = start(order)
            alive.add(child)
            print(child, flush=True)
    for child in alive:
        os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main()
