"""The reference page of the language names every word of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwright_metadata.expressions.functions import AGGREGATES, FUNCTIONS
from cardwright_metadata.expressions.words import KEYWORDS, ROOTS

PAGE = (Path(__file__).parents[3] / "docs" / "expressions.md").read_text("utf-8")


@pytest.mark.parametrize("word", sorted({*FUNCTIONS, *AGGREGATES, *KEYWORDS, *ROOTS}))
def test_every_word_is_explained(word: str) -> None:
    assert f"`{word}" in PAGE


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda each: each.name)
def test_every_function_that_runs_has_its_chinese_name_there(function: object) -> None:
    found = FUNCTIONS[function.name]  # type: ignore[attr-defined]  # a function has a name
    assert found.reading or any(word in PAGE for word in found.chinese)
