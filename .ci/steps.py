"""Runs the checks one after the other, prints what each took, and ends as badly as the worst."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTEST = (str(BIN / "pytest"), "-q", "-p", "no:cacheprovider")
#: One more than there are cores, for whoever waits; each has services of its own. The tests of a
#: file stay together, and the files that take longest begin: see tests/longest_files.py.
PARALLEL = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder", "--durations=12")
#: A browser waits for its page and not for its turn: no more of them than there are cores.
BROWSERS = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", "--durations=12")


@dataclass(frozen=True)
class Step:
    """One command and the minutes that it should stay under on two cores."""

    name: str
    minutes: float
    command: tuple[str, ...]
    needs: str = ""  #: folder without which there is nothing to do yet


LINT = (
    Step("style", 0.1, (str(BIN / "ruff"), "check", ".")),
    Step("format", 0.1, (str(BIN / "ruff"), "format", "--check", ".")),
    Step("types", 0.6, (str(BIN / "mypy"),)),
    Step("contracts", 0.2, (str(BIN / "lint-imports"),)),
)
APART = ("tests/bench", "tests/pictures", "tests/browser")
TESTS = (
    Step("tests", 10, (*PYTEST, *PARALLEL, "tests", *(f"--ignore={folder}" for folder in APART))),
    Step("browser", 3, (*PYTEST, *BROWSERS, "tests/browser")),
)
# The same tests with more kills and every request: an hour and more on two cores.
LONG = ("env", "CARDWRIGHT_KILLS=100", "CARDWRIGHT_SWEEP=all", *PYTEST, "-o", "timeout=3600")
SOAK = (
    Step("kills", 30, (*LONG, "tests/faults")),
    Step("odd input", 15, (*LONG, "tests/platform/bad_input")),
    Step("questions of rights", 15, (*LONG, "tests/entities/access")),
    Step(
        "histories of documents",
        30,
        (
            "env",
            "CARDWRIGHT_HISTORIES=10000",
            *LONG[1:],
            "tests/entities/records/test_frozen_histories.py",
        ),
    ),
    Step(
        "1,000 fields added, retired, purged under load",
        60,
        (sys.executable, "tests/bench/bench_changes.py", "--rows", "20000", "--cycles", "1000"),
    ),
)
# How many and from which seed stands in CARDWRIGHT_CASES and CARDWRIGHT_SEED, and is printed.
FUZZ = (
    Step(
        "expressions",
        20,
        (*PYTEST, "-s", "-o", "timeout=36000", "tests/entities/expressions/test_differential.py"),
    ),
)
# How many questions of how many people stands in CARDWRIGHT_QUESTIONS and CARDWRIGHT_PEOPLE.
PROVE = (
    Step("steps taken out", 20, (sys.executable, "tests/proof/killing.py")),
    Step("questions of many people", 180, (sys.executable, "tests/proof/sweeping.py")),
    Step(
        "worlds that go on changing",
        60,
        (
            "env",
            "CARDWRIGHT_LIVES=200",
            "CARDWRIGHT_STEPS=40",
            *PYTEST,
            "-o",
            "timeout=36000",
            "tests/entities/access/test_living_world.py",
        ),
    ),
    Step(
        "requests of the description",
        60,
        (
            "env",
            "CARDWRIGHT_DESCRIBED=40",
            *PYTEST,
            "tests/platform/api/test_described_answers.py",
        ),
    ),
)
PLANS = {
    "lint": LINT,
    "all": LINT + TESTS,
    "soak": SOAK,
    "fuzz": FUZZ,
    "prove": PROVE,
    "pictures": (Step("pictures", 8, (*PYTEST, "tests/pictures"), "tests/pictures"),),
}


def main(plan: str) -> int:
    """Run every step even after one failed, so that one run shows everything."""
    results = []
    failures: list[str] = []
    for step in PLANS[plan]:
        if step.needs and not (ROOT / step.needs).is_dir():
            print(f"\n== {step.name}: there is no {step.needs} yet", flush=True)
            continue
        print(f"\n== {step.name}", flush=True)
        begun = time.monotonic()
        code = _run(step, failures)
        results.append((step, code, time.monotonic() - begun))
    # Once more at the end: of a long record people see the end alone.
    print("", *failures, sep="\n")
    print(f"\n{'step':<12}{'took':>10}{'budget':>10}")
    for step, code, seconds in results:
        verdict = "failed" if code else "over budget" if seconds > step.minutes * 60 else "ok"
        print(f"{step.name:<12}{seconds:>8.1f} s{step.minutes * 60:>8.0f} s  {verdict}")
    return max((abs(code) for _, code, _ in results), default=0)


def _run(step: Step, failures: list[str]) -> int:
    """Run a step, show what it prints while it prints it, and gather what it says has failed."""
    with subprocess.Popen(step.command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            if line.startswith(("FAILED ", "ERROR ")):
                failures.append(line.rstrip())
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
