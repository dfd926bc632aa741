"""Formulas that people keep in records: wage items, score items, whatever a company reckons by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import Text

from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message, ValueProblem
from cardwright_entities.expressions.values import ValueType
from cardwright_entities.field_types.base import ColumnSpec, FieldType, Parser, refuse
from cardwright_entities.field_types.cleaning import clean_lines
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.limits import MAXIMUM_LENGTH
from cardwright_metadata.expressions.parsing import parse

#: What such a formula may return.
_RETURNED = ("decimal", "integer", "money", "percent", "text", "boolean", "date")


class ExpressionType(FieldType):
    """A formula over records of an entity, kept as text and read by ``evaluate()``."""

    name = "expression"
    icon = "variable"
    label: ClassVar[Mapping[str, str]] = {"zh": "公式", "en": "Formula kept in a record"}
    options: ClassVar[Mapping[str, Any]] = {
        "over": {
            "type": "string",
            "description": "The entity of whose records the formula reads the fields.",
        },
        "names": {
            "type": "string",
            "format": "names_of_records",
            "description": "A path to the names of its siblings, which the formula may use too: "
            "scheme.items.code.",
        },
        "returns": {
            "type": "string",
            "enum": list(_RETURNED),
            "description": "The kind of value that the formula gives.",
        },
    }
    required_options = ("over", "returns")
    reference = "over"
    operators = ("empty",)
    widget = "textarea"
    sortable = False
    excel_format = "@"

    def value_type(self, field: FieldDefinition) -> ValueType:
        over = str(field.options.get("over", ""))
        return ValueType("expression", entity=over, item=self.returned(field))

    def returned(self, field: FieldDefinition) -> ValueType:
        """Return the kind of value that the formula has to give."""
        found = self.others.get(str(field.options.get("returns", "")))
        if found is None or found.name in ("money", "percent", "integer", "decimal"):
            return ValueType("decimal")
        return found.value_type(field)

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(Text()),)

    def parser(self, field: FieldDefinition) -> Parser:
        return _parse

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        return {"type": ["string", "null"], "maxLength": MAXIMUM_LENGTH}


def _parse(raw: object, context: Context) -> object:
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise refuse("not_a_text")
    text = clean_lines(raw)
    if not text:
        return None
    try:
        parse(text)
    except ExpressionError as error:
        raise ValueProblem(Message.of_expression("bad_formula", error)) from error
    return text
