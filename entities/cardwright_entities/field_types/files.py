"""Files and images: the value is the id of a stored file, or the ids of several in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import BigInteger

from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import JSON, ValueType
from cardwright_entities.field_types.base import ColumnSpec, FieldType, Parser, refuse
from cardwright_entities.field_types.links import read_id
from cardwright_entities.locales import Locale
from cardwright_entities.store.column_types import JsonDocument
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


_MOST: Mapping[str, Any] = {
    "type": "integer",
    "minimum": 1,
    "maximum": 100,
    "default": 20,
    "description": "Files at most; 20 unless said otherwise.",
}

#: Drawings (SVG) are not among them: they may carry scripts.
PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif")


class FileType(FieldType):
    """One stored file."""

    name = "file"
    icon = "file"
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
    icon = "photo"
    label: ClassVar[Mapping[str, str]] = {"zh": "图片", "en": "Image"}
    options: ClassVar[Mapping[str, Any]] = {"max_size": _SIZE}
    widget = "image"
    cell = "image"

    def accepted(self, field: FieldDefinition) -> tuple[str, ...]:
        return PICTURES


class FilesType(FileType):
    """Several stored files in an order."""

    name = "files"
    icon = "files"
    label: ClassVar[Mapping[str, str]] = {"zh": "多个文件", "en": "Files"}
    options: ClassVar[Mapping[str, Any]] = {**FileType.options, "most": _MOST}
    widget = "files"
    cell = "files"
    takes_several: ClassVar[bool] = True

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(JsonDocument()),)

    def files_of(self, value: object) -> tuple[int, ...]:
        return value if isinstance(value, tuple) else ()

    def parser(self, field: FieldDefinition) -> Parser:
        most: int = field.options.get("most", 20)

        def parse(raw: object, context: Context) -> object:
            files = tuple(dict.fromkeys(each for each in map(read_id, _listed(raw)) if each))
            if len(files) > most:
                raise refuse("too_many_files", max=most)
            return files or None

        return parse

    def to_row(self, value: object, field: FieldDefinition) -> tuple[object, ...]:
        return (list(self.files_of(value)) or None,)

    def from_row(self, cells: Sequence[object], field: FieldDefinition) -> object:
        stored = cells[0]
        return tuple(stored) or None if isinstance(stored, list) else None

    def to_json(self, value: object, field: FieldDefinition) -> object:
        return list(self.files_of(value)) or None

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        names = (locale.title(FILE_TITLES, each) for each in self.files_of(value))
        return "\n".join(name for name in names if name)

    def input_text(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return " ".join(map(str, self.files_of(value)))

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        return {"type": ["array", "null"], "items": {"type": "integer", "minimum": 1}}


class ImagesType(FilesType):
    """Several pictures in an order."""

    name = "images"
    icon = "album"
    label: ClassVar[Mapping[str, str]] = {"zh": "多张图片", "en": "Images"}
    options: ClassVar[Mapping[str, Any]] = {"max_size": _SIZE, "most": _MOST}
    widget = "images"
    cell = "images"

    def accepted(self, field: FieldDefinition) -> tuple[str, ...]:
        return PICTURES


def _listed(raw: object) -> Sequence[object]:
    if raw is None:
        return ()
    if isinstance(raw, str):
        return raw.replace(",", " ").split()
    if isinstance(raw, (list, tuple)):
        return raw
    return (raw,)


def _parse(raw: object, context: Context) -> object:
    return read_id(raw)
