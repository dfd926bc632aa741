"""One generated world on each engine, its records and its oracle's view of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from access_world.stage import Stage, build_stage


@pytest.fixture(scope="module")
def stage(store_module_url: str) -> Iterator[Stage]:
    """The workshop with a generated world and the split policy."""
    built = build_stage(store_module_url)
    yield built
    built.installation.store.close()
