from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from cardwright_entities.accounts import accounts, one_time_links
from cardwright_entities.accounts.accounts import Account
from cardwright_entities.contexts import Context
from cardwright_entities.store.doors import Store

At = Callable[..., Context]


def make(store: Store, context: Context, account: Account) -> str:
    with store.write(context) as session:
        return one_time_links.create_link(
            session, account.id, "sign_in", lifetime=timedelta(minutes=30)
        )


def use(store: Store, context: Context, secret: str) -> one_time_links.OneTimeLink | None:
    return store.run_write(context, lambda session: one_time_links.use_link(session, secret))


def test_a_link_works_once(store: Store, at: At, account: Account) -> None:
    secret = make(store, at(), account)
    used = use(store, at(), secret)
    assert used is not None
    assert used.account == account
    assert use(store, at(), secret) is None


def test_looking_at_a_link_does_not_use_it(store: Store, at: At, account: Account) -> None:
    secret = make(store, at(), account)
    with store.read(at()) as session:
        assert one_time_links.find_link(session, secret) is not None
    assert use(store, at(), secret) is not None


def test_a_link_ends_after_half_an_hour(store: Store, at: At, account: Account) -> None:
    secret = make(store, at(), account)
    assert use(store, at(minutes=30), secret) is None


def test_of_many_who_try_at_once_exactly_one_gets_in(
    store: Store, at: At, account: Account
) -> None:
    for _ in range(5):
        secret = make(store, at(), account)
        with ThreadPoolExecutor(8) as pool:
            tries = [pool.submit(use, store, at(), secret) for _ in range(16)]
        assert sum(each.result() is not None for each in tries) == 1


def test_a_link_of_a_disabled_account_is_worthless(store: Store, at: At, account: Account) -> None:
    secret = make(store, at(), account)
    with store.write(at()) as session:
        accounts.set_disabled(session, account.id, disabled=True)
    assert use(store, at(), secret) is None


def test_dropped_links_are_worthless(store: Store, at: At, account: Account) -> None:
    secret = make(store, at(), account)
    with store.write(at()) as session:
        one_time_links.drop_links(session, account.id)
    assert use(store, at(), secret) is None
