"""The memory code (助记码): pinyin initials of another field, to find records by few keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import Text

from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import TEXT, ValueType
from cardwright_entities.field_types.base import ColumnSpec, FieldType, Parser, refuse
from cardwright_entities.field_types.cleaning import clean_line, plain_signs
from cardwright_entities.pinyin import initials
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_metadata.expressions.tree import Expression, Node, Path

LONGEST = 60


class MnemonicType(FieldType):
    """Pinyin initials of a field, kept up with it until somebody types another."""

    name = "mnemonic"
    icon = "abc"
    label: ClassVar[Mapping[str, str]] = {"zh": "助记码", "en": "Memory code"}
    options: ClassVar[Mapping[str, Any]] = {
        "of": {"type": "string", "description": "The text field whose initials are taken."},
        "person": {
            "type": "boolean",
            "default": False,
            "description": "The text is a person's name: 单 and 曾 are read as surnames.",
        },
    }
    required_options: ClassVar[tuple[str, ...]] = ("of",)
    operators = ("starts", "=", "contains", "empty")
    excel_format = "@"
    searchable = True
    computed: ClassVar[str] = "mnemonic"

    def value_type(self, field: FieldDefinition) -> ValueType:
        return TEXT

    def inputs(self, field: FieldDefinition) -> tuple[Expression | Node, ...]:
        return (Path((str(field.options["of"]),)),)

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(Text()),)

    def parser(self, field: FieldDefinition) -> Parser:
        return _parse

    def compute(self, text: str | None, field: FieldDefinition) -> str | None:
        """Return the memory code of the field's source text, None where nothing can be taken."""
        person = bool(field.options.get("person", False))
        return initials(text, person=person)[:LONGEST] or None if text else None


def _parse(raw: object, context: Context) -> object:
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise refuse("not_a_text")
    text = clean_line(plain_signs(raw)).upper()
    if len(text) > LONGEST:
        raise refuse("too_long", max=LONGEST, length=len(text))
    return text or None
