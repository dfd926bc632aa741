"""Thousands of random expressions: Python, SQLite and PostgreSQL give the same, always."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import pytest
from expression_worlds.generating import Generator, records
from expression_worlds.world import CONTEXT, TABLES, Names, Scope, as_held, fill
from sqlalchemy import Connection, select, type_coerce
from sqlalchemy.types import Boolean

from cardwright_entities.expressions.checking import check_types
from cardwright_entities.expressions.evaluation import evaluate
from cardwright_entities.expressions.sql import compile_condition, compile_value
from cardwright_entities.expressions.typed import TypedExpression
from cardwright_entities.store.engines import build_engine
from cardwright_metadata.expressions.text import write
from cardwright_metadata.expressions.tree import Node, Unary

EXPRESSIONS = 2_000
SEED = 2026
RECORDS = records(SEED, 24)
KINDS = ("boolean", "decimal", "boolean", "text", "date", "datetime")


@dataclass(frozen=True)
class Case:
    """An expression with the values that Python gives for each record, in order of ids."""

    typed: TypedExpression
    values: list[object]


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    random = Random(SEED)
    found = []
    for index in range(EXPRESSIONS):
        tree = Generator(random).node(KINDS[index % len(KINDS)], random.randrange(1, 5))
        typed = check_types(tree, Scope())
        values = [as_held(evaluate(typed, each, CONTEXT)) for each in RECORDS]
        found.append(Case(typed, values))
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
    for case in cases:
        found = _values(connection, case.typed)
        if [_exactly(each) for each in found] != [_exactly(each) for each in case.values]:
            differences.append((write(case.typed.tree), case.values, found))
    assert differences == []


def _exactly(value: object) -> tuple[type, object]:
    # True equals 1 in Python, and must not here.
    return type(value), value


def _values(connection: Connection, typed: TypedExpression) -> list[object]:
    thing = TABLES["thing"]
    names = Names(connection.dialect.name, "thing", thing)
    statement = select(compile_value(typed, names)).select_from(thing).order_by(thing.c.id)
    return [as_held(value) for (value,) in connection.execute(statement)]


def test_a_condition_holds_where_python_says_true(
    cases: list[Case], connection: Connection
) -> None:
    conditions = [case for case in cases if case.typed.type.kind == "boolean"]
    assert len(conditions) > 600
    differences = []
    for case in conditions:
        wanted = [each is True for each in case.values]
        for tree, expected in (
            (case.typed.tree, wanted),
            (Unary("not", case.typed.tree), [not each for each in wanted]),
        ):
            found = _holding(connection, tree)
            if found != expected:
                differences.append((write(tree), expected, found))
    assert differences == []


def _holding(connection: Connection, tree: Node) -> list[bool]:
    thing = TABLES["thing"]
    condition = compile_condition(tree, Names(connection.dialect.name, "thing", thing))
    held = type_coerce(condition, Boolean())
    statement = select(thing.c.id).where(held).order_by(thing.c.id)
    ids = {id_ for (id_,) in connection.execute(statement)}
    return [each.values["id"] in ids for each in RECORDS]
