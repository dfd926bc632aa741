"""Installations whose documents flow, on both engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from approving import Office, build_office
from installation import PACKS, Installation, build_installation


@pytest.fixture
def pipeline(store_url: str) -> Iterator[Installation]:
    """An empty installation of tests/packs/pipeline."""
    installation = build_installation(store_url, PACKS / "pipeline")
    yield installation
    installation.store.close()


@pytest.fixture
def shipping(store_url: str) -> Iterator[Installation]:
    """An installation of tests/packs/shipping with a customer, two products and a warehouse."""
    installation = build_installation(store_url, PACKS / "shipping")
    with installation.engine.write(installation.system()) as desk:
        desk.records.create("customer", {"name": "华东机电"})
        for name in ("减速机", "联轴器"):
            desk.records.create("product", {"name": name, "price": "10"})
        desk.records.create("warehouse", {"name": "主仓"})
    yield installation
    installation.store.close()


@pytest.fixture
def office(store_url: str) -> Iterator[Office]:
    """People of tests/packs/approvals who submit and approve, and their clock."""
    made = build_office(store_url)
    yield made
    made.installation.store.close()
