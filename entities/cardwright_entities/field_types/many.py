"""Fields that hold many records: links kept in a table of their own, and lines of a head."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message
from cardwright_entities.expressions.values import ValueType, record_of
from cardwright_entities.field_types.base import FieldType, Parser, problem, refuse
from cardwright_entities.field_types.links import CHOOSING, TO, read_id, target_of
from cardwright_entities.locales import Locale
from cardwright_metadata.definitions.entities import FieldDefinition

#: Most records that one field may point to or hold.
MOST_LINKS = 1_000
MOST_LINES = 1_000


class LinksType(FieldType):
    """Links to several records of an entity; the value is their ids in ascending order."""

    name = "links"
    icon = "affiliate"
    label: ClassVar[Mapping[str, str]] = {"zh": "关联（多个）", "en": "Links"}
    options: ClassVar[Mapping[str, Any]] = {
        "to": TO,
        **CHOOSING,
        "fields": {
            "type": "object",
            "description": (
                "What each link says of its own, such as a share or a role: the links are then "
                "lines of an entity that has these fields and the link itself."
            ),
        },
        "via": {
            "type": "string",
            "description": (
                "The name of that entity; without it that of this one with the field's behind it."
            ),
        },
    }
    required_options: ClassVar[tuple[str, ...]] = ("to",)
    operators = ("any", "none", "count", "empty")
    widget = "links"
    cell = "links"
    sortable = False
    stored: ClassVar[bool] = False
    relation: ClassVar[str] = "many"
    reference: ClassVar[str] = "to"

    def problems(self, field: FieldDefinition) -> tuple[Message, ...]:
        # Where they are possible they have become lines before.
        said = "fields" in field.options or "via" in field.options
        return (problem("links_without_fields"),) if said else ()

    def value_type(self, field: FieldDefinition) -> ValueType:
        target = record_of(target_of(field), tree=bool(field.options.get("target_tree")))
        return ValueType("list", item=target)

    def parser(self, field: FieldDefinition) -> Parser:
        return _parse_ids

    def to_json(self, value: object, field: FieldDefinition) -> object:
        return list(value) if isinstance(value, tuple) else None

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        if not isinstance(value, tuple):
            return ""
        titles = (locale.title(target_of(field), each) for each in value)
        return locale.listed(title for title in titles if title)

    def input_text(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return ",".join(map(str, value)) if isinstance(value, tuple) else ""

    def search_text(self, value: object, field: FieldDefinition) -> str:
        return ""

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        item = {"type": "integer", "minimum": 1}
        return {"type": ["array", "null"], "items": item, "maxItems": MOST_LINKS}


class LinesType(FieldType):
    """Ordered records that belong to this one, such as the lines of an order.

    The value is a list of their values by field name; the gate parses each line by the fields of
    the line entity. Virtual here: the lines' own table points to the head.
    """

    name = "lines"
    icon = "table"
    label: ClassVar[Mapping[str, str]] = {"zh": "明细", "en": "Lines"}
    options: ClassVar[Mapping[str, Any]] = {
        "of": {"type": "string", "description": "The entity whose records are the lines."}
    }
    required_options: ClassVar[tuple[str, ...]] = ("of",)
    operators = ("any", "none", "count", "empty")
    widget = "lines"
    cell = "links"
    sortable = False
    stored: ClassVar[bool] = False
    relation: ClassVar[str] = "lines"
    reference: ClassVar[str] = "of"

    def value_type(self, field: FieldDefinition) -> ValueType:
        targets: tuple[str, ...] = field.options.get("targets", ())
        entity = targets[0] if targets else str(field.options.get("of", ""))
        return ValueType("list", item=record_of(entity))

    def parser(self, field: FieldDefinition) -> Parser:
        return _parse_lines

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return locale.number(len(value)) if isinstance(value, (list, tuple)) else ""

    def input_text(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else ""

    def search_text(self, value: object, field: FieldDefinition) -> str:
        return ""

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        return {"type": ["array", "null"], "items": {"type": "object"}, "maxItems": MOST_LINES}


def _parse_ids(raw: object, context: Context) -> object:
    if raw is None:
        return None
    if isinstance(raw, str):
        raw = raw.replace("，", ",").split(",")
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = [raw]
    if not isinstance(raw, (list, tuple)):
        raise refuse("not_a_list")
    if len(raw) > MOST_LINKS:
        raise refuse("too_many", max=MOST_LINKS)
    ids = {identifier for identifier in map(read_id, raw) if identifier is not None}
    return tuple(sorted(ids)) or None


def _parse_lines(raw: object, context: Context) -> object:
    if raw is None or raw == "":
        return None
    if isinstance(raw, str):
        try:
            raw = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise refuse("not_a_list") from error
    if not isinstance(raw, (list, tuple)) or not all(isinstance(line, Mapping) for line in raw):
        raise refuse("not_a_list")
    if len(raw) > MOST_LINES:
        raise refuse("too_many", max=MOST_LINES)
    return [dict(line) for line in raw] or None
