"""Whoever does something to a record ends as the oracle says: done, forbidden, missing, refused."""

from __future__ import annotations

import pytest
from access_world.deeds import DOERS, DOING, DOING_ANYWAY
from access_world.rights import READERS
from access_world.stage import Stage


@pytest.mark.parametrize("reader", DOERS)
@pytest.mark.parametrize("way", DOING)
def test_what_may_be_done_is_what_the_oracle_says(stage: Stage, reader: str, way: str) -> None:
    assert [*DOING[way](stage, reader)] == []


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("way", DOING_ANYWAY)
def test_what_comes_of_reading_is_what_the_oracle_says(stage: Stage, reader: str, way: str) -> None:
    assert [*DOING_ANYWAY[way](stage, reader)] == []
