from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st


@given(st.decimals(-10, 10, places=6))
def test_any_share_comes_back(make: Any, value: Decimal) -> None:
    assert make("percent").survives(value)


def test_people_type_15_and_programs_say_015(make: Any) -> None:
    field = make("percent")
    assert field.typed("15") == field.typed("15%") == field.typed("１５％") == Decimal("0.15")
    assert field.parse("0.15") == field.parse(0.15) == field.parse("15%") == Decimal("0.15")
    assert field.cell(0.15) == field.cell("15%") == Decimal("0.15")
    assert field.typed("") is None


def test_it_is_shown_and_asked_in_percent(make: Any) -> None:
    field = make("percent")
    assert field.shown(Decimal("0.125000")) == "12.5%"
    assert field.input(Decimal("0.150000")) == "15%"
    assert field.json(Decimal("0.150000")) == "0.150000"
    assert field.excel(Decimal("0.150000")) == Decimal("0.15")


@pytest.mark.parametrize(("raw", "code"), [("%", "not_a_number"), ("15%%", "not_a_number")])
def test_a_sign_alone_is_no_number(make: Any, raw: str, code: str) -> None:
    assert make("percent").code(raw) == code


def test_limits_are_fractions_and_both_drivers_agree(make: Any) -> None:
    field = make("percent", min=0, max=1)
    assert field.code("101%") == "above_max"
    assert field.code("-0.1") == "below_min"
    assert field.code("12.34567%") == "too_many_decimals"
    for raw in ("15%", "2", "x", None, 0.5, "0.1234567"):
        assert field.load(raw) == field.parsed(raw)
