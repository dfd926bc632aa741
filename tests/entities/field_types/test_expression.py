from typing import Any

import pytest

OPTIONS = {"over": "slip", "returns": "decimal"}


@pytest.mark.parametrize("text", ["base + 1", "sum(lines, amount)\n* 2", "[基本工资] * 1.2"])
def test_any_formula_comes_back(make: Any, text: str) -> None:
    field = make("expression", **OPTIONS)
    assert field.parse(f"  {text} ") == text
    assert field.survives(text)
    assert field.parse(" ") is None


@pytest.mark.parametrize("raw", ["base +", "1 2", "import os", "(" * 100, "a" * 5000, "x.y()"])
def test_what_is_no_formula_is_refused(make: Any, raw: str) -> None:
    assert make("expression", **OPTIONS).code(raw) == "bad_formula"


def test_other_kinds_are_refused(make: Any) -> None:
    assert make("expression", **OPTIONS).code(5) == "not_a_text"
