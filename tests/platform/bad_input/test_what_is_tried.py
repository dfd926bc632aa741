"""The page of bad input names tests that are there."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[2]


def test_every_row_names_a_test_that_is_there() -> None:
    rows = (TESTS / "odd_input" / "README.md").read_text("utf-8").split("|---|---|---|\n")[1]
    named = [re.findall(r"`([\w/]+\.py)` \|$", row) for row in rows.splitlines()]
    assert all(len(each) == 1 for each in named)
    assert [path for (path,) in named if "def test_" not in (TESTS / path).read_text()] == []
