"""Asks many people many questions, and compares every answer with the oracle's.

python tests/proof/sweeping.py [--people 40] [--questions 10000] [--skip 0] [--jobs 2]

The people are those of the tests and as many workers as it takes, each with one or two roles drawn
from a fixed seed. Without arguments the numbers are those of CARDWRIGHT_PEOPLE and
CARDWRIGHT_QUESTIONS. Whom an earlier run has asked is skipped, so that a long one can be had in
parts.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from access_world.asking import Asker
from access_world.peopling import WORKERS
from access_world.probing import Difference, compare
from access_world.rights import RULES, SCOPED
from access_world.sight import read_roles
from access_world.stage import SEED, build_stage
from proof.attempts import make_worlds

#: Differences of one person after which he is asked no more.
_MOST_TOLD = 3

Somebody = tuple[tuple[str, ...], int | None]


def people(number: int) -> Mapping[str, Somebody]:
    """Return so many people with roles, beside those whose rights are rules."""
    pick = random.Random(SEED)
    found = dict(islice(SCOPED.items(), max(0, number - len(RULES))))
    while len(found) + len(RULES) < number:
        roles = tuple(sorted(pick.sample(sorted(read_roles()), pick.randint(1, 2))))
        worker = pick.randint(1, WORKERS)
        found[f"{'+'.join(roles)} of {worker}"] = (roles, worker)
    return found


def ask(reader: str, *, scoped: Mapping[str, Somebody], questions: int) -> tuple[str, list[str]]:
    """Ask one person everything; return what differed."""
    told: list[str] = []
    with TemporaryDirectory(prefix="cardwright-proof-") as folder:
        stage = build_stage(f"sqlite:///{Path(folder) / 'world.sqlite'}")
        stage = replace(stage, scoped=scoped)
        oracle = stage.oracle(reader)
        asker = Asker(oracle, SEED + sum(reader.encode()))
        for _ in range(questions):
            told += map(_written, compare(stage, reader, oracle, asker.question()))
            if len(told) >= _MOST_TOLD:
                break
        stage.installation.store.close()
    return reader, told


def _written(difference: Difference) -> str:
    return "\n".join(f"    {name}: {each!r}"[:1000] for name, each in difference._asdict().items())


def _answers(readers: Sequence[str], jobs: int, **how: object) -> Iterator[tuple[str, list[str]]]:
    with get_context("fork").Pool(jobs, maxtasksperchild=1) as pool:
        yield from pool.imap(partial(ask, **how), readers, chunksize=1)


def main(arguments: Sequence[str]) -> int:
    """Print a line for each person, and how many answers differed."""
    parser = argparse.ArgumentParser(description=__doc__)
    people_by, asked_by = (
        os.environ.get("CARDWRIGHT_PEOPLE"),
        os.environ.get("CARDWRIGHT_QUESTIONS"),
    )
    parser.add_argument("--people", type=int, default=people_by or 40)
    parser.add_argument("--questions", type=int, default=asked_by or 10_000)
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args(arguments)
    scoped = people(asked.people)
    readers = [*RULES, *scoped][asked.skip : asked.people]
    make_worlds()
    begun, differences = time.monotonic(), 0
    for reader, told in _answers(readers, asked.jobs, scoped=scoped, questions=asked.questions):
        print(f"{reader:<28}{asked.questions:>8} questions {len(told):>4} differences", flush=True)
        print("\n".join(told), end="\n" if told else "")
        differences += len(told)
    minutes = (time.monotonic() - begun) / 60
    print(f"\n{len(readers)} people, {asked.questions} questions of each, {minutes:.1f} minutes")
    print(f"{differences} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
