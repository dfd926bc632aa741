"""The points where tests kill processes: counted over the process, silent in real life."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from cardwright_entities.store.fault_points import TRACE, VARIABLE

PROGRAM = """
from cardwright_entities.store.fault_points import reach
for name in ("one", "two", "three"):
    reach(name)
print("end")
"""


def run(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True
    )


def test_without_the_variable_nothing_happens() -> None:
    assert (run().returncode, run().stdout) == (0, "end\n")


def test_the_process_ends_at_its_point_and_not_before(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    ended = run(**{VARIABLE: "2", TRACE: str(trace)})
    assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, "")
    assert trace.read_text() == "1 one\n2 two\n"
