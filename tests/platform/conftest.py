"""An application for each file of tests, with a pack whose names are its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
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


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Served]:
    """An application of which no other test knows."""
    served = serve("", tmp_path)
    yield served
    served.instance.close()
