"""Installing a pack may be killed at any point: it is there or not, and once more finishes it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from serving import PACKS

CARDWRIGHT = str(Path(sys.executable).with_name("cardwright"))
#: ``make soak`` asks for more.
AIMED = int(os.environ.get("CARDWRIGHT_KILLS", "2"))


def run(place: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CARDWRIGHT_")}
    return subprocess.run(
        [CARDWRIGHT, *arguments],
        cwd=place,
        env=kept | {"LC_ALL": "C.UTF-8"} | variables,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An installation beside which an archive lies."""
    (tmp_path / "config.yaml").write_text(f"packs: [{PACKS / 'crew'}]\nunsigned_packs: true\n")
    for arguments in (("apply", "--yes"), ("pack", "new", "acme_visits")):
        assert run(tmp_path, *arguments).returncode == 0
    assert run(tmp_path, "pack", "build", "acme_visits", "--to", "visits.zip").returncode == 0
    return tmp_path


def points_of(place: Path, copy: Path) -> list[int]:
    """Return the points at which an install touches the real database, not the scratch one."""
    trace = place / "trace"
    _copy(place, copy)
    done = run(copy, "pack", "install", "visits.zip", "--yes", CARDWRIGHT_STOP_TRACE=str(trace))
    assert done.returncode == 0, done.stderr
    points = [int(line.split()[0]) for line in trace.read_text().splitlines()]
    plain = len(run_trace(copy, place / "played", "pack", "test", "acme_visits"))
    return points[plain:]


def run_trace(place: Path, trace: Path, *arguments: str) -> list[str]:
    assert run(place, *arguments, CARDWRIGHT_STOP_TRACE=str(trace)).returncode == 0
    return trace.read_text().splitlines()


def _copy(place: Path, copy: Path) -> None:
    subprocess.run(["cp", "-r", str(place), str(copy)], check=True)


@pytest.mark.timeout(600)
def test_a_killed_install_leaves_the_pack_there_or_not_and_is_finished_by_the_next(
    place: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    copies = tmp_path_factory.mktemp("copies")
    points = points_of(place, copies / "whole")
    chosen = sorted({points[-1 - at * len(points) // AIMED] for at in range(AIMED)})
    for number in chosen:
        copy = copies / str(number)
        _copy(place, copy)
        killed = run(copy, "pack", "install", "visits.zip", "--yes", CARDWRIGHT_STOP_AT=str(number))
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        again = run(copy, "pack", "install", "visits.zip", "--yes")
        assert again.returncode == 0, (number, again.stdout, again.stderr)
        plan = json.loads(run(copy, "plan", "--json").stdout)
        assert plan["empty"], number
        assert run(copy, "export", "acme_visits", "out.csv").returncode == 0
        rows = (copy / "out.csv").read_text("utf-8-sig").splitlines()
        assert len(rows) == 2, (number, rows)
