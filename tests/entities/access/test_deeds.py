"""Whoever does something to a record ends as the oracle says: done, forbidden, missing, refused."""

from __future__ import annotations

import pytest
from access_world.deeds import DOERS, DOING
from access_world.stage import Stage


@pytest.mark.parametrize("reader", DOERS)
@pytest.mark.parametrize("way", DOING)
def test_what_may_be_done_is_what_the_oracle_says(stage: Stage, reader: str, way: str) -> None:
    assert [*DOING[way](stage, reader)] == []
