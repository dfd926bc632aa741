from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert

from cardwright_entities.accounts import sessions
from cardwright_entities.accounts.accounts import Account, NewAccount, create_account
from cardwright_entities.accounts.opening import STRANGER, Openings
from cardwright_entities.contexts import Context
from cardwright_entities.errors import UnavailableError
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.model.model import Models
from cardwright_entities.store.doors import Store

At = Callable[..., Context]


def sign_in(store: Store, context: Context, account: Account) -> str:
    with store.write(context) as session:
        return sessions.open_session(
            session, account.id, lifetime=timedelta(hours=1), device="", address=""
        )


def test_one_statement_says_what_is_in_use_who_asks_and_as_which_employee(
    store: Store, at: At, openings: Openings
) -> None:
    with store.read(at()) as session:
        model = openings.read(session).model
    crew, sailor, login = (model.entity(name) for name in ("crew", "sailor", "login"))
    system = {"version": 1, "created_at": at().now, "changed_at": at().now}
    with store.write(at()) as session:
        user = session.execute(
            insert(login.table).values(**system).returning(login.table.c.id)
        ).scalar_one()
        new = NewAccount(id=user, login="bosun", name="Bosun", roles=["editor"])
        account = create_account(session, new)
        department = session.execute(
            insert(crew.table).values(**system).returning(crew.table.c.id)
        ).scalar_one()
        columns = {
            sailor.fields["signs_in"].columns[0].name: account.id,
            sailor.fields["sails_with"].columns[0].name: department,
        }
        employee = session.execute(
            insert(sailor.table).values(**system, **columns).returning(sailor.table.c.id)
        ).scalar_one()
    secret = sign_in(store, at(), account)
    with store.read(at()) as session:
        opened = openings.read(session, secret=secret)
        assert session.statements == 1
    assert opened.account == account
    assert opened.principal.employee == employee
    assert opened.principal.department == department
    assert opened.principal.organisation is None
    assert opened.principal.roles == {"editor"}


def test_a_process_that_knows_nothing_yet_learns_the_catalog_first(
    store: Store, at: At, account: Account, types: FieldTypes
) -> None:
    secret = sign_in(store, at(), account)
    openings = Openings(Models(types), idle=timedelta(hours=8))
    with store.read(at()) as session:
        first = openings.read(session, secret=secret)
    with store.read(at()) as session:
        again = openings.read(session, secret=secret)
        assert session.statements == 1
    assert first.model is again.model
    assert first.account == again.account == account


def test_a_stranger_is_nobody_and_has_no_roles(store: Store, at: At, openings: Openings) -> None:
    with store.read(at()) as session:
        opened = openings.read(session, secret="invented")
    assert opened.account is None
    assert opened.principal == STRANGER
    assert opened.principal.roles == frozenset()
    assert not opened.principal.is_system


def test_before_the_first_apply_nobody_is_served(
    sqlite_url: str, at: At, types: FieldTypes
) -> None:
    store = Store(sqlite_url)
    store.upgrade(at())
    openings = Openings(Models(types), idle=timedelta(hours=8))
    with store.read(at()) as session, pytest.raises(UnavailableError) as refused:
        openings.read(session)
    assert refused.value.message.code == "not_installed"
    store.close()
