"""Duplicates, files, suggestions, reports, chains, undo and merge tell what the oracle says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from access_world.annex import CALLERS, Annex, build_annex
from access_world.annexed import ANNEXED
from access_world.turns import in_turn


@pytest.fixture(scope="module")
def sqlite_annex(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Annex]:
    folder: Path = tmp_path_factory.mktemp("annex")
    built = build_annex(f"sqlite:///{folder / 'store.sqlite'}")
    yield built
    built.stage.installation.store.close()


@pytest.fixture(scope="module")
def postgresql_annex(postgresql_module_url: str) -> Iterator[Annex]:
    built = build_annex(postgresql_module_url)
    yield built
    built.stage.installation.store.close()


@pytest.mark.parametrize(("engine", "way", "reader"), in_turn(ANNEXED, CALLERS))
def test_ways_beside_the_lists_tell_what_the_oracle_says(
    request: pytest.FixtureRequest, engine: str, way: str, reader: str
) -> None:
    annex: Annex = request.getfixturevalue(f"{engine}_annex")
    assert [*ANNEXED[way](annex, reader)] == []
