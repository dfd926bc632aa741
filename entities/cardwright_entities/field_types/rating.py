"""A rating: some of a few stars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import SmallInteger

from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import INTEGER, ValueType
from cardwright_entities.field_types.base import ColumnSpec, Parser, refuse
from cardwright_entities.field_types.number_text import read_decimal
from cardwright_entities.field_types.numbers import NumberType
from cardwright_entities.locales import Locale
from cardwright_metadata.definitions.entities import FieldDefinition

MOST_STARS = 10

STAR, NO_STAR = "★", "☆"


class RatingType(NumberType):
    """A rating in stars; nothing given is empty, never zero."""

    name = "rating"
    icon = "star"
    label: ClassVar[Mapping[str, str]] = {"zh": "评级", "en": "Rating"}
    options: ClassVar[Mapping[str, Any]] = {
        "max": {
            "type": "integer",
            "minimum": 2,
            "maximum": MOST_STARS,
            "default": 5,
            "description": "The number of stars; 5 unless said otherwise.",
        }
    }
    widget = "rating"
    cell = "rating"
    input_mode = "numeric"
    numeric = False
    excel_format = "0"

    def value_type(self, field: FieldDefinition) -> ValueType:
        return INTEGER

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(SmallInteger()),)

    def most(self, field: FieldDefinition) -> int:
        """Return the number of stars there are."""
        most: int = field.options.get("max", 5)
        return most

    def parser(self, field: FieldDefinition) -> Parser:
        most = self.most(field)

        def parse(raw: object, context: Context) -> object:
            if isinstance(raw, str) and set(raw.strip()) <= {STAR, NO_STAR} and raw.strip():
                # As a workbook or a copied list shows it.
                return raw.count(STAR) or None
            number = read_decimal(raw)
            if number is None:
                return None
            if number != number.to_integral_value():
                raise refuse("not_an_integer")
            if not 1 <= number <= most:
                raise refuse("not_a_rating", max=most)
            return int(number)

        return parse

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        if not isinstance(value, int):
            return ""
        return STAR * value + NO_STAR * (self.most(field) - value)

    def input_text(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return "" if value is None else str(value)

    def to_excel(self, value: object, field: FieldDefinition, locale: Locale) -> object:
        return value

    def search_text(self, value: object, field: FieldDefinition) -> str:
        return ""

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        return {"type": ["integer", "null"], "minimum": 1, "maximum": self.most(field)}
