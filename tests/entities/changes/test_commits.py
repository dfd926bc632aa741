"""Commits: what is in use is read in one statement, and only missing parts are loaded."""

from __future__ import annotations

from cardwright_entities.changes.applying import apply
from cardwright_entities.changes.commits import (
    bump_rights,
    list_commits,
    load_active,
    load_catalog,
    load_documents,
    read_active,
)
from cardwright_entities.changes.planning import make_plan

CUSTOMER = """
kind: entity
name: customer
label: {zh: 客户, en: Customer}
fields:
  name: {type: text}
---
kind: entity
name: product
label: {zh: 产品, en: Product}
fields:
  name: {type: text}
"""


def test_before_the_first_apply_nothing_is_in_use(bench) -> None:
    with bench.store.read(bench.context) as session:
        number, catalog = load_active(session)
    assert (number, dict(catalog.entities)) == (0, {})


def test_what_is_in_use_is_read_in_one_statement(bench) -> None:
    bench.apply(CUSTOMER)
    with bench.store.read(bench.context) as session:
        active = read_active(session)
        assert session.statements == 1
    assert (active.number, active.rights_version) == (1, 1)
    assert "entity/customer" in dict(active.part_hashes)


def test_the_loaded_catalog_is_the_planned_one_with_identities(bench) -> None:
    bench.apply(CUSTOMER)
    with bench.store.read(bench.context) as session:
        _, catalog = load_active(session)
    customer = catalog.entity("customer")
    assert (customer.table, customer.fields["name"].column) == ("e_customer", "name")
    assert len(customer.id) == 10
    assert list(catalog.entities) == ["customer", "product"]


def test_only_parts_that_are_not_known_are_loaded(bench) -> None:
    bench.apply(CUSTOMER)
    with bench.store.read(bench.context) as session:
        _, first = load_active(session)
    bench.apply(CUSTOMER.replace("产品", "商品"))
    with bench.store.read(bench.context) as session:
        active = read_active(session)
        second = load_catalog(session, active, first)
        assert session.statements == 2
    assert second.entity("product").label.in_language("zh") == "商品"
    assert second.entity("customer") == first.entity("customer")


def test_a_known_catalog_with_all_parts_needs_no_statement(bench) -> None:
    bench.apply(CUSTOMER)
    with bench.store.read(bench.context) as session:
        active = read_active(session)
        known = load_catalog(session, active)
        before = session.statements
        assert load_catalog(session, active, known) == known
        assert session.statements == before


def test_equal_parts_are_stored_once(bench) -> None:
    bench.apply(CUSTOMER)
    bench.apply(CUSTOMER.replace("产品", "商品"))
    bench.apply(CUSTOMER)
    with bench.store.read(bench.context) as session:
        newest, _, oldest = list_commits(session)
        assert [newest.number, newest.parent, oldest.number] == [3, 2, 1]
        assert read_active(session).number == 3


def test_a_commit_knows_author_reason_plan_and_documents(bench) -> None:
    catalog = bench.catalog(CUSTOMER)
    documents = {"shop/all.yaml": CUSTOMER, "shop/copy.yaml": CUSTOMER}
    plan = make_plan(bench.store, bench.context, bench.types, catalog, documents=documents)
    apply(bench.store, bench.context, bench.types, plan, author="wang", reason="为什么")
    with bench.store.read(bench.context) as session:
        (commit,) = list_commits(session)
        assert load_documents(session, 1) == documents
    assert (commit.author, commit.reason, commit.parent) == ("wang", "为什么", 0)
    assert commit.plan["hash"] == plan.hash


def test_changed_rights_are_seen_by_the_next_request(bench) -> None:
    bench.apply(CUSTOMER)
    with bench.store.write(bench.context) as session:
        bump_rights(session)
    with bench.store.read(bench.context) as session:
        assert read_active(session).rights_version == 2
