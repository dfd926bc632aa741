"""What a type change stores is what the new type reads; going back gives every value again."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import insert, select

from cardwright_entities.errors import ValueProblem

BASE = """
kind: entity
name: customer
label: {zh: 客户, en: Customer}
fields:
  name: {type: text}
  code: {type: text}
list: {columns: [name]}
"""
PIECES = [
    *"0123456789",
    "00",
    "999999999999",
    "-",
    "+",
    ".",
    ",",
    " ",
    "e3",
    "１２",
    "百",
    "%",
    "\t",
    "'",
]
COUNT = 1_500


def some_texts(seed: int) -> list[str | None]:
    chance = random.Random(seed)
    made = ["".join(chance.choices(PIECES, k=chance.randint(1, 6))) for _ in range(COUNT)]
    # As the gate would have stored them.
    return [text.strip() or None for text in made]


def codes_of(bench) -> list[object]:
    tables = bench.tables()
    with bench.store.read(bench.context) as session:
        column = tables.fields["code"][0]
        return [value for (value,) in session.rows(select(column).order_by(tables.table.c.id))]


def read_all(bench, texts: list[str | None]) -> list[object]:
    field = bench.tables().definition.fields["code"]
    parse = bench.types.of(field).excel_parser(field)
    return [read(bench, parse, text) for text in texts]


def read(bench, parse, text: str | None) -> object:
    try:
        return parse(text, bench.context)
    except ValueProblem:
        return None


@pytest.mark.parametrize(
    "body", ["{type: integer}", "{type: decimal, scale: 2}", "{type: decimal, scale: 0, max: 5000}"]
)
def test_random_texts_become_what_the_type_reads_and_come_back(bench, body) -> None:
    texts = some_texts(len(body))
    bench.apply(BASE)
    tables = bench.tables()
    with bench.store.write(bench.context) as session:
        session.execute(insert(tables.table), [{"name": "A", "code": text} for text in texts])
    typed = BASE.replace("code: {type: text}", f"code: {body}")
    bench.apply_plan(bench.plan(typed, accepted=["convert"]))
    stored = codes_of(bench)
    assert stored == read_all(bench, texts)
    assert sum(each is not None for each in stored) > COUNT // 20
    bench.apply(BASE)
    assert codes_of(bench) == texts
