"""A company on each engine to which nonsense is sent; what happens to it does not matter."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

import pytest
from odd_input.ground import Ground, ground_on
from services.postgresql import PostgresqlServer

Item = TypeVar("Item")

#: Of many thousand requests a run sends every so many; all of them with CARDWRIGHT_SWEEP=all.
EVERY = 1 if os.environ.get("CARDWRIGHT_SWEEP") == "all" else 9


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def ground(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ground]:
    folder = tmp_path_factory.mktemp("ground")
    if request.param == "sqlite":
        with ground_on("", folder) as ground:
            yield ground
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    name = server.create_database()
    with ground_on(server.url(name), folder) as ground:
        yield ground
    server.drop_database(name)


@pytest.fixture
def share(ground: Ground) -> Callable[[Iterable[Item]], Iterator[Item]]:
    """Take from many requests the share of this engine: the two take different ones."""
    start = 0 if ground.served.instance.store.dialect == "sqlite" else EVERY // 2
    return lambda items: islice(items, start, None, EVERY)
