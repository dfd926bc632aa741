"""The application answers what the oracle says: lists, catalog, pickers, forms, histories."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from access_world.served import SERVED, VISITORS, Site, ask, build_site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("site")
    built = build_site(f"sqlite:///{folder / 'site.sqlite'}", folder)
    yield built
    built.served.instance.close()


@pytest.mark.parametrize("reader", VISITORS)
@pytest.mark.parametrize("way", SERVED)
def test_the_application_answers_what_the_oracle_says(site: Site, reader: str, way: str) -> None:
    assert [*ask(site, reader, way)] == []
