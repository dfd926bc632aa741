"""Indexes serve the lists they were made for, and what occurs once does."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, select, text, update

from cardwright_entities.changes.commits import load_active
from cardwright_entities.changes.tables import EntityTables, build_tables
from cardwright_entities.errors import PlanError
from cardwright_entities.store.driver_errors import ReferenceViolation, UniqueViolation

QUOTE = """
kind: entity
name: quote
label: {zh: 报价单, en: Quote}
title: name
fields:
  name: {type: text}
  code: {type: text, unique: true}
  stage: {type: text}
  amount: {type: decimal, scale: 2}
  quoted_on: {type: date}
  price: {type: money}
  parent: {type: parent}
  tags: {type: links, to: quote}
unique:
  one_open:
    fields: [name, quoted_on]
    if: "stage in ('draft', 'it''s 100% sent') and amount > 10.5"
  one_a_day: {fields: [quoted_on, amount], nulls: equal}
list: {columns: [name, code], sort: [-quoted_on], filters: [stage]}
queries: {dear: {label: {zh: 贵, en: Dear}, sort: [-price]}}
"""


@pytest.fixture
def quotes(bench) -> EntityTables:
    bench.apply(QUOTE)
    with bench.store.read(bench.context) as session:
        _, catalog = load_active(session)
    return build_tables(catalog.entity("quote"), catalog, bench.types, bench.store.dialect)


def add(bench, quotes: EntityTables, *rows: dict) -> None:
    fields = dict.fromkeys(("name", "code", "stage", "amount", "quoted_on"))
    with bench.store.write(bench.context) as session:
        session.execute(insert(quotes.table), [fields | row for row in rows])


def steps_of(bench, statement) -> str:
    """How the engine walks a statement, without sorting if it can."""
    dialect = bench.store.engine.dialect
    sql = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    if bench.store.dialect == "sqlite":
        with bench.store.read(bench.context) as session:
            return "\n".join(row[-1] for row in session.rows(text(f"EXPLAIN QUERY PLAN {sql}")))
    with bench.store.write(bench.context) as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        session.execute(text("SET LOCAL enable_bitmapscan = off"))
        return "\n".join(row[0] for row in session.rows(text(f"EXPLAIN {sql}")))


def page(quotes: EntityTables, column, *, falling: bool):
    order = column.desc() if falling else column.asc()
    if quotes.dialect == "postgresql":
        order = order.nulls_last() if falling else order.nulls_first()
    key = quotes.table.c.id.desc() if falling else quotes.table.c.id.asc()
    alive = quotes.table.c.deleted_at.is_(None)
    return select(quotes.table.c.id).where(alive).order_by(order, key).limit(50)


@pytest.mark.parametrize("falling", [False, True])
@pytest.mark.parametrize("field", ["name", "code", "quoted_on", "price"])
def test_a_page_of_a_shipped_list_sorts_nothing(bench, quotes, field: str, falling: bool) -> None:
    # Money stands in the order of what it is worth.
    column = quotes.sort_columns.get(field, quotes.fields[field][-1])
    steps = steps_of(bench, page(quotes, column, falling=falling))
    assert "Index" in steps or "INDEX" in steps
    assert "Sort" not in steps
    assert "TEMP B-TREE" not in steps


def test_records_that_point_somewhere_are_found_by_index(bench, quotes) -> None:
    pointing = select(quotes.table.c.id).where(quotes.table.c.parent == 5)
    assert "index" in steps_of(bench, pointing).lower()


def test_a_value_that_occurs_once_is_taken_whatever_its_case_and_width(bench, quotes) -> None:
    add(bench, quotes, {"code": "Ab-1", "amount": 1})
    with pytest.raises(UniqueViolation) as caught:
        add(bench, quotes, {"code": "ＡＢ-1", "amount": 2})
    assert quotes.violated(caught.value) == ("code",)


def test_empty_values_do_not_take_each_other(bench, quotes) -> None:
    add(bench, quotes, {"name": "A", "amount": 1}, {"name": "B", "amount": 2})


def test_a_deleted_record_leaves_its_value_free(bench, quotes) -> None:
    add(bench, quotes, {"code": "A"})
    with bench.store.write(bench.context) as session:
        session.execute(update(quotes.table).values(deleted_at=bench.context.now))
    add(bench, quotes, {"code": "A"})


def test_a_condition_limits_what_occurs_once(bench, quotes) -> None:
    open_quote = {"name": "A", "quoted_on": bench.context.now.date(), "stage": "it's 100% sent"}
    add(bench, quotes, {**open_quote, "amount": 11})
    add(bench, quotes, {**open_quote, "stage": "won", "amount": 12})
    add(bench, quotes, {**open_quote, "amount": 5})
    with pytest.raises(UniqueViolation) as caught:
        add(bench, quotes, {**open_quote, "amount": 14})
    assert quotes.violated(caught.value) == ("name", "quoted_on")


def test_empty_values_are_equal_where_the_definition_says_so(bench, quotes) -> None:
    add(bench, quotes, {"amount": 5})
    with pytest.raises(UniqueViolation) as caught:
        add(bench, quotes, {"amount": 5})
    assert quotes.violated(caught.value) == ("quoted_on", "amount")


def test_a_violation_of_another_table_is_not_ours(quotes) -> None:
    assert quotes.violated(UniqueViolation("u_other_000000_00000000", "", ())) == ()


def test_a_record_that_is_pointed_at_cannot_vanish(bench, quotes) -> None:
    add(bench, quotes, {"name": "A", "amount": 1})
    add(bench, quotes, {"name": "B", "amount": 2})
    with bench.store.write(bench.context) as session:
        session.execute(insert(quotes.links["tags"]).values(source=1, target=2))
    with pytest.raises(ReferenceViolation), bench.store.write(bench.context) as session:
        session.execute(delete(quotes.table).where(quotes.table.c.id == 2))


def test_a_link_to_nothing_is_refused(bench, quotes) -> None:
    with pytest.raises(ReferenceViolation):
        add(bench, quotes, {"name": "A", "parent": 99})


def test_ids_are_never_used_again(bench, quotes) -> None:
    add(bench, quotes, {"amount": 1}, {"amount": 2})
    with bench.store.write(bench.context) as session:
        session.execute(delete(quotes.table).where(quotes.table.c.id == 2))
    add(bench, quotes, {"amount": 3})
    with bench.store.read(bench.context) as session:
        assert session.rows(select(quotes.table.c.id).order_by(quotes.table.c.id)) == [(1,), (3,)]


@pytest.mark.parametrize("condition", ["quoted_on = today()", "parent.name = 'A'"])
def test_a_condition_that_changes_by_itself_is_refused(bench, condition: str) -> None:
    wanted = QUOTE.replace("stage in ('draft', 'it''s 100% sent') and amount > 10.5", condition)
    with pytest.raises(PlanError) as caught:
        bench.plan(wanted)
    assert caught.value.message.code == "condition_not_indexable"
