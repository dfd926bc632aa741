"""Leases and living processes: rows that end by themselves when nobody renews them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from installation import make_platform_tables

from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.store.doors import Store
from cardwright_entities.store.leases import read_holder, release, renew, take
from cardwright_entities.store.processes import EXPIRY, leave, oldest_commit, report

NOW = Context(SYSTEM, datetime(2026, 5, 4, 8, 30, tzinfo=UTC))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    make_platform_tables(store_url)
    opened = Store(store_url)
    yield opened
    opened.close()


def later(time: timedelta) -> Context:
    return replace(NOW, now=NOW.now + time)


def test_a_lease_is_one_holders_at_a_time(store: Store) -> None:
    with store.write(NOW) as session:
        assert take(session, "apply", "one", lasting=MINUTE)
        assert not take(session, "apply", "two", lasting=MINUTE)
        assert take(session, "apply", "one", lasting=MINUTE)
        assert take(session, "other", "two", lasting=MINUTE)


def test_a_lease_that_nobody_renewed_can_be_taken(store: Store) -> None:
    with store.write(NOW) as session:
        take(session, "apply", "one", lasting=MINUTE)
    with store.write(later(2 * MINUTE)) as session:
        assert take(session, "apply", "two", lasting=MINUTE)
        assert not renew(session, "apply", "one", lasting=MINUTE)


def test_a_renewed_lease_lasts(store: Store) -> None:
    with store.write(NOW) as session:
        take(session, "apply", "one", lasting=MINUTE)
    with store.write(later(MINUTE / 2)) as session:
        assert renew(session, "apply", "one", lasting=MINUTE)
    with store.write(later(MINUTE * 1.2)) as session:
        assert not take(session, "apply", "two", lasting=MINUTE)


def test_only_its_holder_gives_a_lease_back(store: Store) -> None:
    with store.write(NOW) as session:
        take(session, "apply", "one", lasting=MINUTE)
        release(session, "apply", "two")
        assert read_holder(session, "apply") == "one"
        release(session, "apply", "one")
        assert read_holder(session, "apply") is None


def test_the_oldest_commit_is_that_of_the_living(store: Store) -> None:
    with store.write(NOW) as session:
        assert oldest_commit(session) is None
        report(session, "a", "web", 3)
        report(session, "b", "web", 4)
    with store.write(later(EXPIRY / 2)) as session:
        report(session, "b", "web", 5)
        assert oldest_commit(session) == 3
    with store.write(later(EXPIRY * 1.2)) as session:
        assert oldest_commit(session) == 5
        leave(session, "b")
        assert oldest_commit(session) is None
