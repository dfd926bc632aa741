"""An applied change is taken back with its data; what came later stays."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from cardwright_entities.changes.comparing import compare_tables
from cardwright_entities.changes.reverting import make_revert
from cardwright_entities.errors import NotFoundError, PlanError

BASE = """
kind: entity
name: customer
label: {zh: 客户, en: Customer}
fields:
  name: {type: text}
  code: {type: text}
list: {columns: [name]}
"""
WITH_CITY = BASE.replace("  code:", "  city: {type: text}\n  code:")
TYPED = BASE.replace("code: {type: text}", "code: {type: integer}")


def add(bench, **values) -> None:
    tables = bench.tables()
    row = {tables.fields[name][0].name: value for name, value in values.items()}
    with bench.store.write(bench.context) as session:
        session.execute(insert(tables.table).values(row))


def values_of(bench, field) -> list[object]:
    tables = bench.tables()
    with bench.store.read(bench.context) as session:
        column = tables.fields[field][0]
        return [value for (value,) in session.rows(select(column).order_by(tables.table.c.id))]


def revert(bench, commit, *, accepted=()):
    return make_revert(bench.store, bench.context, bench.types, commit, accepted=accepted)


def living(bench) -> set[str]:
    fields = bench.tables().definition.fields.values()
    return {field.name for field in fields if not field.retired} & {"name", "code", "city"}


def test_an_added_field_goes_and_comes_back_with_its_values(bench) -> None:
    bench.apply(BASE)
    bench.apply(WITH_CITY)
    add(bench, name="A", city="北京")
    taken_back = bench.apply_plan(revert(bench, 2).plan)
    assert living(bench) == {"name", "code"}
    bench.apply_plan(revert(bench, taken_back).plan)
    assert living(bench) == {"name", "code", "city"}
    assert values_of(bench, "city") == ["北京"]
    assert compare_tables(bench.store, bench.context, bench.types) == ()


def test_a_changed_type_comes_back_with_what_was_typed_then_and_since(bench) -> None:
    bench.apply(BASE)
    for code in ("007", "abc"):
        add(bench, name="A", code=code)
    bench.apply_plan(bench.plan(TYPED, accepted=["convert"]))
    add(bench, name="B", code=12)
    assert values_of(bench, "code") == [7, None, 12]
    bench.apply_plan(revert(bench, 2).plan)
    assert values_of(bench, "code") == ["007", "abc", "12"]
    assert compare_tables(bench.store, bench.context, bench.types) == ()


def test_a_change_is_taken_back_under_later_ones(bench) -> None:
    bench.apply(BASE)
    bench.apply(WITH_CITY)
    bench.apply(WITH_CITY.replace("客户", "往来单位"))
    found = revert(bench, 2)
    assert found.conflicts == ()
    bench.apply_plan(found.plan)
    assert living(bench) == {"name", "code"}
    assert bench.tables().definition.label.in_language("zh") == "往来单位"


def test_what_was_changed_again_stays_and_is_told(bench) -> None:
    bench.apply(BASE)
    bench.apply(BASE.replace("客户", "往来单位"))
    bench.apply(BASE.replace("客户", "伙伴"))
    found = revert(bench, 2)
    assert found.conflicts == ("entity/customer.label.zh",)
    assert found.plan.is_empty


def test_what_is_used_since_is_told_with_its_places(bench) -> None:
    bench.apply(BASE)
    bench.apply(WITH_CITY)
    bench.apply(WITH_CITY.replace("columns: [name]", "columns: [name, city]"))
    found = revert(bench, 2)
    assert not found.is_safe
    assert "entity/customer#list.columns.city" in {use.place for use in found.breaks}


def test_the_first_change_cannot_be_taken_back_nor_one_that_is_not_there(bench) -> None:
    bench.apply(BASE)
    with pytest.raises(PlanError):
        revert(bench, 1)
    with pytest.raises(NotFoundError):
        revert(bench, 9)
