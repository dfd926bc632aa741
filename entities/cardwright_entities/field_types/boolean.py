"""Yes or no."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import Boolean

from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import BOOLEAN, ValueType
from cardwright_entities.field_types.base import ColumnSpec, FieldType, Parser, refuse
from cardwright_entities.field_types.cleaning import plain_signs
from cardwright_entities.locales import Locale
from cardwright_metadata.definitions.entities import FieldDefinition

_WORDS: Mapping[str, bool] = {
    **dict.fromkeys(("true", "yes", "y", "on", "1", "是", "真", "对", "有", "√"), True),
    **dict.fromkeys(("false", "no", "n", "off", "0", "否", "假", "错", "无", "×"), False),
}


class BooleanType(FieldType):
    """Yes or no; empty reads as no in conditions."""

    name = "boolean"
    icon = "checkbox"
    label: ClassVar[Mapping[str, str]] = {"zh": "是/否", "en": "Yes or no"}
    operators = ("=", "empty")
    widget = "checkbox"
    cell = "boolean"

    def value_type(self, field: FieldDefinition) -> ValueType:
        return BOOLEAN

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(Boolean()),)

    def parser(self, field: FieldDefinition) -> Parser:
        return _parse

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return "" if value is None else locale.yes_or_no(bool(value))

    def input_text(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return "" if value is None else ("true" if value else "false")

    def excel_parser(self, field: FieldDefinition) -> Parser:
        return _parse_cell

    def search_text(self, value: object, field: FieldDefinition) -> str:
        return ""

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        return {"type": ["boolean", "null"]}


def _parse(raw: object, context: Context) -> object:
    if raw is None or isinstance(raw, bool):
        return raw
    if isinstance(raw, str):
        word = plain_signs(raw).lower()
        if not word:
            return None
        if word in _WORDS:
            return _WORDS[word]
    raise refuse("not_a_boolean")


def _parse_cell(cell: object, context: Context) -> object:
    # Sheets made by other programs say 1 and 0.
    if cell.__class__ in (int, float) and cell in (0, 1):
        return bool(cell)
    return _parse(cell, context)
