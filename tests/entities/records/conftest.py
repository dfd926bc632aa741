"""The workshop's installation, fresh for each test, on both engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from installation import PACKS, Installation, build_installation


@pytest.fixture
def workshop(store_url: str) -> Iterator[Installation]:
    """An empty installation of tests/packs/workshop."""
    installation = build_installation(store_url, PACKS / "workshop")
    yield installation
    installation.store.close()
