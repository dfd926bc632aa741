"""A fleet under way, for all tests about people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fleet_crew import Crew, build_crew


@pytest.fixture
def crew(store_url: str) -> Iterator[Crew]:
    """A fleet of its own on each engine, because tests change it."""
    built = build_crew(store_url)
    yield built
    built.installation.store.close()
