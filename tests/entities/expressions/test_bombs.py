"""Small expressions that would cost much: refused or stopped on every back end, in words."""

from __future__ import annotations

import ast
import pkgutil
from collections.abc import Iterator
from pathlib import Path as File

import pytest
from expression_worlds.generating import records
from expression_worlds.javascript import COSTLY, running_script
from expression_worlds.world import CONTEXT, TABLES, Names, Record, Scope, fill
from sqlalchemy import Connection, select

from cardwright_entities import expressions
from cardwright_entities.errors import LimitError
from cardwright_entities.expressions.checking import check_types
from cardwright_entities.expressions.evaluation import evaluate
from cardwright_entities.expressions.sql import compile_value
from cardwright_entities.store.engines import build_engine
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.functions import FUNCTIONS
from cardwright_metadata.expressions.parsing import parse

RECORDS = records(3, 4)

#: Each ``replace`` makes a text ten times as long: forty of them would fill the universe.
SWELLING = "length(" + "replace(" * 40 + "'aaaaaaaaaa'" + ", 'a', 'aaaaaaaaaa')" * 40 + ")"


@pytest.fixture(scope="module")
def connection(store_module_url: str) -> Iterator[Connection]:
    engine = build_engine(store_module_url)
    fill(engine, RECORDS)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def crowded(count: int) -> Record:
    """Return a thing with many lines."""
    line = RECORDS[0].lines[0] if RECORDS[0].lines else Record("line", {"id": 1})
    return Record("thing", RECORDS[0].values, {}, [line] * count)


MANY = "sum(lines where amount > 0 or quantity > 0 or word = 'a', amount * 2)"


def test_too_many_steps_are_stopped_in_python() -> None:
    typed = check_types(parse(MANY), Scope())
    evaluate(typed, crowded(300), CONTEXT)
    with pytest.raises(LimitError) as raised:
        evaluate(typed, crowded(5_000), CONTEXT)
    assert raised.value.message.code == "expression_too_costly"


def test_too_many_steps_are_stopped_in_javascript() -> None:
    typed = check_types(parse(MANY), Scope())
    with running_script([crowded(300), crowded(5_000)]) as script:
        few, many = script.evaluate(typed)
    assert many == COSTLY
    assert few == evaluate(typed, crowded(300), CONTEXT)


def test_a_text_that_would_swell_is_empty_in_python_and_javascript() -> None:
    typed = check_types(parse(SWELLING), Scope())
    assert evaluate(typed, RECORDS[0], CONTEXT) is None
    with running_script(RECORDS[:1]) as script:
        assert script.evaluate(typed) == [None]


def test_a_text_that_would_swell_is_empty_in_sql(connection: Connection) -> None:
    thing = TABLES["thing"]
    names = Names(connection.dialect.name, "thing", thing)
    swelling = SWELLING.replace("'aaaaaaaaaa'", "name & 'a'", 1)
    element = compile_value(check_types(parse(swelling), Scope()), names)
    found = connection.execute(select(element).select_from(thing)).scalars().all()
    assert found == [None] * len(RECORDS)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("price" + " * price" * 20, "too_large"),
        ("(price * price * price * price)" + " * (price * price * price * price)" * 4, "too_large"),
        ("price.__class__", "unknown_name"),
        ("__import__", "unknown_name"),
        ("name.__class__.__mro__", "unknown_name"),
        ("$record.__dict__", "unknown_name"),
        ("$setting.__globals__", "unknown_name"),
        ("round(price, name)", "wrong_type"),
    ],
)
def test_what_leads_out_or_grows_without_end_is_refused(text: str, code: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        check_types(parse(text), Scope())
    assert raised.value.code == code


@pytest.mark.parametrize("text", ["eval('1')", "__import__('os')", "().__class__", "exec(1)"])
def test_no_python_is_reached_by_name(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


ONE_ARGUMENT = {
    "abs(": "price", "round(": "price", "floor(": "price", "-(": "price", "trim(": "name",
    "lower(": "name", "upper(": "name", "date(": "due", "not (": "open",
}  # fmt: skip
TWO_ARGUMENTS = {
    "min(price, ": "price", "coalesce(price, ": "price", "mod(price, ": "price",
    "concat(name, ": "name", "replace(name, 'a', ": "name", "start_of('month', ": "due",
    "end_of('week', ": "due", "average(price, ": "price", "if(open, price, ": "price",
}  # fmt: skip


@pytest.mark.parametrize(("call", "leaf"), [*ONE_ARGUMENT.items(), *TWO_ARGUMENTS.items()])
def test_nested_calls_make_statements_that_grow_no_faster(
    connection: Connection, call: str, leaf: str
) -> None:
    sizes = []
    for depth in (8, 16):
        text = call * depth + leaf + ")" * depth
        typed = check_types(parse(text), Scope(), exact=False)
        names = Names(connection.dialect.name, "thing", TABLES["thing"])
        statement = select(compile_value(typed, names)).select_from(TABLES["thing"])
        sizes.append(len(str(statement.compile(dialect=connection.dialect))))
        connection.execute(statement).all()
    assert sizes[1] < 2.5 * sizes[0] + 500


def test_the_evaluator_reaches_no_code_of_others() -> None:
    forbidden = {"eval", "exec", "compile", "__import__", "getattr", "setattr", "globals", "open"}
    for module in pkgutil.iter_modules(expressions.__path__):
        tree = ast.parse((File(expressions.__path__[0]) / f"{module.name}.py").read_text("utf-8"))
        called = {
            node.func.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        reached = called & forbidden
        # Reading a constant attribute of our own columns is no way out.
        assert reached <= {"getattr"}, module.name
        if module.name in ("evaluation", "calling", "comparing", "javascript"):
            assert not reached, module.name


def test_every_function_runs_somewhere_or_reads() -> None:
    for function in FUNCTIONS.values():
        assert function.backends or function.reading, function.name
