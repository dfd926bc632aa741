"""marshmallow schemas and fields → JSON Schema 2020-12, as OpenAPI 3.1 wants it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from cardwright_entities.field_types.forms import ValueField
from cardwright_entities.model.entities import FieldModel
from cardwright_metadata.definitions.texts import Text
from cardwright_platform.api.body_fields import Flag, Plain

#: JSON types of marshmallow's field classes, the first that fits.
_TYPES: tuple[tuple[type[fields.Field[Any]], str], ...] = (
    (fields.String, "string"),
    (fields.Integer, "integer"),
    (Flag, "boolean"),
    (Plain, "object"),
)


def schema_of(body: Schema) -> dict[str, Any]:
    """Return the JSON Schema of a body."""
    properties = {each.data_key or name: field_schema(each) for name, each in body.fields.items()}
    required = [each.data_key or name for name, each in body.fields.items() if each.required]
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    return {**schema, "additionalProperties": False}


def field_schema(field: fields.Field[Any]) -> dict[str, Any]:
    """Return the JSON Schema of one field of a body."""
    if isinstance(field, ValueField):
        return {**field.json_schema(), **labelled(field.definition.label, field.definition.help)}
    told: Mapping[str, Any] = field.metadata
    schema: dict[str, Any] = {}
    if isinstance(field, fields.List):
        schema = {"type": "array", "items": field_schema(field.inner)}
    elif isinstance(field, fields.Nested):
        schema = schema_of(field.schema)
    else:
        found = next((name for kind, name in _TYPES if isinstance(field, kind)), "")
        schema = {"type": found} if found else {}
    described = {"description": told["description"]} if "description" in told else {}
    return {**schema, **told.get("schema", {}), **described}


def value_schema(field: FieldModel, *, settable: bool) -> dict[str, Any]:
    """Return the JSON Schema of a field as records show it, links with ``expand`` too."""
    definition = field.definition
    schema = {**field.type.json_schema(definition), **labelled(definition.label, definition.help)}
    schema = _expandable(schema) if field.type.relation else schema
    schema.pop("readOnly", None)
    return schema if settable else {**schema, "readOnly": True}


def _expandable(schema: Mapping[str, Any]) -> dict[str, Any]:
    if "items" in schema:
        return {**schema, "items": _expandable(schema["items"])}
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    number = {"type": "integer", "minimum": 1}
    named = {"id": number, "title": {"type": "string"}} | schema.get("properties", {})
    kinds = kinds if "object" in kinds else [*kinds, "object"]
    return {**schema, "type": kinds, "properties": named}


def labelled(label: Text, help_: Text, language: str = "en") -> dict[str, str]:
    """Return what a schema says to people: what the field is called, and its help."""
    told = {
        "title": label.in_language(language) if label else "",
        "description": help_.in_language(language) if help_ else "",
    }
    return {name: text for name, text in told.items() if text}
