"""Money: an exact amount, and beside it the same in the installation's base currency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import ValueType
from cardwright_entities.field_types.base import ColumnSpec, Parser, refuse
from cardwright_entities.field_types.cleaning import plain_signs
from cardwright_entities.field_types.number_text import (
    EXACT,
    read_decimal,
    round_to_scale,
    to_scale,
    without_noise,
)
from cardwright_entities.field_types.numbers import LIMITS, NumberType, check_limits, limits
from cardwright_entities.locales import Locale
from cardwright_entities.store.column_types import Scaled
from cardwright_metadata.definitions.entities import FieldDefinition

#: Signs that people leave before an amount; the currency itself is the record's.
_SIGNS = "¥$€£"


class MoneyType(NumberType):
    """An amount of money in the record's currency; sums over currencies use its base amount."""

    name = "money"
    icon = "coin"
    label: ClassVar[Mapping[str, str]] = {"zh": "金额", "en": "Money"}
    masks: ClassVar[bool] = True
    options: ClassVar[Mapping[str, Any]] = {
        "scale": {
            "type": "integer",
            "minimum": 0,
            "maximum": 8,
            "default": 2,
            "description": "Decimals kept; 2 unless said otherwise (unit prices often keep 4).",
        },
        **LIMITS,
    }
    cell = "money"
    excel_format = "#,##0.00"
    parts: tuple[str, ...] = ("amount", "base")

    def scale(self, field: FieldDefinition) -> int:
        """Return the decimals that the field keeps."""
        scale: int = field.options.get("scale", 2)
        return scale

    def value_type(self, field: FieldDefinition) -> ValueType:
        return ValueType("decimal", scale=self.scale(field))

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        scale = Scaled(self.scale(field))
        return (ColumnSpec(scale), ColumnSpec(scale, "_base"))

    def parser(self, field: FieldDefinition) -> Parser:
        scale = self.scale(field)
        low, high = limits(field)

        def parse(raw: object, context: Context) -> object:
            number = read_decimal(_without_sign(raw) if isinstance(raw, str) else raw)
            if number is None:
                return None
            value = to_scale(number, scale)
            check_limits(value, low, high)
            return value

        return parse

    def to_row(self, value: object, field: FieldDefinition) -> tuple[object, ...]:
        return (value, value)

    def to_row_at_rate(
        self, value: object, field: FieldDefinition, rate: Decimal
    ) -> tuple[object, ...]:
        if not isinstance(value, Decimal):
            return (None, None)
        return (value, to_base(value, rate, self.scale(field)))

    def from_row(self, cells: Sequence[object], field: FieldDefinition) -> object:
        return cells[0]

    def to_json(self, value: object, field: FieldDefinition) -> object:
        return None if value is None else f"{value:f}"

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        if not isinstance(value, Decimal):
            return ""
        return locale.number(round_to_scale(value, self.scale(field)), self.scale(field))

    def input_text(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return f"{value:f}" if isinstance(value, Decimal) else ""

    def to_excel(self, value: object, field: FieldDefinition, locale: Locale) -> object:
        return value

    def excel_parser(self, field: FieldDefinition) -> Parser:
        parse = self.parser(field)
        return lambda cell, context: parse(without_noise(cell), context)

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        return {"type": ["string", "number", "null"], "format": "decimal"}


def to_base(amount: Decimal, rate: Decimal, scale: int) -> Decimal:
    """Return an amount in the base currency at a rate; refuse what does not fit 18 digits."""
    return to_scale(round_to_scale(EXACT.multiply(amount, rate), scale), scale)


def _without_sign(raw: str) -> str:
    text = plain_signs(raw)
    bare = text.lstrip(_SIGNS)
    if len(text) - len(bare) > 1:
        raise refuse("not_a_number")
    return bare
