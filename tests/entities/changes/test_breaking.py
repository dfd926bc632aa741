"""New and stricter rules are planned with the records that break them, counted and named."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from cardwright_entities.changes.commits import load_active
from cardwright_entities.changes.tables import build_tables
from cardwright_entities.errors import PlanError

BASE = """
kind: entity
name: customer
label: {zh: 客户, en: Customer}
fields:
  name: {type: text}
  code: {type: text}
  level: {type: picklist, values: [a, b, c]}
  size: {type: integer}
list: {columns: [name]}
"""


@pytest.fixture
def filled(bench):
    bench.apply(BASE)
    with bench.store.read(bench.context) as session:
        _, catalog = load_active(session)
    table = build_tables(
        catalog.entity("customer"), catalog, bench.types, bench.store.dialect
    ).table
    rows = [
        {"name": "A", "code": "X1", "level": "a", "size": 1},
        {"name": "B", "code": None, "level": "b", "size": 20},
        {"name": "C", "code": "y", "level": None, "size": None},
    ]
    with bench.store.write(bench.context) as session:
        session.execute(insert(table), rows)
    return bench


def offences(bench, old: str, new: str) -> list[tuple[str, str, tuple[int, ...]]]:
    assert old in BASE
    plan = bench.plan(BASE.replace(old, new))
    return [(each.kind, each.target.rpartition(".")[2], each.records) for each in plan.offences]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("code: {type: text}", "code: {type: text, required: true}", ("required", "code", (2,))),
        (
            "code: {type: text}",
            "code: {type: text, required: \"level = 'b'\"}",
            ("required", "code", (2,)),
        ),
        (
            "code: {type: text}",
            "code: {type: text}\n  city: {type: text, required: true}",
            ("required", "city", (1, 2, 3)),
        ),
        ("size: {type: integer}", "size: {type: integer, max: 10}", ("value", "size", (2,))),
        ("values: [a, b, c]", "values: [b, c]", ("value", "level", (1,))),
        (
            "code: {type: text}",
            'code: {type: text, pattern: "[A-Z][0-9]"}',
            ("value", "code", (3,)),
        ),
        ("code: {type: text}", 'code: {type: text, check: "size < 5"}', ("check", "code", (3,))),
        (
            "list:",
            'checks: {small: {if: "size > 5", message: {zh: 太大, en: Too large}}}\nlist:',
            ("check", "small", (2,)),
        ),
    ],
)
def test_records_that_break_a_rule_are_counted_and_named(filled, old, new, expected) -> None:
    assert offences(filled, old, new) == [expected]


def test_a_rule_that_all_records_keep_is_safe(filled) -> None:
    assert offences(filled, "name: {type: text}", "name: {type: text, required: true}") == []
    assert offences(filled, "values: [a, b, c]", "values: [a, b, c, d]") == []


def test_a_broken_rule_stops_the_plan_unless_it_shall_hold_later(filled) -> None:
    wanted = BASE.replace("code: {type: text}", "code: {type: text, required: true}")
    with pytest.raises(PlanError):
        filled.apply_plan(filled.plan(wanted))
    assert filled.apply_plan(filled.plan(wanted, accepted=["required"])) == 2
    assert filled.plan(wanted).is_empty


def test_a_rule_over_other_records_is_left_to_the_next_save(filled) -> None:
    wanted = BASE.replace(
        "code: {type: text}", 'code: {type: text, check: "created_by.name != name"}'
    )
    assert filled.plan(wanted).is_safe


CLOSING = BASE.replace("list:", "frozen: \"level = 'a'\"\nlist:")


def test_closed_records_are_counted(bench) -> None:
    bench.apply(CLOSING)
    with bench.store.read(bench.context) as session:
        _, catalog = load_active(session)
    tables = build_tables(catalog.entity("customer"), catalog, bench.types, bench.store.dialect)
    closed = tables.fields["frozen_at"][0].name
    with bench.store.write(bench.context) as session:
        rows = [{"name": "A", closed: bench.context.now}, {"name": "B", closed: None}]
        session.execute(insert(tables.table), rows)
    plan = bench.plan(CLOSING.replace("size: {type: integer}", "size: {type: decimal}"))
    assert plan.effects.frozen == 1
    assert "1 条已封存记录保持原值" in plan.describe("zh")[1]


def test_a_check_that_asks_for_the_record_itself_is_planned_uncounted(filled) -> None:
    asks = "{if: '$self is not empty and size > 5', test: 'code is not empty', message: {en: Code}}"
    found = offences(filled, "list: {columns", f"checks:\n  coded: {asks}\nlist: {{columns")
    assert found == []
