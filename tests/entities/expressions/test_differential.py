"""Thousands of random expressions: Python, SQLite, PostgreSQL and JavaScript give the same, always.

``make fuzz`` tries more of them, from another seed: CARDWRIGHT_CASES and CARDWRIGHT_SEED.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

import pytest
from expression_worlds.generating import Generator, records
from expression_worlds.javascript import running_script
from expression_worlds.world import CONTEXT, TABLES, Names, Scope, as_held, fill
from sqlalchemy import Connection, case, select

from cardwright_entities.expressions.checking import check_types
from cardwright_entities.expressions.evaluation import evaluate
from cardwright_entities.expressions.sql import compile_condition, compile_value
from cardwright_entities.expressions.typed import TypedExpression
from cardwright_entities.store.engines import build_engine
from cardwright_metadata.expressions.names import functions_of
from cardwright_metadata.expressions.text import write
from cardwright_metadata.expressions.tree import Unary

CASES = int(os.environ.get("CARDWRIGHT_CASES", "20000"))
SEED = int(os.environ.get("CARDWRIGHT_SEED", "2026"))
RECORDS = records(SEED, 8)
KINDS = ("boolean", "decimal", "boolean", "text", "date", "datetime")

#: Expressions of one statement.
TOGETHER = 20

#: Of so many of each chunk it is also asked where they hold and where not.
ASKED_WHERE = 12

#: Expressions that come from one seed.
CHUNK = 500
SEEDS = range(SEED, SEED + -(-CASES // CHUNK))


@dataclass(frozen=True)
class Case:
    """An expression with the values that Python gives for each record, in order of ids."""

    typed: TypedExpression
    values: list[object]
    functions: frozenset[str]

    @property
    def wanted(self) -> list[tuple[type, object]]:
        return [_exactly(each) for each in self.values]


def cases_of(seed: int) -> tuple[Case, ...]:
    """Return the cases of a seed; of a usual run they are all kept, of a long one none."""
    return _kept_cases(seed) if CASES <= 20_000 else _make_cases(seed)


@cache
def _kept_cases(seed: int) -> tuple[Case, ...]:
    return _make_cases(seed)


def _make_cases(seed: int) -> tuple[Case, ...]:
    random = Random(seed)
    found = []
    for index in range(CHUNK):
        tree = Generator(random).node(KINDS[index % len(KINDS)], random.randrange(1, 5))
        typed = check_types(tree, Scope())
        values = [as_held(evaluate(typed, each, CONTEXT)) for each in RECORDS]
        found.append(Case(typed, values, functions_of(tree)))
    return tuple(found)


@pytest.fixture(scope="module")
def connection(store_module_url: str) -> Iterator[Connection]:
    engine = build_engine(store_module_url)
    fill(engine, RECORDS)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_javascript_gives_what_python_gives() -> None:
    differences, count = [], 0
    with running_script(RECORDS) as script:
        for seed in SEEDS:
            for each in cases_of(seed):
                if "javascript" not in each.typed.backends:
                    continue
                count += 1
                found = script.evaluate(each.typed)
                if [_exactly(value) for value in found] != each.wanted:
                    differences.append((seed, write(each.typed.tree), each.values, found))
    print(f"JavaScript: {count:,} cases from seed {SEED}, {len(differences)} differences")
    assert differences == []
    assert count > CASES * 0.95


def test_sql_gives_what_python_gives(connection: Connection) -> None:
    differences, count = [], 0
    for seed in SEEDS:
        cases = cases_of(seed)
        for start in range(0, len(cases), TOGETHER):
            together = cases[start : start + TOGETHER]
            for each, found in zip(together, _values(connection, together), strict=True):
                count += 1
                if [_exactly(value) for value in found] != each.wanted:
                    differences.append((seed, write(each.typed.tree), each.values, found))
    engine = connection.dialect.name
    print(f"{engine}: {count:,} cases from seed {SEED}, {len(differences)} differences")
    assert differences == []


def test_conditions_hold_where_python_says_so(connection: Connection) -> None:
    differences = []
    for seed in SEEDS:
        conditions = [each for each in cases_of(seed) if each.typed.type.kind == "boolean"]
        for each in conditions[:ASKED_WHERE]:
            found = _where(connection, each.typed)
            holding = [value is True for value in each.values]
            if found != [holding, [not value for value in holding]]:
                differences.append((seed, write(each.typed.tree), each.values, found))
    assert differences == []


def _exactly(value: object) -> tuple[type, object]:
    # True equals 1 in Python, and must not here.
    return type(value), value


def _values(connection: Connection, cases: tuple[Case, ...]) -> list[list[object]]:
    """Return the values of some expressions, asked in one statement."""
    thing = TABLES["thing"]
    names = Names(connection.dialect.name, "thing", thing)
    elements = [compile_value(each.typed, names) for each in cases]
    rows = connection.execute(select(*elements).select_from(thing).order_by(thing.c.id)).all()
    return [[as_held(row[index]) for row in rows] for index in range(len(cases))]


def _where(connection: Connection, typed: TypedExpression) -> list[list[bool]]:
    """Return for which records a condition and its opposite hold."""
    thing = TABLES["thing"]
    names = Names(connection.dialect.name, "thing", thing)
    trees = (typed.tree, Unary("not", typed.tree))
    elements = [case((compile_condition(each, names), 1), else_=0) for each in trees]
    rows = connection.execute(select(*elements).select_from(thing).order_by(thing.c.id)).all()
    return [[row[index] == 1 for row in rows] for index in range(2)]


def test_enough_of_every_kind_is_tried() -> None:
    for kind in KINDS:
        cases = [each for seed in SEEDS for each in cases_of(seed) if each.typed.type.kind == kind]
        filled = sum(value is not None for each in cases for value in each.values)
        assert filled > CASES // 2, kind


@pytest.mark.parametrize("function", ["at", "valid_at"])
def test_records_valid_on_a_day_are_asked_for(function: str) -> None:
    asked = sum(function in each.functions for seed in SEEDS for each in cases_of(seed))
    assert asked > CASES // 100
