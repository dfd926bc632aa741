"""An application for each file of tests, with a pack whose names are its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from services.postgresql import PostgresqlServer
from serving import PACKS, Served, serve


@pytest.fixture(scope="module")
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """An application for each file of tests, with the packs that the file names in SERVES."""
    names: tuple[str, ...] = getattr(request.module, "SERVES", ("crew",))
    served = serve("", tmp_path_factory.mktemp("served"), *(PACKS / name for name in names))
    yield served
    served.instance.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served_on_each(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """An application for each file of tests on both engines, with the packs of SERVES."""
    url = ""
    if request.param == "postgresql":
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        url = server.url(server.create_database())
    names: tuple[str, ...] = request.module.SERVES
    folder = tmp_path_factory.mktemp("served")
    served = serve(url, folder, *(PACKS / name for name in names))
    yield served
    served.instance.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Served]:
    """An application of which no other test knows."""
    served = serve("", tmp_path)
    yield served
    served.instance.close()
