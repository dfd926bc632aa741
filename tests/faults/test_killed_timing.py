"""kill -9 while the clock brings something: each visit and each notification comes once."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from installation import open_installation
from timed import Plant, build_plant

from cardwright_entities.notifications import read_notifications

TESTS = Path(__file__).parents[1]
LATER = "2026-11-23 14:01"
#: Points at which a child is killed, spread over all that it reaches.
AIMED = 8


def url_of(folder: Path) -> str:
    return f"sqlite:///{folder / 'plant.sqlite'}"


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A contract whose first visit is due, and a job whose deadline passes on Monday at 14:00."""
    folder = tmp_path_factory.mktemp("stock")
    plant = build_plant(url_of(folder))
    plant.create("job", name="锅炉")
    valid = {"start": "2026-11-23", "end": "2027-11-22"}
    plant.create("contract", name="水泵", valid=valid, cycle=3)
    plant.installation.store.close()
    return folder


def sweep(folder: Path, **point: str) -> int:
    """Let another process do what is due; return how it ended."""
    environ = {**os.environ, "PYTHONPATH": str(TESTS), **point}
    child = [sys.executable, str(TESTS / "faults" / "timing_child.py"), url_of(folder), LATER]
    return subprocess.run(child, env=environ, check=False, timeout=300).returncode


@pytest.fixture(scope="module")
def points(stock: Path, tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many points a sweep passes at which it may be killed."""
    folder = tmp_path_factory.mktemp("traced")
    shutil.copytree(stock, folder, dirs_exist_ok=True)
    trace = folder / "trace"
    assert sweep(folder, CARDWRIGHT_STOP_TRACE=str(trace)) == 0
    return len(trace.read_text("utf-8").splitlines())


@pytest.mark.parametrize("number", range(AIMED))
def test_what_was_killed_on_the_way_comes_once(
    number: int, stock: Path, points: int, tmp_path: Path
) -> None:
    shutil.copytree(stock, tmp_path, dirs_exist_ok=True)
    stop_at = 1 + number * (points - 1) // (AIMED - 1)
    assert sweep(tmp_path, CARDWRIGHT_STOP_AT=str(stop_at)) == -signal.SIGKILL
    installation = open_installation(url_of(tmp_path))
    plant = Plant(installation, installation.system().now).at(LATER)
    plant.now += timedelta(hours=1)  # long enough for the lease of the dead one to have ended
    plant.take_back()
    plant.work()
    plant.work()
    assert [str(each) for each in plant.all("job", "planned")] == ["None", "2026-11-23"]
    assert plant.read("job", 1)["respond_state"] == "missed"
    with installation.engine.read(plant.context()) as desk:
        told = read_notifications(desk.session, desk.reading)
    assert len(told) == 1
    installation.store.close()
