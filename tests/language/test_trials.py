"""The nine trials are read, and the table says truly what the language does not take yet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_metadata.checking import check
from cardwright_metadata.problems import Problem

HERE = Path(__file__).parent
TRIALS = sorted(path.name for path in HERE.glob("[1-9]_*.yaml"))


@pytest.fixture(scope="module")
def problems() -> tuple[Problem, ...]:
    types = FieldTypes(BUILTIN_FIELD_TYPES).catalogue()
    return check([HERE, HERE / "world"], types)[1]


def not_yet(problem: Problem) -> str:
    """Return what the language lacks, as the table says it."""
    found = problem.found.strip("'")
    match problem.code:
        case "unknown_kind":
            return f"kind: {found}"
        case "unknown_field_type":
            return f"type: {found}"
        case "unknown_key":
            return f"{found}:"
        case "wrong_type":
            return f"{problem.path.rsplit('.', 1)[-1]}:"
        case _:
            return f"{problem}"


def test_there_are_nine_trials() -> None:
    assert len(TRIALS) == 9


@pytest.mark.parametrize("trial", TRIALS)
def test_the_table_names_exactly_what_is_not_taken_yet(
    problems: tuple[Problem, ...], trial: str
) -> None:
    found = {
        not_yet(each)
        for each in problems
        if each.place is not None and Path(each.place.file).name == trial
    }
    assert found == said_of(trial)


def test_nothing_else_is_wrong(problems: tuple[Problem, ...]) -> None:
    files = {Path(each.place.file).name for each in problems if each.place is not None}
    assert files <= set(TRIALS)


def said_of(trial: str) -> set[str]:
    """Return what the table's last column lists for a trial."""
    for line in (HERE / "README.md").read_text("utf-8").splitlines():
        if line.startswith(f"| `{trial}`"):
            return set(re.findall(r"`([^`]+)`", line.rstrip().removesuffix("|").rsplit("|", 1)[-1]))
    raise AssertionError(f"{trial} is not in the table")
