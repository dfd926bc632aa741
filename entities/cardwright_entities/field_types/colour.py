"""A colour, written the way the web writes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import Text

from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import TEXT, ValueType
from cardwright_entities.field_types.base import ColumnSpec, FieldType, Parser, refuse
from cardwright_entities.field_types.cleaning import plain_signs
from cardwright_metadata.definitions.entities import FieldDefinition

_COLOUR = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})")


class ColourType(FieldType):
    """A colour as six hexadecimal digits after a ``#``; three are doubled."""

    name = "colour"
    icon = "palette"
    label: ClassVar[Mapping[str, str]] = {"zh": "颜色", "en": "Colour"}
    widget = "colour"
    cell = "colour"
    excel_format = "@"
    sortable = False

    def value_type(self, field: FieldDefinition) -> ValueType:
        return TEXT

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(Text()),)

    def parser(self, field: FieldDefinition) -> Parser:
        return _parse

    def search_text(self, value: object, field: FieldDefinition) -> str:
        return ""

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        return {"type": ["string", "null"], "pattern": "^#[0-9a-f]{6}$"}


def _parse(raw: object, context: Context) -> object:
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise refuse("not_a_colour")
    text = plain_signs(raw).lower()
    if not text:
        return None
    found = _COLOUR.fullmatch(text)
    if found is None:
        raise refuse("not_a_colour")
    digits = found[1]
    return "#" + (digits if len(digits) == 6 else "".join(each * 2 for each in digits))
