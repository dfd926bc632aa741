"""Takes one step of rights after the other out of the product, and lets the oracle notice it.

python tests/proof/killing.py [--jobs 2] [--quick] [name …]

Each removal has a process of its own, so that nothing of it is left for the next. A removal is
killed if some answer differs from the oracle's, or the test fails that the list names; one that
nobody notices survives, and one that makes the product fall over is broken: neither proves
anything. ``--quick`` tries only what the list names for each.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pytest
from proof.attempts import Worlds, attempts_for, make_worlds
from proof.removals import ROOT, Removal, read_removals

#: The product with every step in place.
WHOLE = "nothing removed"
KILLED, SURVIVED, BROKEN = "killed", "SURVIVED", "BROKEN"
_LONGEST_QUESTION = 150
#: What the end of a run of tests says of a removal.
_TOLD = {pytest.ExitCode.OK: SURVIVED, pytest.ExitCode.TESTS_FAILED: KILLED}


@dataclass(frozen=True)
class Verdict:
    """What became of one removal."""

    name: str
    end: str
    by: str = ""
    question: str = ""
    seconds: float = 0.0


def judge(removal: Removal | None, *, quick: bool = False) -> Verdict:
    """Try everything in this process, without one step or with all of them.

    ``quick`` tries only what the list says of a step.
    """
    name = removal.name if removal is not None else WHOLE
    begun = time.monotonic()
    with TemporaryDirectory(prefix="cardwright-proof-") as folder:
        worlds = Worlds(Path(folder))
        try:
            if removal is not None:
                removal.apply()
            if removal is not None and removal.test:
                end = _TOLD.get(run_tests([removal.test]), BROKEN)
                return Verdict(name, end, "test", removal.test, time.monotonic() - begun)
            for attempt in attempts_for(removal.ask if removal is not None else "", alone=quick):
                for told in attempt.tell(worlds):
                    asked = " ".join(repr(told.asked).split())[:_LONGEST_QUESTION]
                    return Verdict(name, KILLED, attempt.name, asked, time.monotonic() - begun)
        except Exception:  # whatever it is, it is told: it proves nothing
            last = traceback.format_exc().strip().splitlines()
            return Verdict(name, BROKEN, "", " | ".join(last[-3:]), time.monotonic() - begun)
        finally:
            worlds.close()
    return Verdict(name, SURVIVED, seconds=time.monotonic() - begun)


def run_tests(names: Sequence[str]) -> int:
    """Run tests in this process, up to the first that fails; return what pytest ends with."""
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        places = [str(ROOT / each) for each in names]
        told = ["-q", "-x", "-n0", "-p", "no:cacheprovider", "--rootdir", str(ROOT)]
        return int(pytest.main([*told, *places]))


def judge_all(
    removals: Sequence[Removal | None], jobs: int, *, quick: bool = False
) -> Iterator[Verdict]:
    """Judge removals, so many at a time, each in a fork of this process."""
    with get_context("fork").Pool(jobs, maxtasksperchild=1) as pool:
        yield from pool.imap(partial(judge, quick=quick), removals)


def main(arguments: Sequence[str]) -> int:
    """Print a line for each removal and how many of them were killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args(arguments)
    removals = [each for each in read_removals() if not asked.names or each.name in asked.names]
    if not asked.quick or any(not each.test for each in removals):
        make_worlds()
    killed = 0
    for verdict in judge_all(
        [*removals, *([] if asked.quick else [None])], asked.jobs, quick=asked.quick
    ):
        print(_line(verdict), flush=True)
        if verdict.name == WHOLE and verdict.end != SURVIVED:
            print("The oracle and the product differ with every step in place.")
            return 1
        killed += verdict.end == KILLED
    print(f"\n{killed}/{len(removals)}")
    return 0 if killed == len(removals) else 1


def _line(verdict: Verdict) -> str:
    agrees = verdict.name == WHOLE and verdict.end == SURVIVED
    end = "agrees" if agrees else verdict.end
    by = f"{verdict.by}: " if verdict.by else ""
    return f"{verdict.name:<36} {end:<9}{verdict.seconds:>6.1f} s  {by}{verdict.question}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
