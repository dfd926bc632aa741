"""Values for machines: JSON documents and UUIDs."""

from __future__ import annotations

import json
import math
import re
import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import Text

from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import JSON, TEXT, ValueType
from cardwright_entities.field_types.base import ColumnSpec, FieldType, Parser, refuse
from cardwright_entities.field_types.cleaning import plain_signs
from cardwright_entities.locales import Locale
from cardwright_entities.store.column_types import JsonDocument
from cardwright_metadata.definitions.entities import FieldDefinition

LARGEST_DOCUMENT = 65_536
DEEPEST_DOCUMENT = 32

#: What neither jsonb nor XML can carry.
_FORBIDDEN = re.compile("[\x00\ud800-\udfff\ufffe\uffff]")


class JsonType(FieldType):
    """A JSON object or array, for what programs keep in a record."""

    name = "json"
    icon = "braces"
    label: ClassVar[Mapping[str, str]] = {"zh": "JSON 数据", "en": "JSON"}
    operators = ("empty",)
    widget = "json"
    cell = "long_text"
    sortable = False

    def value_type(self, field: FieldDefinition) -> ValueType:
        return JSON

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(JsonDocument()),)

    def parser(self, field: FieldDefinition) -> Parser:
        return _parse_json

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return "" if value is None else _written(value)

    def input_text(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return "" if value is None else json.dumps(value, ensure_ascii=False, indent=2)

    def search_text(self, value: object, field: FieldDefinition) -> str:
        return ""

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        return {"type": ["object", "array", "null"]}


class UuidType(FieldType):
    """An identifier of another system, in the canonical form of a UUID."""

    name = "uuid"
    icon = "fingerprint"
    label: ClassVar[Mapping[str, str]] = {"zh": "UUID", "en": "UUID"}
    excel_format = "@"

    def value_type(self, field: FieldDefinition) -> ValueType:
        return TEXT

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(Text()),)

    def parser(self, field: FieldDefinition) -> Parser:
        return _parse_uuid

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        return {"type": ["string", "null"], "format": "uuid"}


def _parse_json(raw: object, context: Context) -> object:
    if raw is None:
        return None
    if isinstance(raw, str):
        text = raw.strip()
        if not text:
            return None
        raw = _read_json(text)
    if not isinstance(raw, (dict, list)):
        raise refuse("not_json")
    _check_parts(raw)
    if len(_written(raw).encode()) > LARGEST_DOCUMENT:
        raise refuse("too_large_document", max=LARGEST_DOCUMENT)
    return raw


def _read_json(text: str) -> object:
    if len(text) > LARGEST_DOCUMENT * 2:
        raise refuse("too_large_document", max=LARGEST_DOCUMENT)
    try:
        return json.loads(text)
    except RecursionError as error:
        raise refuse("too_deep", max=DEEPEST_DOCUMENT) from error
    except ValueError as error:
        raise refuse("not_json") from error


def _check_parts(document: object) -> None:
    """Refuse what jsonb cannot keep, or what is nested too deep; never recurse."""
    waiting: list[tuple[object, int]] = [(document, 1)]
    while waiting:
        part, depth = waiting.pop()
        if depth > DEEPEST_DOCUMENT:
            raise refuse("too_deep", max=DEEPEST_DOCUMENT)
        if isinstance(part, dict):
            waiting += [(key, depth) for key in part]
            waiting += [(each, depth + 1) for each in part.values()]
        elif isinstance(part, list):
            waiting += [(each, depth + 1) for each in part]
        elif not _is_leaf(part):
            raise refuse("not_json")


def _is_leaf(part: object) -> bool:
    if isinstance(part, str):
        return _FORBIDDEN.search(part) is None
    if isinstance(part, float):
        return math.isfinite(part)
    if isinstance(part, int):
        return abs(part) <= 2**63
    return part is None


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _parse_uuid(raw: object, context: Context) -> object:
    if raw is None or isinstance(raw, uuid.UUID):
        return raw and str(raw)
    if not isinstance(raw, str):
        raise refuse("not_a_uuid")
    text = plain_signs(raw)
    if not text:
        return None
    try:
        return str(uuid.UUID(text))
    except ValueError as error:
        raise refuse("not_a_uuid") from error
