"""What SQLite calculates with integers is what the evaluator gives, also where it is large."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal

import pytest
from expression_worlds.world import CONTEXT, TABLES, Names, Record, Scope, fill
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import OperationalError

from cardwright_entities.expressions.checking import check_types
from cardwright_entities.expressions.evaluation import evaluate
from cardwright_entities.expressions.numbers import DIGITS, EXACT
from cardwright_entities.expressions.sql import compile_stored
from cardwright_entities.store.engines import build_engine
from cardwright_metadata.expressions.parsing import parse

THING = TABLES["thing"]
NUMBERS = ("0", "1", "-1", "0.5", "-2.5", "0.005", "10000", "123456789012.34", "999999999999999999")
ATOMS = st.sampled_from(("price", "rate", "number", *(f"({each})" for each in NUMBERS)))


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda each: f"({' '.join(each)})"),
        inner.map(lambda each: f"(-{each})"),
        st.tuples(inner, st.integers(0, 6)).map(lambda each: f"round({each[0]}, {each[1]})"),
        pair.map(lambda each: f"coalesce({each[0]}, {each[1]})"),
        pair.map(lambda each: f"if(number > 2, {each[0]}, {each[1]})"),
        inner.map(lambda each: f"if(price is empty, {each})"),
    )


FORMULAS = st.recursive(ATOMS, _grown, max_leaves=8)


def _held(digits: int, scale: int) -> st.SearchStrategy[Decimal | None]:
    numbers = st.one_of(st.integers(-200, 200), st.integers(1 - 10**digits, 10**digits - 1))
    return st.one_of(st.none(), numbers.map(lambda each: Decimal(each).scaleb(-scale)))


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    engine = build_engine(f"sqlite:///{tmp_path_factory.mktemp('integers') / 'world.db'}")
    fill(engine, [])
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@settings(max_examples=300, deadline=None)
@given(FORMULAS, _held(18, 2), _held(18, 4), st.one_of(st.none(), st.integers(-9, 9)))
@example("round(price * rate, 2)", Decimal("-0.05"), Decimal("0.1"), None)
@example("price * rate * number", Decimal("9999999999999999.99"), Decimal("99999999999999.9999"), 7)
@example("price * rate - price * rate", Decimal("9999999999999999.99"), Decimal("99999.9999"), 7)
def test_a_stored_value_is_what_python_would_store(
    sqlite: Connection,
    formula: str,
    price: Decimal | None,
    rate: Decimal | None,
    number: int | None,
) -> None:
    values = {"id": 1, "price": price, "rate": rate, "number": number}
    sqlite.execute(delete(THING))
    sqlite.execute(insert(THING).values(values))
    typed = check_types(parse(formula), Scope())
    stored = compile_stored(typed, Names("sqlite", "thing", THING), THING.c.price.type)
    found: object = "too large"
    with suppress(OperationalError):
        found = sqlite.scalar(select(stored))
    assert found == _rounded(evaluate(typed, Record("thing", values, {}), CONTEXT))


def _rounded(value: object) -> Decimal | str | None:
    if value is None:
        return None
    number = Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP, EXACT)
    return "too large" if abs(number.scaleb(2, EXACT)) >= 10**DIGITS else number


@pytest.mark.parametrize(
    ("formula", "quick"),
    [
        ("round(price * rate, 2) + number", True),
        ("if(price > rate, price * 1.13, coalesce(rate, 0))", True),
        ("price / rate", False),
        ("round(price, number)", False),
        ("round(price, -1)", False),
        (" + ".join(["price * rate"] * 60), False),
        (" * ".join(["price"] * 15), False),
        ("if(number > 1, " * 5 + "price" + ", rate)" * 5, False),
    ],
)
def test_python_is_asked_only_for_what_integers_cannot_say(formula: str, quick: bool) -> None:
    typed = check_types(parse(formula), Scope())
    stored = compile_stored(typed, Names("sqlite", "thing", THING), THING.c.price.type)
    assert ("the value" in str(stored)) == quick
