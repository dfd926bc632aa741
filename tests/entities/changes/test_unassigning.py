"""Nobody keeps a role that is gone, and one of the same name that comes later is given anew."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from cardwright_entities.accounts.accounts import NewAccount, create_account, read_account
from cardwright_entities.changes.planning import Purge, make_plan
from cardwright_entities.changes.reverting import make_revert

PEOPLE = """
kind: entity
name: person
fields:
  name: {type: text}
  login: {type: text}
  roles: {type: picklists, values: {seller: {}, clerk: {}}}
plays: {user: {login: login, name: name, roles: roles}}
---
kind: role
name: clerk
grants: {person: [read]}
"""
SELLER = """
---
kind: role
name: seller
grants: {person: all}
"""
#: What another author calls by the same name.
OTHER = SELLER.replace("all", "[read, edit]")


@pytest.fixture
def peopled(bench):
    """An installation with two people, one of whom has the role that goes."""
    bench.apply(PEOPLE + SELLER)
    table = bench.tables("person").table
    with bench.store.write(bench.context) as session:
        for login, roles in (("one", ("seller", "clerk")), ("two", ("seller",))):
            create_account(session, NewAccount(login=login, name=login, roles=roles))
            session.execute(insert(table).values(name=login, login=login, roles=roles))
    return bench


def held(bench) -> list[tuple[list[str], list[str] | None]]:
    """Return the roles of each account, and those that its record says."""
    table = bench.tables("person").table
    with bench.store.read(bench.context) as session:
        said = [row.roles for row in session.rows(select(table.c.roles).order_by(table.c.id))]
        accounts = [sorted(read_account(session, number).roles) for number in (1, 2)]
    return list(zip(accounts, [None if row is None else sorted(row) for row in said], strict=True))


BEFORE = [(["clerk", "seller"], ["clerk", "seller"]), (["seller"], ["seller"])]
WITHOUT = [(["clerk"], ["clerk"]), ([], None)]


def purge(bench) -> None:
    wanted = bench.catalog(PEOPLE)
    plan = make_plan(bench.store, bench.context, bench.types, wanted, purge=Purge(()))
    assert [step.target for step in plan.steps if step.kind == "unassign"] == ["role/seller"]
    bench.apply_plan(plan)


def test_who_had_a_role_that_is_purged_has_it_no_more(peopled) -> None:
    purge(peopled)
    assert held(peopled) == WITHOUT
    peopled.apply(PEOPLE + SELLER)
    assert held(peopled) == WITHOUT


def test_a_role_that_another_brings_under_the_same_name_is_nobodys(peopled) -> None:
    peopled.apply(PEOPLE)
    peopled.apply(PEOPLE + OTHER)
    assert held(peopled) == WITHOUT


def test_a_revert_brings_a_role_back_with_its_people(peopled) -> None:
    number = peopled.apply(PEOPLE)
    reversal = make_revert(peopled.store, peopled.context, peopled.types, number)
    peopled.apply_plan(reversal.plan)
    assert held(peopled) == BEFORE


def test_a_new_role_that_nobody_has_takes_nothing(peopled) -> None:
    plan = peopled.plan(PEOPLE + SELLER + SELLER.replace("seller", "buyer"))
    assert [step for step in plan.steps if step.kind == "unassign"] == []
