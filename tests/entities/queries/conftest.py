"""A generated world to page through, and an empty workshop to fill by hand, on both engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from access_world.stage import Stage, build_stage
from installation import PACKS, Installation, build_installation


@pytest.fixture(scope="module")
def stage(store_module_url: str) -> Iterator[Stage]:
    """The workshop with a generated world and the split policy."""
    built = build_stage(store_module_url)
    yield built
    built.installation.store.close()


@pytest.fixture
def workshop(store_url: str) -> Iterator[Installation]:
    """An empty installation of tests/packs/workshop."""
    installation = build_installation(store_url, PACKS / "workshop")
    yield installation
    installation.store.close()


@pytest.fixture(scope="module")
def wide_workshop(store_module_url: str) -> Iterator[Installation]:
    """A workshop whose tests of one file share what they store."""
    installation = build_installation(store_module_url, PACKS / "workshop")
    yield installation
    installation.store.close()
