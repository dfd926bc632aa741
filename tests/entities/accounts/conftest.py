"""A store with the platform's tables, and contexts at chosen times."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from cardwright_entities.accounts.accounts import Account, NewAccount, create_account
from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.store.doors import Store

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def at() -> Callable[..., Context]:
    """Make the system's context at noon plus so much."""

    def make(**later: float) -> Context:
        return Context(principal=SYSTEM, now=NOON + timedelta(**later))

    return make


@pytest.fixture(scope="module")
def store(store_module_url: str, at: Callable[..., Context]) -> Iterator[Store]:
    store = Store(store_module_url)
    store.upgrade(at())
    yield store
    store.close()


@pytest.fixture
def account(store: Store, at: Callable[..., Context], request: pytest.FixtureRequest) -> Account:
    """An editor with a login that no other test uses."""
    login = f"wang.{zlib.crc32(request.node.nodeid.encode())}"
    with store.write(at()) as session:
        return create_account(session, NewAccount(login=login, name="王建国", roles=["editor"]))
