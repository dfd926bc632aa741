"""Whoever does something to a record ends as the oracle says: done, forbidden, missing, refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from access_world.deeds import DOERS, DOING, DOING_ANYWAY
from access_world.lending import LENDING
from access_world.rights import READERS
from access_world.stage import Stage, build_stage
from access_world.turns import in_turn


@pytest.fixture(scope="module")
def sqlite_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder: Path = tmp_path_factory.mktemp("stage")
    built = build_stage(f"sqlite:///{folder / 'store.sqlite'}")
    yield built
    built.installation.store.close()


@pytest.fixture(scope="module")
def postgresql_stage(postgresql_module_url: str) -> Iterator[Stage]:
    built = build_stage(postgresql_module_url)
    yield built
    built.installation.store.close()


@pytest.mark.parametrize(
    ("engine", "way", "reader"),
    [*in_turn({**DOING, **LENDING}, DOERS), *in_turn(DOING_ANYWAY, READERS)],
)
def test_what_may_be_done_is_what_the_oracle_says(
    request: pytest.FixtureRequest, engine: str, way: str, reader: str
) -> None:
    stage: Stage = request.getfixturevalue(f"{engine}_stage")
    assert [*{**DOING, **LENDING, **DOING_ANYWAY}[way](stage, reader)] == []
