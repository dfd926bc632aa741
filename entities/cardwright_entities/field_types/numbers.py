"""Numbers: whole ones, exact decimals, and percentages kept as fractions."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import BigInteger

from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message
from cardwright_entities.expressions.values import INTEGER, ValueType
from cardwright_entities.field_types.base import ColumnSpec, FieldType, Parser, problem, refuse
from cardwright_entities.field_types.cleaning import plain_signs
from cardwright_entities.field_types.number_text import (
    EXACT,
    read_decimal,
    round_to_scale,
    to_scale,
    without_noise,
)
from cardwright_entities.locales import Locale
from cardwright_entities.store.column_types import Scaled
from cardwright_metadata.definitions.entities import FieldDefinition

#: Beyond this a JSON number is no longer exact in a browser.
LARGEST_INTEGER = 2**53

NUMBER_OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "between", "in", "empty")

LIMITS: Mapping[str, Any] = {
    "min": {"type": "number", "description": "The smallest value allowed."},
    "max": {"type": "number", "description": "The largest value allowed."},
}

GROUPING: Mapping[str, Any] = {
    "grouping": {
        "type": "boolean",
        "default": True,
        "description": "Write the thousands of a whole number apart; false for years and the like.",
    },
}


class NumberType(FieldType):
    """What all numbers have in common."""

    operators = NUMBER_OPERATORS
    widget = "number"
    cell = "number"
    input_mode = "decimal"
    numeric = True

    def problems(self, field: FieldDefinition) -> tuple[Message, ...]:
        low, high = limits(field)
        if low is not None and high is not None and low > high:
            return (problem("min_above_max"),)
        return ()

    def excel_parser(self, field: FieldDefinition) -> Parser:
        parse = self.parser(field)
        return lambda cell, context: parse(without_noise(cell), context)

    def search_text(self, value: object, field: FieldDefinition) -> str:
        return "" if value is None else f"{value:f}"


class IntegerType(NumberType):
    """A whole number."""

    name = "integer"
    icon = "number"
    label: ClassVar[Mapping[str, str]] = {"zh": "整数", "en": "Integer"}
    masks: ClassVar[bool] = True
    options: ClassVar[Mapping[str, Any]] = {**LIMITS, **GROUPING}
    input_mode = "numeric"
    excel_format = "#,##0"
    matches: ClassVar[bool] = True

    def for_field(self, field: FieldDefinition) -> FieldType:
        if field.options.get("grouping", True):
            return self
        face = type(self)(self.others)
        face.grouped, face.excel_format = False, "0"
        return face

    def value_type(self, field: FieldDefinition) -> ValueType:
        return INTEGER

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(BigInteger()),)

    def parser(self, field: FieldDefinition) -> Parser:
        low, high = limits(field)

        def parse(raw: object, context: Context) -> object:
            value = raw
            if raw.__class__ is not int:
                number = read_decimal(raw)
                if number is None:
                    return None
                if number != number.to_integral_value():
                    raise refuse("not_an_integer")
                value = int(number)
            assert isinstance(value, int)
            if abs(value) > LARGEST_INTEGER:
                raise refuse("number_too_large")
            check_limits(value, low, high)
            return value

        return parse

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        if isinstance(value, Decimal):  # of a formula that is computed as it is read
            value = int(round_to_scale(value, 0))
        return locale.number(value, grouped=self.grouped) if isinstance(value, int) else ""

    def to_excel(self, value: object, field: FieldDefinition, locale: Locale) -> object:
        return value

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        low, high = limits(field)
        return {
            "type": ["integer", "null"],
            "minimum": -LARGEST_INTEGER if low is None else int(low),
            "maximum": LARGEST_INTEGER if high is None else int(high),
        }


class DecimalType(NumberType):
    """An exact number with a fixed number of decimals."""

    name = "decimal"
    icon = "decimal"
    label: ClassVar[Mapping[str, str]] = {"zh": "小数", "en": "Decimal"}
    masks: ClassVar[bool] = True
    options: ClassVar[Mapping[str, Any]] = {
        "scale": {
            "type": "integer",
            "minimum": 0,
            "maximum": 12,
            "default": 4,
            "description": "Decimals kept; 4 unless said otherwise.",
        },
        **LIMITS,
    }
    excel_format = "#,##0.####"

    def scale(self, field: FieldDefinition) -> int:
        """Return the decimals that the field keeps."""
        scale: int = field.options.get("scale", 4)
        return scale

    def value_type(self, field: FieldDefinition) -> ValueType:
        return ValueType("decimal", scale=self.scale(field))

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(Scaled(self.scale(field))),)

    def parser(self, field: FieldDefinition) -> Parser:
        scale = self.scale(field)
        low, high = limits(field)

        def parse(raw: object, context: Context) -> object:
            number = read_decimal(raw)
            if number is None:
                return None
            value = to_scale(number, scale)
            check_limits(value, low, high)
            return value

        return parse

    def to_json(self, value: object, field: FieldDefinition) -> object:
        return None if value is None else f"{value:f}"

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        if not isinstance(value, Decimal):
            return ""
        # A formula's result has as many digits as its division gave; more are not kept of any.
        return locale.number(round_to_scale(value, self.scale(field)))

    def input_text(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return without_zeros(value) if isinstance(value, Decimal) else ""

    def to_excel(self, value: object, field: FieldDefinition, locale: Locale) -> object:
        return value

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        return {"type": ["string", "number", "null"], "format": "decimal"}


class PercentType(DecimalType):
    """A share: people type 15, the value is 0.15 in the API, in expressions and when stored."""

    name = "percent"
    icon = "percentage"
    label: ClassVar[Mapping[str, str]] = {"zh": "百分比", "en": "Percent"}
    options: ClassVar[Mapping[str, Any]] = {
        "scale": {
            "type": "integer",
            "minimum": 2,
            "maximum": 12,
            "default": 6,
            "description": "Decimals of the fraction kept; 6 unless said otherwise (12.3456%).",
        },
        "min": {"type": "number", "description": "The smallest fraction allowed: 0 is 0%."},
        "max": {"type": "number", "description": "The largest fraction allowed: 1 is 100%."},
    }
    cell = "percent"
    excel_format = "0.00%"

    def scale(self, field: FieldDefinition) -> int:
        scale: int = field.options.get("scale", 6)
        return scale

    def parser(self, field: FieldDefinition) -> Parser:
        parse_fraction = super().parser(field)

        def parse(raw: object, context: Context) -> object:
            if isinstance(raw, str):
                text = plain_signs(raw)
                if text.endswith("%"):
                    number = read_decimal(text[:-1])
                    if number is None:
                        raise refuse("not_a_number")
                    return parse_fraction(number.scaleb(-2, EXACT), context)
            return parse_fraction(raw, context)

        return parse

    def read_input(self, text: str, field: FieldDefinition) -> object:
        typed = plain_signs(text)
        return f"{typed}%" if typed and not typed.endswith("%") else typed

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        if not isinstance(value, Decimal):
            return ""
        return locale.percent(round_to_scale(value, self.scale(field)))

    def input_text(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return f"{without_zeros(value.scaleb(2))}%" if isinstance(value, Decimal) else ""


def limits(field: FieldDefinition) -> tuple[Decimal | None, Decimal | None]:
    """Return the smallest and largest value that the field's options allow."""
    low, high = field.options.get("min"), field.options.get("max")
    return (
        None if low is None else Decimal(str(low)),
        None if high is None else Decimal(str(high)),
    )


def check_limits(value: Decimal | int, low: Decimal | None, high: Decimal | None) -> None:
    """Refuse a number outside its limits."""
    if low is not None and value < low:
        raise refuse("below_min", min=without_zeros(low))
    if high is not None and value > high:
        raise refuse("above_max", max=without_zeros(high))


def without_zeros(value: Decimal) -> str:
    """Write a decimal with only the decimals it needs, without exponent and thousands."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
