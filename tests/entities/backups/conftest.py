"""Keepsakes on both engines, and empty places where they may come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from installation import PACKS, build_installation, open_installation
from keepsakes import Kept, fill


@pytest.fixture(scope="module")
def full(store_module_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """Records with a value in every field, and rows in many of the platform's tables."""
    installation = build_installation(store_module_url, PACKS / "keepsakes")
    kept = Kept(installation, tmp_path_factory.mktemp("full"))
    fill(kept)
    yield kept
    installation.store.close()


@pytest.fixture
def empty_places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Kept]]:
    """Places on either engine where nothing is yet."""
    opened: list[Kept] = []

    def place(engine: str) -> Kept:
        folder = tmp_path / f"place{len(opened)}"
        folder.mkdir()
        sqlite = f"sqlite:///{folder / 'store.sqlite'}"
        url = sqlite if engine == "sqlite" else request.getfixturevalue("postgresql_url")
        opened.append(Kept(open_installation(url), folder))
        return opened[-1]

    yield place
    for each in opened:
        each.installation.store.close()
