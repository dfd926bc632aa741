"""A field changes its type on stored records: values convert, what does not is kept and told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import insert, select

from cardwright_entities.changes.commits import read_active
from cardwright_entities.changes.comparing import compare_tables
from cardwright_entities.changes.conversion_rows import list_rejects
from cardwright_entities.errors import PlanError

TEXT = """
kind: entity
name: customer
label: {zh: 客户, en: Customer}
fields:
  name: {type: text}
  code: {type: text}
list: {columns: [name]}
"""


def with_code(body: str) -> str:
    return TEXT.replace("code: {type: text}", f"code: {body}")


def add_codes(bench, *codes) -> None:
    tables = bench.tables()
    column = tables.fields["code"][0].name
    with bench.store.write(bench.context) as session:
        rows = [{"name": f"N{at}", column: code} for at, code in enumerate(codes)]
        session.execute(insert(tables.table), rows)


def codes_of(bench, field="code") -> list[object]:
    tables = bench.tables()
    column = tables.fields[field][0]
    with bench.store.read(bench.context) as session:
        return [value for (value,) in session.rows(select(column).order_by(tables.table.c.id))]


def kept_field(bench) -> str:
    fields = bench.tables().definition.fields.values()
    return next(each.name for each in fields if each.kept_of)


def change(bench, body: str, *, accepted=()) -> int:
    plan = bench.plan(with_code(body), accepted=accepted)
    return bench.apply_plan(plan)


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        (
            "{type: text}",
            "{type: integer}",
            ["12", "1,200", None, " 7 ", "-3"],
            [12, 1200, None, 7, -3],
        ),
        (
            "{type: text}",
            "{type: decimal, scale: 2}",
            ["12", "1.5", "-2.25", "007", None],
            [Decimal(12), Decimal("1.5"), Decimal("-2.25"), Decimal(7), None],
        ),
        ("{type: integer}", "{type: decimal, scale: 3}", [1, -5], [Decimal(1), Decimal(-5)]),
        (
            "{type: decimal, scale: 2}",
            "{type: decimal, scale: 4}",
            [Decimal("1.25"), None],
            [Decimal("1.25"), None],
        ),
        ("{type: decimal, scale: 2}", "{type: integer}", [Decimal("3.00"), None], [3, None]),
        (
            "{type: decimal, scale: 2}",
            "{type: text}",
            [Decimal("3.00"), Decimal("1.5")],
            ["3", "1.5"],
        ),
        ("{type: percent}", "{type: text}", [Decimal("0.15")], ["15%"]),
        ("{type: text}", "{type: date}", ["2024-02-29", None], [date(2024, 2, 29), None]),
        ("{type: date}", "{type: text}", [date(2024, 2, 29), None], ["2024-02-29", None]),
        (
            "{type: text}",
            "{type: picklist, values: "
            "{a: {label: {zh: 甲, en: First}}, b: {label: {zh: 乙, en: Second}}}}",
            ["a", "乙", "second", None],
            ["a", "b", "b", None],
        ),
        (
            "{type: picklist, values: {a: {label: {zh: 甲, en: First}}, b: 乙}}",
            "{type: text}",
            ["a", "b", None],
            ["甲", "乙", None],
        ),
        ("{type: text}", "{type: boolean}", ["是", "no", None], [True, False, None]),
    ],
)
def test_values_become_those_of_the_new_type(bench, old, new, before, after) -> None:
    bench.apply(with_code(old))
    add_codes(bench, *before)
    assert change(bench, new) == 2
    assert codes_of(bench) == after
    assert codes_of(bench, kept_field(bench)) == before
    assert compare_tables(bench.store, bench.context, bench.types) == ()
    assert bench.plan(with_code(new)).is_empty


def test_text_and_long_text_share_their_column(bench) -> None:
    bench.apply(TEXT)
    plan = bench.plan(with_code("{type: long_text}"))
    assert [step.kind for step in plan.steps if step.works] == []


def test_values_that_do_not_convert_are_told_and_stop_the_plan(bench) -> None:
    bench.apply(TEXT)
    add_codes(bench, "1", "abc", "2", "1.5")
    plan = bench.plan(with_code("{type: integer}"))
    assert not plan.is_safe
    (offence,) = plan.offences
    assert (offence.kind, offence.count, offence.records) == ("convert", 2, (2, 4))
    assert [reason.code for reason in offence.reasons] == ["not_a_number", "not_an_integer"]
    with pytest.raises(PlanError):
        bench.apply_plan(plan)
    assert codes_of(bench) == ["1", "abc", "2", "1.5"]


def test_values_that_do_not_convert_may_be_emptied_and_stay_to_be_found(bench) -> None:
    bench.apply(TEXT)
    add_codes(bench, "1", "abc", "2", "1.5")
    number = change(bench, "{type: integer}", accepted=["convert"])
    assert codes_of(bench) == [1, None, 2, None]
    with bench.store.read(bench.context) as session:
        rejects = list_rejects(session, number)
    assert [(each.field, each.record, each.message.code) for each in rejects] == [
        ("code", 2, "not_a_number"),
        ("code", 4, "not_an_integer"),
    ]
    assert codes_of(bench, rejects[0].kept_in) == ["1", "abc", "2", "1.5"]


def test_a_bad_value_that_came_after_the_plan_takes_everything_back(bench) -> None:
    bench.apply(TEXT)
    add_codes(bench, "1")
    plan = bench.plan(with_code("{type: integer}"))
    add_codes(bench, "abc")
    with pytest.raises(PlanError) as caught:
        bench.apply_plan(plan)
    assert caught.value.message.code == "value_does_not_convert"
    assert codes_of(bench) == ["1", "abc"]
    with bench.store.read(bench.context) as session:
        assert read_active(session).number == 1
    assert compare_tables(bench.store, bench.context, bench.types) == ()
    assert change(bench, "{type: integer}", accepted=["convert"]) > 1
    assert codes_of(bench) == [1, None]


def test_the_former_type_brings_the_former_values_back(bench) -> None:
    bench.apply(TEXT)
    add_codes(bench, "007", "abc", "12", None)
    change(bench, "{type: integer}", accepted=["convert"])
    tables = bench.tables()
    with bench.store.write(bench.context) as session:
        column = tables.fields["code"][0].name
        table = tables.table
        session.execute(table.update().where(table.c.id == 3).values({column: 13}))
        session.execute(table.update().where(table.c.id == 4).values({column: 5}))
    change(bench, "{type: text}")
    assert codes_of(bench) == ["007", "abc", "13", "5"]
    assert compare_tables(bench.store, bench.context, bench.types) == ()


def test_a_link_becomes_the_title_of_its_record(bench) -> None:
    linked = with_code("{type: link, to: customer}")
    bench.apply(linked)
    add_codes(bench, None, 1)
    change(bench, "{type: text}")
    assert codes_of(bench) == [None, "N0"]


def test_what_has_no_conversion_is_refused_in_words(bench) -> None:
    bench.apply(TEXT)
    with pytest.raises(PlanError) as caught:
        bench.plan(with_code("{type: link, to: customer}"))
    assert caught.value.message.code == "type_change"


def test_a_list_that_is_searched_and_sorted_by_a_new_type_finds_its_records(bench) -> None:
    bench.apply(with_code("{type: integer}"))
    add_codes(bench, 900, 1000)
    wanted = with_code("{type: text}").replace("columns: [name]", "columns: [name, code]")
    bench.apply(wanted + "search: [code]\n")
    tables = bench.tables()
    with bench.store.read(bench.context) as session:
        rows = session.rows(
            select(tables.fields["code"][0], tables.table.c.search_tokens).order_by(
                tables.sort_columns["code"]
            )
        )
    assert [code for code, _ in rows] == ["900", "1000"]
    assert all(tokens for _, tokens in rows)
