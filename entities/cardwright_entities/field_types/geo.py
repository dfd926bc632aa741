"""A place on earth: latitude and longitude."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import JSON, ValueType
from cardwright_entities.field_types.base import ColumnSpec, FieldType, Parser, refuse
from cardwright_entities.field_types.cleaning import plain_signs
from cardwright_entities.field_types.number_text import read_decimal, to_scale
from cardwright_entities.locales import Locale
from cardwright_entities.store.column_types import Scaled
from cardwright_metadata.definitions.entities import FieldDefinition

#: Six decimals are some ten centimetres.
SCALE = 6


@dataclass(frozen=True)
class Place:
    """A point: degrees north and degrees east, negative for south and west."""

    latitude: Decimal
    longitude: Decimal


class GeoType(FieldType):
    """A point on the map."""

    name = "geo"
    icon = "current-location"
    label: ClassVar[Mapping[str, str]] = {"zh": "地理位置", "en": "Place on the map"}
    operators = ("empty",)
    cell = "geo"
    excel_format = "@"
    sortable = False
    parts: tuple[str, ...] = ("latitude", "longitude")

    def value_type(self, field: FieldDefinition) -> ValueType:
        return JSON

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(Scaled(SCALE)), ColumnSpec(Scaled(SCALE), "_longitude"))

    def parser(self, field: FieldDefinition) -> Parser:
        return _parse

    def to_row(self, value: object, field: FieldDefinition) -> tuple[object, ...]:
        if not isinstance(value, Place):
            return (None, None)
        return (value.latitude, value.longitude)

    def from_row(self, cells: Sequence[object], field: FieldDefinition) -> object:
        latitude, longitude = cells
        if not isinstance(latitude, Decimal) or not isinstance(longitude, Decimal):
            return None
        return Place(latitude, longitude)

    def to_json(self, value: object, field: FieldDefinition) -> object:
        if not isinstance(value, Place):
            return None
        return {"latitude": f"{value.latitude:f}", "longitude": f"{value.longitude:f}"}

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return self.input_text(value, field, locale)

    def input_text(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        if not isinstance(value, Place):
            return ""
        return f"{value.latitude.normalize():f}, {value.longitude.normalize():f}"

    def search_text(self, value: object, field: FieldDefinition) -> str:
        return ""

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        degrees = {"type": "string"}
        return {
            "type": ["object", "null"],
            "properties": {"latitude": degrees, "longitude": degrees},
            "required": ["latitude", "longitude"],
            "additionalProperties": False,
        }


def _parse(raw: object, context: Context) -> object:
    if raw is None or isinstance(raw, Place):
        return raw
    if isinstance(raw, str):
        text = plain_signs(raw).replace("，", ",").strip()
        if not text:
            return None
        parts = [each for each in text.replace(",", " ").split() if each]
        raw = dict(zip(("latitude", "longitude"), parts, strict=False)) if len(parts) == 2 else ()
    if not isinstance(raw, Mapping) or set(raw) != {"latitude", "longitude"}:
        raise refuse("not_a_place")
    return Place(_degrees(raw["latitude"], 90), _degrees(raw["longitude"], 180))


def _degrees(raw: object, most: int) -> Decimal:
    number = read_decimal(raw)
    if number is None or abs(number) > most:
        raise refuse("not_a_place")
    return to_scale(number, SCALE)
