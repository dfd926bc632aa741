"""Secrets: passwords and keys of other systems, taken in and shown to nobody again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any, ClassVar

from sqlalchemy import Text

from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message
from cardwright_entities.expressions.values import JSON, ValueType
from cardwright_entities.field_types.base import ColumnSpec, FieldType, Parser, problem, refuse
from cardwright_entities.locales import Locale
from cardwright_metadata.definitions.entities import FieldDefinition

LONGEST = 4_000


@dataclass(frozen=True)
class Sealed:
    """A secret that only the installation's key opens; printing it tells nothing."""

    text: str = attribute(repr=False)

    def __str__(self) -> str:
        return "***"


class SecretType(FieldType):
    """A password or key: stored encrypted, replaced or cleared, never read back.

    Everything that shows values sees only whether there is one: ``true`` or nothing. Sent back,
    ``true`` leaves the secret as it is.
    """

    name = "secret"
    icon = "key"
    label: ClassVar[Mapping[str, str]] = {"zh": "密钥", "en": "Secret"}
    options: ClassVar[Mapping[str, Any]] = {
        "max_length": {
            "type": "integer",
            "minimum": 1,
            "maximum": LONGEST,
            "default": LONGEST,
            "description": "Characters at most; 4,000 unless said otherwise.",
        }
    }
    operators = ()
    widget = "secret"
    input_type = "password"
    sortable = False
    write_only: ClassVar[bool] = True

    def problems(self, field: FieldDefinition) -> tuple[Message, ...]:
        said = (field.default, field.suggest, *field.suggestions, field.unique or None)
        return () if all(each is None for each in said) else (problem("secret_says_too_much"),)

    def value_type(self, field: FieldDefinition) -> ValueType:
        return JSON  # expressions never come so far: their names do not hold secrets

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(Text()),)

    def parser(self, field: FieldDefinition) -> Parser:
        longest: int = field.options.get("max_length", LONGEST)
        purpose = purpose_of(field)

        def parse(raw: object, context: Context) -> object:
            if raw is None or isinstance(raw, Sealed):
                return raw
            if not isinstance(raw, str):
                raise refuse("not_a_text")
            if not raw.strip():
                return None
            if len(raw) > longest:
                raise refuse("too_long", max=longest, length=len(raw))
            if context.sealing is None:
                raise refuse("no_key_for_secrets")
            return Sealed(context.sealing.seal(raw, purpose))

        return parse

    def read_input(self, text: str, field: FieldDefinition) -> object:
        # An input that is left empty leaves the secret as it is; its box clears it.
        return text or True

    def to_row(self, value: object, field: FieldDefinition) -> tuple[object, ...]:
        return (value.text if isinstance(value, Sealed) else None,)

    def from_row(self, cells: Sequence[object], field: FieldDefinition) -> object:
        return Sealed(cells[0]) if isinstance(cells[0], str) else None

    def to_json(self, value: object, field: FieldDefinition) -> object:
        return None if value is None else True

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return "" if value is None else locale.is_set()

    def input_text(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return ""

    def search_text(self, value: object, field: FieldDefinition) -> str:
        return ""

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        longest = field.options.get("max_length", LONGEST)
        return {
            "type": ["string", "boolean", "null"],
            "maxLength": longest,
            "description": "Text sets it, null clears it; read, it is true where there is one.",
        }


def purpose_of(field: FieldDefinition) -> str:
    """Return what a field's secrets are sealed for: nothing moved to another field opens."""
    return f"field/{field.id or field.name}"


def open_secret(value: object, field: FieldDefinition, context: Context) -> str | None:
    """Return a secret in clear, for code that signs or calls with it; None where there is none."""
    if not isinstance(value, Sealed) or context.sealing is None:
        return None
    return context.sealing.open(value.text, purpose_of(field))
