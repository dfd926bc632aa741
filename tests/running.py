"""A ``cardwright`` process that keeps running until the test has seen enough."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

CARDWRIGHT = Path(sys.executable).with_name("cardwright")
#: On a busy machine a company of its own takes its time to be there.
PATIENCE = 200.0


@contextmanager
def running(place: Path, *arguments: str, ready: str, **variables: str) -> Iterator[Path]:
    """Run a command in a folder until it has printed a word; give the file of what it prints.

    It is asked to end at the end of the block, and has to end well.
    """
    printed = place / f"printed.{time.monotonic_ns()}"
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **variables}
    with printed.open("wb") as output:
        process = subprocess.Popen(
            [str(CARDWRIGHT), *arguments],
            cwd=place,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(printed, process, ready)
        yield printed
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(PATIENCE)
    assert code == 0, printed.read_text(encoding="utf-8")


def until(condition: Callable[[], bool]) -> None:
    """Wait for what another thread or process does; fail when it never comes."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _wait_for(printed: Path, process: subprocess.Popen[bytes], word: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while word not in printed.read_text(encoding="utf-8"):
        assert process.poll() is None, printed.read_text(encoding="utf-8")
        assert time.monotonic() < deadline, printed.read_text(encoding="utf-8")
        time.sleep(0.05)
