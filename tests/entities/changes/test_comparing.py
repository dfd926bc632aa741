"""The comparison of definitions and tables misses nothing that somebody changed by hand."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from cardwright_entities.changes.comparing import compare_tables

CUSTOMER = """
kind: entity
name: customer
label: {zh: 客户, en: Customer}
fields:
  name: {type: text}
  code: {type: text, unique: true}
  amount: {type: decimal, scale: 2}
  parent: {type: parent}
  friends: {type: links, to: customer}
search: [name]
"""


def codes_after(bench, *statements: str) -> set[tuple[str, str]]:
    bench.apply(CUSTOMER)
    assert compare_tables(bench.store, bench.context, bench.types) == ()
    with bench.store.write(bench.context) as session:
        for statement in statements:
            session.execute(text(statement))
    found = compare_tables(bench.store, bench.context, bench.types)
    return {(each.code, each.name) for each in found}


def test_a_missing_column_is_reported(bench) -> None:
    dropped = 'ALTER TABLE e_customer DROP COLUMN "amount"'
    assert codes_after(bench, dropped) == {("missing_column", "e_customer.amount")}


def test_a_missing_table_is_reported(bench) -> None:
    found = codes_after(bench, "DROP TABLE l_customer_friends")
    assert ("missing_table", "l_customer_friends") in found


def test_a_table_that_nobody_asked_for_is_reported(bench) -> None:
    found = codes_after(bench, "CREATE TABLE e_stranger (id integer)")
    assert found == {("unknown_table", "e_stranger")}


def test_an_index_that_nobody_asked_for_is_reported(bench) -> None:
    found = codes_after(bench, "CREATE INDEX by_hand ON e_customer (name)")
    assert found == {("unknown_index", "by_hand")}


def test_a_missing_index_is_reported(bench) -> None:
    bench.apply(CUSTOMER)
    table = "pg_indexes" if bench.store.dialect == "postgresql" else "sqlite_master"
    column = "indexname" if bench.store.dialect == "postgresql" else "name"
    with bench.store.read(bench.context) as session:
        query = text(f"SELECT {column} FROM {table} WHERE {column} LIKE 'u_customer%'")
        name = session.scalar(query)
    assert codes_after(bench, f"DROP INDEX {name}") == {("missing_index", name)}


def test_another_type_is_reported(make_bench, postgresql_url) -> None:
    bench = make_bench(postgresql_url)
    bench.store.upgrade(bench.context)
    changed = "ALTER TABLE e_customer ALTER COLUMN amount TYPE double precision"
    assert codes_after(bench, changed) == {("wrong_type", "e_customer.amount")}


def test_a_missing_reference_is_reported(make_bench, postgresql_url) -> None:
    bench = make_bench(postgresql_url)
    bench.store.upgrade(bench.context)
    dropped = "ALTER TABLE e_customer DROP CONSTRAINT parent_fk"
    assert codes_after(bench, dropped) == {("missing_reference", "e_customer.parent")}


@pytest.mark.parametrize("event", ["insert", "update", "delete"])
def test_a_search_that_is_not_kept_is_reported(make_bench, sqlite_url, event: str) -> None:
    bench = make_bench(sqlite_url)
    bench.store.upgrade(bench.context)
    dropped = f"DROP TRIGGER e_customer_search_{event}"
    assert codes_after(bench, dropped) == {("missing_search", "e_customer_search")}


def test_an_unfinished_change_is_reported(bench) -> None:
    found = codes_after(bench, "UPDATE cw_journal SET state = 'planned' WHERE step = 0")
    assert found == {("unfinished", "1")}
