from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright_entities.errors import ValueProblem

AMOUNTS = st.decimals(Decimal("-9999999999999999.99"), Decimal("9999999999999999.99"), places=2)


@given(AMOUNTS)
def test_any_amount_comes_back(make: Any, value: Decimal) -> None:
    assert make("money").survives(value)


@pytest.mark.parametrize("raw", ["¥1,234.50", "￥１２３４．５０", "$1234.5", "1234.50", 1234.5])
def test_the_ways_people_write_amounts(make: Any, raw: object) -> None:
    assert make("money").parse(raw) == Decimal("1234.50")


@pytest.mark.parametrize(
    ("raw", "code"),
    [("¥¥5", "not_a_number"), ("12.345", "too_many_decimals"), ("12元", "not_a_number")],
)
def test_what_is_no_amount_is_refused(make: Any, raw: str, code: str) -> None:
    field = make("money")
    assert field.code(raw) == code
    assert field.load(raw) == field.parsed(raw)


def test_amounts_show_their_cents_and_travel_as_text(make: Any) -> None:
    assert make("money").shown(Decimal("1286000.00")) == "1,286,000.00"
    assert make("money", scale=4).shown(Decimal("0.0375")) == "0.0375"
    assert make("money").json(Decimal("12.50")) == "12.50"


def test_the_base_amount_stands_beside_the_amount(make: Any) -> None:
    field = make("money")
    assert [spec.suffix for spec in field.type.columns(field.definition)] == ["", "_base"]
    assert field.row(Decimal("12.50")) == (Decimal("12.50"), Decimal("12.50"))
    cells = field.type.to_row_at_rate(Decimal("12.50"), field.definition, Decimal("7.2121"))
    assert cells == (Decimal("12.50"), Decimal("90.15"))
    assert field.type.to_row_at_rate(None, field.definition, Decimal("7.2")) == (None, None)


def test_a_base_amount_that_does_not_fit_is_a_message(make: Any) -> None:
    field = make("money")
    with pytest.raises(ValueProblem, match="number_too_large"):
        field.type.to_row_at_rate(Decimal("9" * 16), field.definition, Decimal("7.2"))
