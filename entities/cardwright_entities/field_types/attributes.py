"""Values whose definitions are records: what a segment, a kind or a scheme asks of its members."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import ValueType
from cardwright_entities.field_types.base import Parser, refuse
from cardwright_entities.field_types.json_values import JsonType
from cardwright_entities.locales import Locale
from cardwright_metadata.definitions.entities import FieldDefinition

#: Values of one record at most.
MOST_ATTRIBUTES = 200


class AttributesType(JsonType):
    """Named values; the lines of another record say which names there are, and their kinds."""

    name = "attributes"
    icon = "adjustments-horizontal"
    label: ClassVar[Mapping[str, str]] = {"zh": "扩展属性", "en": "Attributes"}
    options: ClassVar[Mapping[str, Any]] = {
        "defined_by": {
            "type": "string",
            "format": "records",
            "description": "The path to the lines that define the values: segment.attributes. "
            "Their fields code, name, type (text, decimal, integer, date, boolean) and "
            "required say what each is.",
        },
    }
    required_options = ("defined_by",)
    widget = "attributes"

    def value_type(self, field: FieldDefinition) -> ValueType:
        return ValueType("attributes")

    def parser(self, field: FieldDefinition) -> Parser:
        parse_json = super().parser(field)

        def parse(raw: object, context: Context) -> object:
            value = parse_json(raw, context)
            if value is None:
                return None
            if not isinstance(value, dict) or len(value) > MOST_ATTRIBUTES:
                raise refuse("not_attributes")
            kept = {name: each for name, each in value.items() if each not in (None, "")}
            if any(isinstance(each, (dict, list)) for each in kept.values()):
                raise refuse("not_attributes")
            return kept or None

        return parse

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        if not isinstance(value, dict):
            return ""
        return " · ".join(f"{name}: {each}" for name, each in value.items())

    def to_excel(self, value: object, field: FieldDefinition, locale: Locale) -> object:
        return None if value is None else json.dumps(value, ensure_ascii=False)

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        return {"type": ["object", "null"]}
