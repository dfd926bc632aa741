"""Installations whose documents flow, on both engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from installation import PACKS, Installation, build_installation


@pytest.fixture
def pipeline(store_url: str) -> Iterator[Installation]:
    """An empty installation of tests/packs/pipeline."""
    installation = build_installation(store_url, PACKS / "pipeline")
    yield installation
    installation.store.close()
