"""The statements that come out: indexes are used, nothing that people wrote stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from expression_worlds.generating import Generator, records
from expression_worlds.world import CONTEXT, TABLES, VARIABLES, Names, Scope, fill
from sqlalchemy import Connection, func, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg

from cardwright_entities.expressions.checking import check_condition, check_types
from cardwright_entities.expressions.evaluation import evaluate
from cardwright_entities.expressions.sql import (
    compile_aggregate,
    compile_condition,
    compile_order,
    compile_value,
)
from cardwright_entities.store.engines import build_engine
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.tree import Call, Literal, Path

RECORDS = records(7, 60)
THING = TABLES["thing"]


@pytest.fixture(scope="module")
def connection(store_module_url: str) -> Iterator[Connection]:
    engine = build_engine(store_module_url)
    fill(engine, RECORDS)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def names_of(connection: Connection) -> Names:
    return Names(connection.dialect.name, "thing", THING)


def written(expression: str, dialect: str) -> str:
    condition = compile_condition(
        check_condition(parse(expression), Scope()), Names(dialect, "thing", THING)
    )
    known: dict[str, Any] = {"sqlite": sqlite.dialect(), "postgresql": psycopg.dialect()}
    return str(condition.compile(dialect=known[dialect])).replace("thing.", "")


@pytest.mark.parametrize(
    ("expression", "on_sqlite", "on_postgresql"),
    [
        ("name = 'x'", "name = ?", "name = $text"),
        ("name != 'x'", "name != ? OR name IS NULL", "name != $text OR name IS NULL"),
        ("not (name = 'x')", "name != ? OR name IS NULL", "name != $text OR name IS NULL"),
        ("price > 1.5", "price > ?", "price > %(param_1)s"),
        (
            "not (price > 2)",
            "(price <= ?) OR price IS NULL",
            "(price <= %(param_1)s) OR price IS NULL",
        ),
        ("number = 5", "number = ?", "number = $integer"),
        ("number > 1.5", "number > ?", "number > $integer"),
        ("number = 1.5", "0", "false"),
        ("parent = 5", "parent = ?", "parent = $integer"),
        ("name = null", "name IS NULL", "name IS NULL"),
        ("name = note", "name IS note", "name IS NOT DISTINCT FROM note"),
        ("open", "open = 1", "open = true"),
        ("at = '2026-04-01'", "at >= ? AND at < ?", "at >= $moment AND at < $moment"),
        ("due in this_month()", "due BETWEEN ? AND ?", "due BETWEEN $day AND $day"),
        ("due <= today()", "due <= ?", "due <= $day"),
        ("open and 1 = 2", "0 = 1", "false"),
        ("open or 1 = 1", "1 = 1", "true"),
        ("$contact = parent", "0", "false"),
    ],
)
def test_a_condition_is_written_so_that_an_index_serves_it(
    expression: str, on_sqlite: str, on_postgresql: str
) -> None:
    assert written(expression, "sqlite") == on_sqlite
    kinds = {
        "VARCHAR": "text", "NUMERIC": "number", "BIGINT": "integer", "DATE": "day",
        "TIMESTAMP WITH TIME ZONE": "moment",
    }  # fmt: skip
    found = re.sub(
        r"%\(param_.\)s::([A-Z ]+[A-Z])(?= AND| OR|$)",
        lambda match: "$" + kinds[match.group(1)],
        written(expression, "postgresql"),
    )
    assert found == on_postgresql


@pytest.mark.parametrize(
    "expression",
    [
        "number = 5",
        "price >= 12.5 and price < 99",
        "name = '华为'",
        "name in ('a', 'b')",
        f"number in ({', '.join(map(str, range(50)))})",
        "at in this_month()",
        "at = '2026-03-31'",
        "due < today()",
    ],
)
def test_the_index_of_a_field_is_used(connection: Connection, expression: str) -> None:
    for column in ("number", "price", "name", "at", "due"):
        connection.execute(text(f"CREATE INDEX IF NOT EXISTS x_{column} ON thing ({column})"))
    condition = compile_condition(check_condition(parse(expression), Scope()), names_of(connection))
    statement = select(THING.c.id).where(condition)
    compiled = statement.compile(
        dialect=connection.dialect, compile_kwargs={"render_postcompile": True}
    )
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET enable_seqscan = off"))
    explain = "EXPLAIN " if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    given: Any = compiled.construct_params()
    if connection.dialect.name == "sqlite":
        given = tuple(compiled.construct_params()[each] for each in compiled.positiontup or ())
    processed = _processed(compiled, given)
    plan = connection.exec_driver_sql(explain + str(compiled), processed).all()
    if connection.dialect.name == "postgresql":
        connection.execute(text("RESET enable_seqscan"))
    assert "x_" in str(plan), plan


def _processed(compiled: Any, given: Any) -> Any:
    """Return parameters as the driver takes them."""
    processors = compiled._bind_processors  # noqa: SLF001 - what execute does
    if isinstance(given, dict):
        return {
            name: processors.get(name, lambda value: value)(value) for name, value in given.items()
        }
    return tuple(
        processors.get(name, lambda value: value)(value)
        for name, value in zip(compiled.positiontup, given, strict=True)
    )


def test_nothing_that_people_write_stands_in_a_statement() -> None:
    random = Random(3)
    poison = "POISON'); drop"
    for kind in ("boolean", "text") * 100:
        tree = Generator(random).node(kind, 3)
        tree = (
            Call("if", (parse("name = 'x'").tree, Literal(poison), tree))
            if kind == "text"
            else tree
        )
        for dialect in ("sqlite", "postgresql"):
            known: dict[str, Any] = {"sqlite": sqlite.dialect(), "postgresql": psycopg.dialect()}
            typed = check_types(tree, Scope())
            element = compile_value(typed, Names(dialect, "thing", THING))
            sql = str(element.compile(dialect=known[dialect]))
            assert "POISON" not in sql
            assert "华" not in sql


@pytest.mark.parametrize("count", [1, 20, 21, 1_000])
@pytest.mark.parametrize("field", ["price", "number", "name", "due", "at", "parent"])
def test_a_list_of_any_length_finds_the_same(
    connection: Connection, field: str, count: int
) -> None:
    values = {
        "price": [f"{index}.50" for index in range(count)],
        "number": [str(index) for index in range(count)],
        "name": [f"'w{index}'" for index in range(count - 1)] + ["'tech'"],
        "due": ["'2026-03-31'"] * count,
        "at": ["'2026-04-01 00:00'"] * count,
        "parent": [str(index) for index in range(count)],
    }[field]
    tree = check_condition(parse_long(field, values), Scope())
    statement = select(THING.c.id).where(compile_condition(tree, names_of(connection)))
    found = set(connection.execute(statement).scalars())
    wanted = {each.values["id"] for each in RECORDS if evaluate(tree, each, CONTEXT) is True}
    assert found == wanted
    assert found or count == 1


def parse_long(field: str, values: list[str]) -> Any:
    from_parts = [parse(each).tree for each in values]
    head = parse(f"{field} in (null)").tree
    return type(head)(Path((field,)), tuple(from_parts))


def test_a_list_too_long_to_be_written_out_is_one_parameter() -> None:
    items = ", ".join(map(str, range(21)))
    assert written(f"number in ({items})", "postgresql") == ("number = ANY (%(param_1)s::BIGINT[])")
    assert "json_each(?)" in written(f"number in ({items})", "sqlite")


@dataclass
class ManagerNames(Names):
    """Names for whom the subordinates are a select."""

    def variable(self, name: str) -> object:
        if name == "$my_subordinates":
            other = TABLES["thing"].alias()
            return select(other.c.id).where(other.c.id.in_([2, 3]))
        return VARIABLES[name]


def test_a_variable_may_be_a_select_of_ids(connection: Connection) -> None:
    tree = check_condition(parse("owner in $my_subordinates"), Scope())
    names = ManagerNames(connection.dialect.name, "thing", THING)
    found = set(
        connection.execute(select(THING.c.id).where(compile_condition(tree, names))).scalars()
    )
    wanted = {
        each.values["id"]
        for each in RECORDS
        if getattr(each.values["owner"], "entity", "") == "k-employee"
        and getattr(each.values["owner"], "id", 0) in (2, 3)
    }
    assert found == wanted != set()


def test_a_given_record_is_bound(connection: Connection) -> None:
    tree = check_condition(parse("price >= $record.price or name = $record.name"), Scope())
    statement = select(THING.c.id).where(compile_condition(tree, names_of(connection)))
    found = set(connection.execute(statement).scalars())
    wanted = {
        each.values["id"]
        for each in RECORDS
        if (each.values["price"] is not None and each.values["price"] >= Decimal("12.50"))  # type: ignore[operator]  # a Decimal
        or each.values["name"] == "华为"
    }
    assert found == wanted


def test_totals_are_exact_beyond_what_the_engine_can_add(connection: Connection) -> None:
    names = names_of(connection)
    for function in ("sum", "average", "min", "max", "count"):
        for expression in ("price", "price * rate", "number", "price + 0.001"):
            tree = check_types(parse(expression), Scope()).tree
            measured = compile_aggregate(function, tree, names)
            found = connection.execute(select(measured).select_from(THING)).scalar()
            values = [evaluate(tree, each, CONTEXT) for each in RECORDS]
            exact = [Decimal(each) for each in values if isinstance(each, Decimal | int)]
            assert found == _aggregate(function, exact), (function, expression)


def _aggregate(function: str, values: list[Decimal]) -> Decimal | None:
    total = sum(values, Decimal(0))
    mean = (total / len(values)).quantize(Decimal("1e-12"), "ROUND_HALF_UP") if values else None
    results = {"sum": total, "average": mean, "min": min(values), "max": max(values)}
    return results.get(function, Decimal(len(values)))


def test_a_sum_does_not_overflow(connection: Connection) -> None:
    big = parse("999999999999999999").tree
    tree = check_types(parse("price * 0 + 1"), Scope()).tree
    measured = compile_aggregate("sum", big, names_of(connection))
    found = connection.execute(select(measured).select_from(THING)).scalar()
    assert found == Decimal(999999999999999999) * len(RECORDS)
    assert compile_aggregate("sum", tree, names_of(connection)) is not None


def test_the_sum_of_no_rows_is_zero(connection: Connection) -> None:
    for expression in ("price", "price * 2"):
        measured = compile_aggregate("sum", parse(expression).tree, names_of(connection))
        statement = select(measured).select_from(THING).where(THING.c.id < 0)
        assert connection.execute(statement).scalar() == 0


@pytest.mark.parametrize("expression", ["price * rate - 5", "name & note", "due", "number / 7"])
def test_rows_are_sorted_as_values_are_compared(connection: Connection, expression: str) -> None:
    tree = check_types(parse(expression), Scope()).tree
    names = names_of(connection)
    order = compile_order(tree, names)
    statement = (
        select(THING.c.id)
        .where(compile_value(tree, names).is_not(None))
        .order_by(order, THING.c.id)
    )
    found = list(connection.execute(statement).scalars())
    values = [(evaluate(tree, each, CONTEXT), each.values["id"]) for each in RECORDS]
    assert found == [id_ for _, id_ in sorted(each for each in values if each[0] is not None)]


@pytest.mark.parametrize(
    "grow",
    [
        lambda inner: f"abs({inner})",
        lambda inner: f"price - ({inner})",
        lambda inner: f"if(open, {inner}, 0)",
        lambda inner: f"round({inner}, number)",
        lambda inner: f"max({inner}, rate)",
        lambda inner: f"coalesce({inner}, 1)",
    ],
)
def test_sixty_levels_run_on_both_engines_with_stack_to_spare(
    connection: Connection, grow: Any
) -> None:
    inner = "price"
    for _ in range(60):
        inner = grow(inner)
    tree = check_types(parse(inner), Scope()).tree

    def run(frames: int) -> list[Any]:
        if frames:
            return run(frames - 1)
        value = compile_value(tree, names_of(connection))
        statement = select(value).select_from(THING).order_by(THING.c.id)
        return list(connection.execute(statement).scalars())

    assert run(250) == [evaluate(tree, each, CONTEXT) for each in RECORDS]


def test_what_only_python_can_is_refused(connection: Connection) -> None:
    with pytest.raises(ExpressionError) as raised:
        compile_condition(parse("pinyin(name) = 'x'"), names_of(connection))
    assert raised.value.code == "not_allowed"


def test_an_untyped_tree_is_compiled_too(connection: Connection) -> None:
    tree = parse("due > '2025-12-31' and price >= '1.00' and at < '2026-04-01'").tree
    statement = select(func.count()).where(compile_condition(tree, names_of(connection)))
    wanted = sum(evaluate(tree, each, CONTEXT) is True for each in RECORDS)
    assert connection.execute(statement.select_from(THING)).scalar() == wanted > 0


@pytest.mark.parametrize(
    "grow",
    [
        lambda inner: f"open and (number > 1 or ({inner}))",
        lambda inner: f"not (open and ({inner}))",
        lambda inner: f"({inner}) = open",
        lambda inner: f"if({inner}, price, 0) > 1",
        lambda inner: f"left(if({inner}, name, note), 3) in ('a', note)",
        lambda inner: f"parent = if({inner}, parent, null)",
        lambda inner: f"lines any (amount > 1) and (company is customer or ({inner}))",
        lambda inner: f"at between if({inner}, at, now()) and until",
    ],
)
def test_deep_conditions_run_or_are_refused_in_words(connection: Connection, grow: Any) -> None:
    inner, refusals = "price > 1", set()
    for _ in range(16):
        inner = grow(inner)
        try:
            tree = check_condition(parse(inner), Scope())
            condition = compile_condition(tree, names_of(connection))
        except ExpressionError as error:
            refusals.add(error.code)
            continue
        found = set(connection.execute(select(THING.c.id).where(condition)).scalars())
        wanted = {each.values["id"] for each in RECORDS if evaluate(tree, each, CONTEXT) is True}
        assert found == wanted
    assert refusals <= {"too_deep"}
