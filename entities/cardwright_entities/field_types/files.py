"""Files and images: the value is the id of a stored file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import BigInteger

from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import JSON, ValueType
from cardwright_entities.field_types.base import ColumnSpec, FieldType, Parser
from cardwright_entities.field_types.links import read_id
from cardwright_entities.locales import Locale
from cardwright_metadata.definitions.entities import FieldDefinition

#: Under this name the titles of a page hold the names of files.
FILE_TITLES = "cw_file"

_SIZE: Mapping[str, Any] = {
    "type": "integer",
    "minimum": 1,
    "maximum": 1_000,
    "default": 20,
    "description": "Megabytes at most; 20 unless said otherwise.",
}


class FileType(FieldType):
    """One stored file."""

    name = "file"
    label: ClassVar[Mapping[str, str]] = {"zh": "文件", "en": "File"}
    options: ClassVar[Mapping[str, Any]] = {
        "accept": {
            "type": "array",
            "items": {"type": "string", "pattern": "^[a-z]+/([a-z0-9.+-]+|[*])$"},
            "description": "Media types taken, such as application/pdf or image/*; all by default.",
        },
        "max_size": _SIZE,
    }
    operators = ("empty",)
    widget = "file"
    cell = "file"
    sortable = False
    holds_file: ClassVar[bool] = True

    def value_type(self, field: FieldDefinition) -> ValueType:
        return JSON

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(BigInteger()),)

    def accepted(self, field: FieldDefinition) -> tuple[str, ...]:
        """Return the media types taken, ``*/*`` for all."""
        return tuple(field.options.get("accept", ("*/*",)))

    def largest(self, field: FieldDefinition) -> int:
        """Return the bytes that a file may have at most."""
        megabytes: int = field.options.get("max_size", 20)
        return megabytes * 1_000_000

    def parser(self, field: FieldDefinition) -> Parser:
        return _parse

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return locale.title(FILE_TITLES, value) if isinstance(value, int) else ""

    def search_text(self, value: object, field: FieldDefinition) -> str:
        return ""

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        return {"type": ["integer", "null"], "minimum": 1}


class ImageType(FileType):
    """One picture."""

    name = "image"
    label: ClassVar[Mapping[str, str]] = {"zh": "图片", "en": "Image"}
    options: ClassVar[Mapping[str, Any]] = {"max_size": _SIZE}
    widget = "image"
    cell = "image"

    def accepted(self, field: FieldDefinition) -> tuple[str, ...]:
        # Drawings (SVG) may carry scripts.
        return ("image/png", "image/jpeg", "image/webp", "image/gif")


def _parse(raw: object, context: Context) -> object:
    return read_id(raw)
