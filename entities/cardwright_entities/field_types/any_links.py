"""Links to a record of one of several entities, and the owner of a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Text

from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import RecordRef, ValueType, record_of
from cardwright_entities.field_types.base import ColumnSpec, FieldType, Parser, refuse
from cardwright_entities.field_types.cleaning import plain_signs
from cardwright_entities.field_types.links import CHOOSING, ON_DELETE, read_id
from cardwright_entities.locales import Locale
from cardwright_metadata.definitions.entities import FieldDefinition


class LinkAnyType(FieldType):
    """A link to a record of one of several entities; the value is a RecordRef."""

    name = "link_any"
    icon = "arrows-split"
    label: ClassVar[Mapping[str, str]] = {"zh": "关联（多种对象）", "en": "Link to any"}
    options: ClassVar[Mapping[str, Any]] = {
        "to": {
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
            "description": "The entities that the link may point to.",
        },
        **CHOOSING,
        "on_delete": ON_DELETE,
    }
    required_options: ClassVar[tuple[str, ...]] = ("to",)
    operators = ("=", "!=", "in", "is", "empty")
    widget = "link_any"
    cell = "link"
    relation: ClassVar[str] = "any"
    reference: ClassVar[str] = "to"

    def value_type(self, field: FieldDefinition) -> ValueType:
        return record_of("")

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(BigInteger()), ColumnSpec(Text(), "_type"))

    def parser(self, field: FieldDefinition) -> Parser:
        targets: tuple[str, ...] = field.options.get("targets", ())

        def parse(raw: object, context: Context) -> object:
            reference = _read_reference(raw)
            if reference is not None and reference.entity not in targets:
                raise refuse("not_a_target", value=reference.entity[:60])
            return reference

        return parse

    def to_row(self, value: object, field: FieldDefinition) -> tuple[object, ...]:
        if not isinstance(value, RecordRef):
            return (None, None)
        ids: Mapping[str, str] = field.options.get("target_ids", {})
        return (value.id, ids.get(value.entity, value.entity))

    def from_row(self, cells: Sequence[object], field: FieldDefinition) -> object:
        identifier, key = cells
        if identifier is None or not isinstance(identifier, int):
            return None
        ids: Mapping[str, str] = field.options.get("target_ids", {})
        names = {known: name for name, known in ids.items()}
        return RecordRef(names.get(str(key), str(key)), identifier)

    def to_json(self, value: object, field: FieldDefinition) -> object:
        if not isinstance(value, RecordRef):
            return None
        return {"entity": value.entity, "id": value.id}

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return locale.title(value.entity, value.id) if isinstance(value, RecordRef) else ""

    def input_text(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return f"{value.entity}:{value.id}" if isinstance(value, RecordRef) else ""

    def search_text(self, value: object, field: FieldDefinition) -> str:
        return ""

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        targets: tuple[str, ...] = field.options.get("targets", ())
        return {
            "type": ["object", "null"],
            "properties": {
                "entity": {"type": "string", "enum": list(targets)},
                "id": {"type": "integer", "minimum": 1},
            },
            "required": ["entity", "id"],
        }


class OwnerType(LinkAnyType):
    """Whose record it is: an employee, a team, or nobody (the pool, 公海)."""

    name = "owner"
    icon = "user-star"
    label: ClassVar[Mapping[str, str]] = {"zh": "负责人", "en": "Owner"}
    options: ClassVar[Mapping[str, Any]] = {}
    required_options: ClassVar[tuple[str, ...]] = ()
    reference: ClassVar[str] = ""
    plays: ClassVar[str] = "employee team"


def _read_reference(raw: object) -> RecordRef | None:
    if raw is None or isinstance(raw, RecordRef):
        return raw
    if isinstance(raw, Mapping):
        entity, identifier = raw.get("entity"), read_id(raw.get("id"))
        if not isinstance(entity, str) or identifier is None:
            raise refuse("not_a_record")
        return RecordRef(entity, identifier)
    if isinstance(raw, str):
        text = plain_signs(raw)
        if not text:
            return None
        entity, separator, digits = text.partition(":")
        identifier = read_id(digits)
        if separator and not digits:
            # A form whose entity is chosen but not yet the record.
            return None
        if separator and identifier is not None:
            return RecordRef(entity, identifier)
    raise refuse("not_a_record")
