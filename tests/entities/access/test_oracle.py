"""Every answer equals that of a brute-force oracle that shares no code with the engine."""

from __future__ import annotations

import pytest
from access_world.probing import READING
from access_world.rights import READERS
from access_world.stage import Stage


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("way", READING)
def test_what_is_read_is_what_the_oracle_says(stage: Stage, reader: str, way: str) -> None:
    assert [*READING[way](stage, reader)] == []
