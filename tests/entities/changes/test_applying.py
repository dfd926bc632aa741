"""Plans become tables, on both engines, while nothing that is stored is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, text

from cardwright_entities.changes.commits import load_active, read_active
from cardwright_entities.changes.comparing import compare_tables
from cardwright_entities.errors import PlanError

CUSTOMER = """
kind: entity
name: customer
label: {zh: 客户, en: Customer}
fields:
  name: {type: text}
  code: {type: text}
list: {columns: [name]}
"""

CUSTOMER_AND_ORDER = """
kind: entity
name: customer
label: {zh: 客户, en: Customer}
fields:
  name: {type: text}
  code: {type: text}
  parent: {type: parent}
  friends: {type: links, to: customer}
  last_order: {type: link, to: order}
  amount: {type: decimal, scale: 2}
search: [name, code]
list: {columns: [name, code], sort: [-created_at, name]}
---
kind: entity
name: order
label: {zh: 订单, en: Order}
title: number
fields:
  number: {type: serial, pattern: "A{0000}"}
  customer: {type: link, to: customer}
  items: {type: lines, of: order_item}
---
kind: entity
name: order_item
owner: order
title: product
label: {zh: 订单明细, en: Order item}
fields:
  product: {type: text}
  quantity: {type: decimal}
"""


def add(bench, name, *rows) -> None:
    table = bench.tables(name).table
    with bench.store.write(bench.context) as session:
        session.execute(insert(table), list(rows))


def test_the_first_apply_makes_the_tables_that_are_wanted(bench) -> None:
    assert bench.apply(CUSTOMER_AND_ORDER) == 1
    assert compare_tables(bench.store, bench.context, bench.types) == ()


def test_applying_twice_is_an_empty_plan(bench) -> None:
    bench.apply(CUSTOMER_AND_ORDER)
    plan = bench.plan(CUSTOMER_AND_ORDER)
    assert plan.is_empty
    assert bench.apply_plan(plan) == 1


def test_a_grown_definition_keeps_the_records(bench) -> None:
    bench.apply(CUSTOMER)
    add(bench, "customer", {"name": "北京华信", "code": "A1"})
    assert bench.apply(CUSTOMER_AND_ORDER) == 2
    assert compare_tables(bench.store, bench.context, bench.types) == ()
    table = bench.tables("customer").table
    with bench.store.read(bench.context) as session:
        assert session.rows(select(table.c.name, table.c.amount)) == [("北京华信", None)]


def test_records_older_than_a_search_are_found_by_it(bench) -> None:
    bench.apply(CUSTOMER.replace("list:", "search: []\nlist:"))
    add(bench, "customer", {"name": "北京华信", "code": "A1"}, {"name": "上海", "code": None})
    bench.apply(CUSTOMER_AND_ORDER)
    tables = bench.tables("customer")
    number = tables.definition.fields["name"].number
    with bench.store.read(bench.context) as session:
        if bench.store.dialect == "postgresql":
            condition = tables.table.c.search_tokens.contains([f"f{number}华信"])
            found = session.rows(select(tables.table.c.name).where(condition))
        else:
            query = text("SELECT rowid FROM e_customer_search WHERE e_customer_search MATCH :words")
            found = session.rows(query, {"words": f'"f{number}华信"'})
    assert len(found) == 1


def test_records_older_than_a_sort_key_get_one(bench) -> None:
    bench.apply(CUSTOMER)
    add(bench, "customer", {"name": "B", "code": "A10"}, {"name": "A", "code": "A9"})
    bench.apply(CUSTOMER_AND_ORDER)
    tables = bench.tables("customer")
    with bench.store.read(bench.context) as session:
        by_code = select(tables.table.c.code).order_by(tables.sort_columns["code"])
        assert session.rows(by_code) == [("A9",), ("A10",)]


def test_a_record_that_was_there_belongs_to_the_new_tree(bench) -> None:
    bench.apply(CUSTOMER)
    add(bench, "customer", {"name": "A"})
    bench.apply(CUSTOMER_AND_ORDER)
    closure = bench.tables("customer").closure
    with bench.store.read(bench.context) as session:
        assert session.rows(select(closure)) == [(1, 1, 0)]


def test_a_vanished_field_is_retired_and_comes_back_with_its_values(bench) -> None:
    bench.apply(CUSTOMER)
    add(bench, "customer", {"name": "A", "code": "A1"})
    bench.apply(CUSTOMER.replace("  code: {type: text}\n", ""))
    with bench.store.read(bench.context) as session:
        _, catalog = load_active(session)
    assert catalog.entity("customer").fields["code"].retired
    plan = bench.plan(CUSTOMER)
    assert [step.kind for step in plan.steps if "code" in step.target] == ["restore"]
    bench.apply_plan(plan)
    table = bench.tables("customer").table
    with bench.store.read(bench.context) as session:
        assert session.rows(select(table.c.code)) == [("A1",)]
    assert compare_tables(bench.store, bench.context, bench.types) == ()


def test_a_vanished_entity_is_retired_and_its_table_stays(bench) -> None:
    bench.apply(CUSTOMER_AND_ORDER)
    plan = bench.plan(CUSTOMER)
    assert ("retire", "entity/order") in [(step.kind, step.target) for step in plan.steps]
    bench.apply_plan(plan)
    assert compare_tables(bench.store, bench.context, bench.types) == ()
    with bench.store.read(bench.context) as session:
        assert session.scalar(text("SELECT count(*) FROM e_order")) == 0


def test_a_renamed_field_keeps_its_column(bench) -> None:
    bench.apply(CUSTOMER)
    add(bench, "customer", {"name": "A", "code": "A1"})
    renamed = CUSTOMER.replace("code: {type: text}", "number: {type: text, was: code}")
    plan = bench.plan(renamed)
    assert [step.kind for step in plan.steps if step.works] == []
    assert [step.kind for step in plan.steps if "number" in step.target] == ["rename"]
    bench.apply_plan(plan)
    definition = bench.tables("customer").definition
    assert definition.fields["number"].column == "code"
    assert bench.plan(renamed).is_empty


def test_a_renamed_entity_keeps_its_table(bench) -> None:
    bench.apply(CUSTOMER)
    renamed = CUSTOMER.replace("name: customer", "name: client\nwas: customer")
    plan = bench.plan(renamed)
    assert [step.kind for step in plan.steps if step.works] == []
    bench.apply_plan(plan)
    assert bench.tables("client").table.name == "e_customer"
    assert bench.plan(renamed).is_empty


def test_an_unsaid_rename_is_asked_about(bench) -> None:
    bench.apply(CUSTOMER)
    plan = bench.plan(CUSTOMER.replace("code:", "number:"))
    assert [(each.old, each.new) for each in plan.questions] == [("code", "number")]


def test_a_changed_label_is_a_plan_without_work(bench) -> None:
    bench.apply(CUSTOMER)
    plan = bench.plan(CUSTOMER.replace("客户", "往来单位"))
    assert [(step.kind, step.target) for step in plan.steps] == [("change", "entity/customer")]
    assert bench.apply_plan(plan) == 2
    assert bench.tables("customer").definition.label.in_language("zh") == "往来单位"


def test_a_stale_plan_is_refused(bench) -> None:
    first = bench.plan(CUSTOMER)
    bench.apply(CUSTOMER_AND_ORDER)
    with pytest.raises(PlanError) as caught:
        bench.apply_plan(first)
    assert caught.value.stale
    with bench.store.read(bench.context) as session:
        assert read_active(session).number == 1


def test_records_that_break_a_new_rule_are_counted_and_stop_it(bench) -> None:
    bench.apply(CUSTOMER)
    rows = [{"name": name, "code": code} for name, code in ("AX", "BＸ", "CY")]
    add(bench, "customer", {**rows[0], "code": "x"}, {**rows[1], "code": "Ｘ"}, rows[2])
    plan = bench.plan(CUSTOMER.replace("code: {type: text}", "code: {type: text, unique: true}"))
    assert [(each.fields, each.count) for each in plan.offences] == [(("code",), 2)]
    assert "2 条记录不符合新规则" in plan.describe("zh")[1]
    with pytest.raises(PlanError) as caught:
        bench.apply_plan(plan)
    assert not caught.value.stale


def test_a_step_that_fails_takes_everything_back(bench) -> None:
    bench.apply(CUSTOMER)
    wanted = CUSTOMER_AND_ORDER.replace("code: {type: text}", "code: {type: text, unique: true}")
    plan = bench.plan(wanted)
    add(bench, "customer", {"name": "A", "code": "x"}, {"name": "B", "code": "X"})
    with pytest.raises(PlanError) as caught:
        bench.apply_plan(plan)
    assert caught.value.message.code == "duplicates"
    assert compare_tables(bench.store, bench.context, bench.types) == ()
    with bench.store.read(bench.context) as session:
        assert read_active(session).number == 1
    # What was added and stays unused does not stand in the way of the next try.
    assert bench.apply(CUSTOMER_AND_ORDER) > 1
    assert compare_tables(bench.store, bench.context, bench.types) == ()


def test_plans_speak_of_effects_in_three_sentences(bench) -> None:
    plan = bench.plan(CUSTOMER_AND_ORDER)
    assert len(plan.describe("zh")) == len(plan.describe("en")) == 3
    assert plan.describe("zh")[0].startswith("新增 3 个业务对象")
    assert plan.describe("en")[0].startswith("3 new entities")
    assert plan.to_json()["hash"] == plan.hash
