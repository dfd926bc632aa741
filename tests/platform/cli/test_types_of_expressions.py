"""What only field types can tell is told by every verb that reads packs."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cardwright = Callable[..., Any]
WRONG_TYPES = Path(__file__).resolve().parents[2] / "packs" / "wrong_types"


@pytest.fixture
def wrong_types(place: Path) -> Path:
    """A pack beside the installation whose expressions cannot be meant."""
    shutil.copytree(WRONG_TYPES, place / "wrong_types")
    return place / "wrong_types"


def test_wrong_types_are_told_in_words(cardwright: Cardwright, wrong_types: Path) -> None:
    told = cardwright("check", str(wrong_types))
    assert told.code == 1
    assert "34:65    fields.count.required: A value of kind boolean is expected" in told.out
    assert "fields.code.type: RE2 cannot read the pattern: missing ]: [a-." in told.out
    assert "76:10    default: Not a number." in told.out
    assert "31 problems found." in told.out


def test_wrong_types_are_neither_planned_nor_applied(
    cardwright: Cardwright, wrong_types: Path
) -> None:
    for told in (
        cardwright("plan", str(wrong_types)),
        cardwright("apply", "--yes", str(wrong_types)),
    ):
        assert told.code == 1
        assert "This needs itself: a → b → c → a." in told.err
    assert cardwright("plan", "--json").json()["base"] == 0
