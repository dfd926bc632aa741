"""An application whose people may sign in at a provider, and somebody who does."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from openid_provider import Liar, liar, way
from serving import Served, serve

from cardwright_entities.accounts.accounts import (
    Account,
)
from cardwright_entities.accounts.identities import add_identity


@pytest.fixture(scope="module")
def running() -> Iterator[Liar]:
    with liar() as server:
        yield server


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(
    request: pytest.FixtureRequest, running: Liar, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The application on both engines: once, and the same browser, is said by the database."""
    url = ""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_module_url")
    served = serve(url, tmp_path_factory.mktemp("harbour"), **way(running.issuer))
    yield served
    served.instance.close()


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return count(1)


@pytest.fixture
def provider(running: Liar, served: Served, numbers: Iterator[int]) -> Liar:
    """A provider that tells no lie yet, at which somebody new signs in."""
    running.be_honest(f"s-{next(numbers)}")
    served.clock.forward(minutes=11)
    return running


@pytest.fixture
def login(provider: Liar) -> str:
    """A login that nobody else has."""
    return f"hand.{provider.subject}"


@pytest.fixture
def bound(served: Served, provider: Liar, login: str) -> Account:
    """Somebody who is bound to who signs in at the provider."""
    account = served.add(login, "editor")
    with served.instance.store.write(served.instance.system_context()) as session:
        add_identity(session, account.id, "harbour", provider.subject, label="hand")
    return account
