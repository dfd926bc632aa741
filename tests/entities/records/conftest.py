"""Installations of a workshop and of a trade in two currencies, fresh for each test."""

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


@pytest.fixture
def trade(store_url: str) -> Iterator[Installation]:
    """Tender 1 is the base; tender 2 is worth 7 until the end of June 2026, then 7.25."""
    installation = build_installation(store_url, PACKS / "tenders")
    with installation.engine.write(installation.system()) as desk:
        desk.records.create("tender", {"sign": "CNY"})
        courses = [
            {"begins": "2026-01-01", "ends": "2026-06-30", "worth": "7"},
            {"begins": "2026-07-01", "worth": "7.25"},
        ]
        desk.records.create("tender", {"sign": "USD", "courses": courses})
    yield installation
    installation.store.close()
