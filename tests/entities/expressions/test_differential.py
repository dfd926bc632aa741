"""Thousands of random expressions: Python, SQLite and PostgreSQL give the same, always."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import pytest
from expression_worlds.generating import Generator, records
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

EXPRESSIONS = 2_000
SEED = 2026
RECORDS = records(SEED, 16)
KINDS = ("boolean", "decimal", "boolean", "text", "date", "datetime")


@dataclass(frozen=True)
class Case:
    """An expression with the values that Python gives for each record, in order of ids."""

    typed: TypedExpression
    values: list[object]
    functions: frozenset[str]


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    random = Random(SEED)
    found = []
    for index in range(EXPRESSIONS):
        tree = Generator(random).node(KINDS[index % len(KINDS)], random.randrange(1, 5))
        typed = check_types(tree, Scope())
        values = [as_held(evaluate(typed, each, CONTEXT)) for each in RECORDS]
        found.append(Case(typed, values, functions_of(tree)))
    return found


@pytest.fixture(scope="module")
def connection(store_module_url: str) -> Iterator[Connection]:
    engine = build_engine(store_module_url)
    fill(engine, RECORDS)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_sql_gives_what_python_gives(cases: list[Case], connection: Connection) -> None:
    differences = []
    for each_case in cases:
        wanted = each_case.values
        values, *conditions = _columns(connection, each_case.typed)
        same = [_exactly(each) for each in values] == [_exactly(each) for each in wanted]
        holding = [each is True for each in wanted]
        opposite = [not each for each in holding]
        if not same or conditions not in ([], [holding, opposite]):
            differences.append((write(each_case.typed.tree), wanted, values, conditions))
    assert differences == []


def _exactly(value: object) -> tuple[type, object]:
    # True equals 1 in Python, and must not here.
    return type(value), value


def _columns(connection: Connection, typed: TypedExpression) -> list[list[object]]:
    """Return the values; of a condition also where it and its opposite hold."""
    thing = TABLES["thing"]
    names = Names(connection.dialect.name, "thing", thing)
    elements = [compile_value(typed, names)]
    if typed.type.kind == "boolean":
        for tree in (typed.tree, Unary("not", typed.tree)):
            elements.append(case((compile_condition(tree, names), 1), else_=0))
    rows = connection.execute(select(*elements).select_from(thing).order_by(thing.c.id)).all()
    values = [as_held(row[0]) for row in rows]
    return [values, *([row[index] == 1 for row in rows] for index in range(1, len(elements)))]


def test_enough_of_every_kind_is_tried(cases: list[Case]) -> None:
    for kind in KINDS:
        found = [value for each in cases if each.typed.type.kind == kind for value in each.values]
        filled = sum(value is not None for value in found)
        assert filled > 1_500, kind


@pytest.mark.parametrize("function", ["at", "valid_at"])
def test_records_valid_on_a_day_are_asked_for(cases: list[Case], function: str) -> None:
    assert sum(function in each.functions for each in cases) > 30
