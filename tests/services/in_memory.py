"""Folders that a run throws away: in memory where there is enough of it.

Databases are copied for thousands of tests and every transaction waits for the disk, which took
most of a run's time; what a killed process has written outlives it in memory as on a disk.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - folders in it have names of their own
#: Bytes that have to be free there and in the machine; a whole run takes some 2 GB.
_ENOUGH = 6 * 1024**3


def work_in_memory() -> None:
    """Let this process and its children make their temporary files in memory, if it is enough.

    Whoever has chosen a folder (TMPDIR) keeps it.
    """
    if "TMPDIR" not in os.environ and _is_enough():
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)


def throw_away_folder(name: str) -> Path:
    """Make a folder for a service, and remove those of runs that were killed."""
    prefix = f"cardwright-{name}-"
    for each in Path(tempfile.gettempdir()).glob(f"{prefix}*-*"):
        owner = each.name.removeprefix(prefix).partition("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(each, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-"))


def _is_enough() -> bool:
    try:
        place = os.statvfs(_MEMORY)
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except OSError:
        return False
    told = dict(line.split(":") for line in lines)
    available = int(told["MemAvailable"].split()[0]) * 1024
    # A test makes commands of its own and runs them.
    may_run = not place.f_flag & os.ST_NOEXEC
    return may_run and min(place.f_bavail * place.f_frsize, available) >= _ENOUGH
