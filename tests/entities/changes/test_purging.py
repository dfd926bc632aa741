"""What is retired comes back with its values, or goes for good after they were archived."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, text

from cardwright_entities.changes.comparing import compare_tables
from cardwright_entities.changes.purging import list_retired, make_purge
from cardwright_entities.changes.reflection import read_columns
from cardwright_entities.errors import NotFoundError, PlanError

WITH = """
kind: entity
name: customer
label: {zh: 客户, en: Customer}
fields:
  name: {type: text}
  code: {type: text, sort: true, index: true}
  friends: {type: links, to: customer}
list: {columns: [name, code]}
---
kind: entity
name: order
label: {zh: 订单, en: Order}
title: note
fields:
  note: {type: text}
  customer: {type: link, to: customer}
"""
WITHOUT = """
kind: entity
name: customer
label: {zh: 客户, en: Customer}
fields:
  name: {type: text}
list: {columns: [name]}
"""


@pytest.fixture
def retired(bench):
    """An installation in which fields and an entity with values are retired."""
    bench.apply(WITH)
    tables = bench.tables("customer")
    with bench.store.write(bench.context) as session:
        rows = [{"name": "A", "code": "x"}, {"name": "B", "code": None}, {"name": "C", "code": "z"}]
        session.execute(insert(tables.table), rows)
        session.execute(insert(tables.links["friends"]).values(source=1, target=3))
        session.execute(insert(bench.tables("order").table).values(note="n", customer=2))
    bench.apply(WITHOUT)
    return bench


def purge(bench, name):
    plan = make_purge(bench.store, bench.context, bench.types, name, archive="gone.jsonl.gz")
    archived = []
    bench.apply_plan(plan, lambda file, lines: archived.extend(lines))
    return archived[1:]  # the first line is about the whole archive


def columns(bench, table="e_customer"):
    with bench.store.read(bench.context) as session:
        return read_columns(session).get(table)


def test_what_is_retired_is_listed_with_its_values(retired) -> None:
    found = list_retired(retired.store, retired.context, retired.types)
    assert {each.name: each.values for each in found} == {
        "customer.code": 2,
        "customer.friends": 0,
        "order": 1,
    }
    assert all(each.is_early(retired.context.now) for each in found)


def test_a_purged_field_leaves_an_archive_and_no_column(retired) -> None:
    head, *records = purge(retired, "customer.code")
    assert head["archive"] == "customer.code"
    assert records == [{"id": 1, "code": "x"}, {"id": 3, "code": "z"}]
    assert not {"code", "code_sort"} & columns(retired)
    assert compare_tables(retired.store, retired.context, retired.types) == ()
    assert retired.plan(WITHOUT).is_empty


def test_a_purged_name_begins_anew(retired) -> None:
    purge(retired, "customer.code")
    retired.apply(WITH.replace("code: {type: text", "code: {type: text"))
    column = retired.tables("customer").fields["code"][0].name
    assert column != "code"
    with retired.store.read(retired.context) as session:
        assert session.scalar(text(f'SELECT count("{column}") FROM e_customer')) == 0
    assert compare_tables(retired.store, retired.context, retired.types) == ()


def test_purged_links_leave_an_archive_and_no_table(retired) -> None:
    _, *records = purge(retired, "customer.friends")
    assert records == [{"id": 1, "friends": 3}]
    assert columns(retired, "l_customer_friends") is None
    assert compare_tables(retired.store, retired.context, retired.types) == ()


def test_a_purged_entity_leaves_an_archive_and_no_table(retired) -> None:
    _, *records = purge(retired, "order")
    assert [(each["note"], each["customer"]) for each in records] == [("n", 2)]
    assert columns(retired, "e_order") is None
    assert compare_tables(retired.store, retired.context, retired.types) == ()
    assert retired.apply(WITH) > 2
    assert compare_tables(retired.store, retired.context, retired.types) == ()


def test_what_others_point_to_is_not_purged(bench) -> None:
    bench.apply(WITH)
    bench.apply(WITH.split("---")[1].replace("  customer: {type: link, to: customer}\n", ""))
    with pytest.raises(PlanError) as caught:
        make_purge(bench.store, bench.context, bench.types, "customer")
    assert caught.value.message.code == "still_pointed_at"


def test_only_what_is_retired_is_purged(retired) -> None:
    for name in ("customer", "customer.name", "customer.nothing", "nobody"):
        with pytest.raises(NotFoundError):
            make_purge(retired.store, retired.context, retired.types, name)


def test_a_purge_that_was_planned_before_another_change_is_stale(retired) -> None:
    plan = make_purge(retired.store, retired.context, retired.types, "customer.code")
    retired.apply(WITH)
    with pytest.raises(PlanError) as caught:
        retired.apply_plan(plan)
    assert caught.value.stale


def test_a_rename_takes_along_what_was_retired(retired) -> None:
    renamed = WITH.replace("code: {type: text", "tag: {type: text, was: code").replace(
        "[name, code]", "[name, tag]"
    )
    retired.apply(renamed)
    column = retired.tables("customer").fields["tag"][0].name
    with retired.store.read(retired.context) as session:
        assert session.scalar(text(f'SELECT count("{column}") FROM e_customer')) == 2


def test_of_several_former_names_one_is_followed_and_the_others_are_kept(retired) -> None:
    changed = WITHOUT.replace(
        "name: {type: text}", "name: {type: text}\n  tag: {type: text, was: [code, more]}"
    )
    retired.apply(WITHOUT.replace("name: {type: text}", "name: {type: text}\n  more: {type: text}"))
    retired.apply(changed)
    assert "customer.code" in [
        each.name for each in list_retired(retired.store, retired.context, retired.types)
    ]


def test_nothing_is_lost_because_something_else_takes_its_name(retired) -> None:
    with pytest.raises(PlanError) as caught:
        retired.apply(
            WITHOUT.replace("name: {type: text}", "code: {type: text, was: name}").replace(
                "[name]", "[code]"
            )
        )
    assert caught.value.message.code == "retired_in_the_way"
    assert dict(caught.value.message.params)["name"] == "customer.code"
    with pytest.raises(PlanError):
        retired.apply(WITHOUT.replace("name: customer", "name: order\nwas: customer"))
