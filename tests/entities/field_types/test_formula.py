from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cardwright_entities.expressions.values import ValueType
from cardwright_metadata.expressions.parsing import parse


@pytest.mark.parametrize(
    ("returns", "value", "shown"),
    [
        ("money", Decimal("1234.50"), "1,234.50"),
        ("percent", Decimal("0.15"), "15%"),
        ("date", date(2025, 11, 19), "昨天"),
        ("boolean", True, "是"),
        ("text", "甲", "甲"),
        ("picklist", "a", "甲"),
    ],
)
def test_a_formula_has_the_face_of_what_it_returns(
    make: Any, returns: str, value: object, shown: str
) -> None:
    field = make("formula", formula="x", returns=returns, values={"a": "甲"})
    plain = make(returns, values={"a": "甲"})
    assert field.shown(value) == shown
    assert field.json(value) == plain.json(value)
    assert field.excel(value) == plain.excel(value)
    assert (field.type.cell, field.type.numeric) == (plain.type.cell, plain.type.numeric)
    assert field.type.excel_format == plain.type.excel_format
    assert field.survives(value)


@pytest.mark.parametrize(
    ("returns", "more", "value", "shown"),
    [
        ("percent", {}, Decimal(285) / 680, "41.9118%"),
        ("percent", {"scale": 4}, Decimal(285) / 680, "41.91%"),
        ("decimal", {}, Decimal(2) / 3, "0.6667"),
    ],
)
def test_a_quotient_is_shown_with_the_decimals_of_its_field(
    make: Any, returns: str, more: dict[str, int], value: Decimal, shown: str
) -> None:
    assert make("formula", formula="x", returns=returns, **more).shown(value) == shown


@pytest.mark.parametrize(
    ("formula", "more", "shown"),
    [
        ("year(day)", {}, "2026"),
        ("year(day)", {"grouping": True}, "2,026"),
        ("year(day) + 1", {}, "2,026"),
        ("year(day) + 1", {"grouping": False}, "2026"),
    ],
)
def test_a_year_is_written_in_one_piece_and_what_else_says_so(
    make: Any, formula: str, more: dict[str, bool], shown: str
) -> None:
    field = make("formula", formula=parse(formula), returns="integer", **more)
    seen = make("mirror", path="a.b", result=field.definition)
    assert (field.shown(2026), seen.shown(Decimal(2026))) == (shown, shown)
    assert field.type.excel_format == seen.type.excel_format == ("#,##0" if "," in shown else "0")


def test_nobody_types_it(make: Any) -> None:
    field = make("formula", formula="x", returns="money")
    assert not field.type.editable
    assert field.type.widget == "readonly"
    assert field.type.json_schema(field.definition)["readOnly"] is True


def test_it_has_columns_only_when_it_is_stored(make: Any) -> None:
    virtual = make("formula", formula="x", returns="money")
    stored = make("formula", formula="x", returns="money", stored=True)
    assert virtual.type.columns(virtual.definition) == ()
    assert [each.suffix for each in stored.type.columns(stored.definition)] == ["", "_base"]
    assert stored.type.value_type(stored.definition) == ValueType("decimal", scale=2)


def test_what_is_stored_must_say_its_type(make: Any) -> None:
    assert make("formula", formula="x", stored=True).problems() == ("stored_needs_returns",)
    assert make("formula", formula="x", stored=True, returns="text").problems() == ()


def test_two_formulas_do_not_share_a_face(make: Any) -> None:
    money, day = make("formula", returns="money"), make("formula", returns="date")
    assert (money.type.cell, day.type.cell) == ("money", "date")


def test_both_drivers_agree(make: Any) -> None:
    field = make("formula", formula="x", returns="integer")
    for raw in ("12", "x", None, 1.5):
        assert field.load(raw) == field.parsed(raw)
