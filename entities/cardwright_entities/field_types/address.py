"""A postal address: the region of the tree, the street, the postcode."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Text

from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import JSON, ValueType
from cardwright_entities.field_types.base import ColumnSpec, FieldType, Parser, refuse
from cardwright_entities.field_types.cleaning import clean_line, plain_signs
from cardwright_entities.field_types.links import read_id, target_of
from cardwright_entities.locales import Locale
from cardwright_metadata.definitions.entities import FieldDefinition

LONGEST_STREET = 500

_POSTCODE = re.compile(r"[A-Z0-9][A-Z0-9 \-]{1,11}")
_POSTCODE_BEHIND = re.compile(r"(?P<street>.*?)[ ,，]*\(?(?P<postcode>(?<![0-9])[0-9]{6})\)?")
_PARTS = frozenset({"region", "street", "postcode"})


@dataclass(frozen=True)
class Address:
    """An address; ``region`` is the id of a record of the entity that plays region."""

    region: int | None = None
    street: str = ""
    postcode: str = ""


class AddressType(FieldType):
    """An address in parts."""

    name = "address"
    icon = "map-pin"
    label: ClassVar[Mapping[str, str]] = {"zh": "地址", "en": "Address"}
    operators = ("empty",)
    widget = "address"
    cell = "address"
    excel_format = "@"
    sortable = False
    searchable = True
    plays: ClassVar[str] = "region"

    def value_type(self, field: FieldDefinition) -> ValueType:
        return JSON

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (
            ColumnSpec(Text()),
            ColumnSpec(BigInteger(), "_region", target=target_of(field)),
            ColumnSpec(Text(), "_postcode"),
        )

    def parser(self, field: FieldDefinition) -> Parser:
        return _parse

    def excel_parser(self, field: FieldDefinition) -> Parser:
        return _parse_cell

    def to_row(self, value: object, field: FieldDefinition) -> tuple[object, ...]:
        if not isinstance(value, Address):
            return (None, None, None)
        # The street is never null where there is an address: the main column tells empty or not.
        return (value.street, value.region, value.postcode or None)

    def from_row(self, cells: Sequence[object], field: FieldDefinition) -> object:
        street, region, postcode = cells
        if street is None:
            return None
        return Address(
            region if isinstance(region, int) else None, str(street), str(postcode or "")
        )

    def to_json(self, value: object, field: FieldDefinition) -> object:
        if not isinstance(value, Address):
            return None
        return {"region": value.region, "street": value.street, "postcode": value.postcode}

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        if not isinstance(value, Address):
            return ""
        region = locale.title(target_of(field), value.region) if value.region else ""
        parts = (region, value.street, value.postcode)
        return " ".join(part for part in parts if part)

    def input_text(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        if not isinstance(value, Address):
            return ""
        return json.dumps(self.to_json(value, field), ensure_ascii=False)

    def search_text(self, value: object, field: FieldDefinition) -> str:
        return value.street if isinstance(value, Address) else ""

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        return {
            "type": ["object", "null"],
            "properties": {
                "region": {"type": ["integer", "null"], "minimum": 1},
                "street": {"type": ["string", "null"], "maxLength": LONGEST_STREET},
                "postcode": {"type": ["string", "null"], "maxLength": 12},
            },
            "additionalProperties": False,
        }


def _parse(raw: object, context: Context) -> object:
    if raw is None:
        return None
    if isinstance(raw, Address):
        raw = {"region": raw.region, "street": raw.street, "postcode": raw.postcode}
    if isinstance(raw, str):
        text = raw.strip()
        try:
            raw = json.loads(text) if text.startswith("{") else {"street": text}
        except (ValueError, RecursionError) as error:
            raise refuse("not_an_address") from error
    if not isinstance(raw, Mapping) or not set(raw) <= _PARTS:
        raise refuse("not_an_address")
    address = Address(
        read_id(raw.get("region")),
        _line(raw.get("street")),
        plain_signs(_line(raw.get("postcode"))).upper(),
    )
    if len(address.street) > LONGEST_STREET:
        raise refuse("too_long", max=LONGEST_STREET, length=len(address.street))
    if address.postcode and not _POSTCODE.fullmatch(address.postcode):
        raise refuse("not_a_postcode")
    return address if address != Address() else None


def _parse_cell(cell: object, context: Context) -> object:
    """Read an address written in one cell: a postcode at its end is told from the street."""
    if isinstance(cell, str) and not cell.lstrip().startswith("{"):
        found = _POSTCODE_BEHIND.fullmatch(clean_line(cell))
        if found is not None:
            cell = {"street": found["street"], "postcode": found["postcode"]}
    return _parse(cell, context)


def _line(raw: object) -> str:
    if raw is None:
        return ""
    if not isinstance(raw, str):
        raise refuse("not_an_address")
    return clean_line(raw)
