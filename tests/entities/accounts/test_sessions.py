from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from cardwright_entities.accounts import accounts, sessions
from cardwright_entities.accounts.accounts import Account
from cardwright_entities.accounts.opening import Openings
from cardwright_entities.accounts.sessions import SHORT, SignedIn
from cardwright_entities.contexts import Context
from cardwright_entities.store.doors import Store

At = Callable[..., Context]
Find = Callable[[Context, str], SignedIn | None]
WEEK = timedelta(days=7)


def sign_in(store: Store, context: Context, account: Account, lifetime: timedelta = SHORT) -> str:
    with store.write(context) as session:
        return sessions.open_session(
            session, account.id, lifetime=lifetime, device="Firefox", address="10.0.0.1"
        )


@pytest.fixture
def find(store: Store, openings: Openings) -> Find:
    def look(context: Context, secret: str) -> SignedIn | None:
        with store.read(context) as session:
            opened = openings.read(session, secret=secret)
        assert (opened.account is None) == (opened.signed_in is None)
        return opened.signed_in

    return look


def test_a_session_finds_its_account(store: Store, at: At, account: Account, find: Find) -> None:
    found = find(at(hours=1), sign_in(store, at(), account))
    assert found is not None
    assert found.account == account
    assert (found.device, found.address) == ("Firefox", "10.0.0.1")


def test_the_database_does_not_hold_what_the_browser_holds(
    store: Store, at: At, account: Account, find: Find
) -> None:
    secret = sign_in(store, at(), account)
    found = find(at(), secret)
    assert found is not None
    assert secret not in found.id
    assert find(at(), found.id) is None


@pytest.mark.parametrize("secret", ["", "x", "'; drop table cw_session; --", "卡" * 1000])
def test_an_invented_secret_opens_nothing(at: At, find: Find, secret: str) -> None:
    assert find(at(), secret) is None


def test_an_idle_session_ends(store: Store, at: At, account: Account, find: Find) -> None:
    secret = sign_in(store, at(), account)
    assert find(at(hours=8), secret) is not None
    assert find(at(hours=8, seconds=1), secret) is None


def test_a_session_in_use_ends_after_a_day_all_the_same(
    store: Store, at: At, account: Account, find: Find
) -> None:
    secret = sign_in(store, at(), account)
    for hours in (7, 14, 21, 23.9):
        found = find(at(hours=hours), secret)
        assert found is not None
        with store.write(at(hours=hours)) as session:
            sessions.mark_session(session, found.id)
    assert find(at(hours=24), secret) is None


def test_who_stays_signed_in_may_be_away_for_days(
    store: Store, at: At, account: Account, find: Find
) -> None:
    secret = sign_in(store, at(), account, WEEK)
    assert find(at(days=6), secret) is not None
    assert find(at(days=7), secret) is None


def test_a_disabled_account_is_out_with_the_next_request(
    store: Store, at: At, account: Account, find: Find
) -> None:
    secret = sign_in(store, at(), account)
    with store.write(at()) as session:
        accounts.set_disabled(session, account.id, disabled=True)
    assert find(at(), secret) is None


def test_closing_all_may_leave_the_one_in_use(
    store: Store, at: At, account: Account, find: Find
) -> None:
    here, there = sign_in(store, at(), account), sign_in(store, at(), account)
    found = find(at(), here)
    assert found is not None
    with store.write(at()) as session:
        assert sessions.close_sessions(session, account.id, but=found.id) == 1
    assert find(at(), here) is not None
    assert find(at(), there) is None


def test_a_closed_session_stays_closed(store: Store, at: At, account: Account, find: Find) -> None:
    secret = sign_in(store, at(), account)
    with store.write(at()) as session:
        sessions.close_session(session, secret)
    assert find(at(), secret) is None
