"""What the engine stores beside values: sort keys, search tokens, keys of duplicates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from cardwright_entities.changes.tables import TypesOfFields
from cardwright_entities.field_types.base import FieldType
from cardwright_entities.folding import search_tokens
from cardwright_metadata.definitions.entities import (
    DuplicateDefinition,
    EntityDefinition,
    FieldDefinition,
)

#: A field together with its type.
TypedField = tuple[FieldType, FieldDefinition]


def searched_fields(
    definition: EntityDefinition, types: TypesOfFields
) -> tuple[FieldDefinition, ...]:
    """Return the entity's own fields whose texts leave tokens in its records."""
    found = (definition.fields.get(path) for path in definition.search)
    return tuple(
        field
        for field in found
        if field is not None and not field.retired and types.of(field).columns(field)
    )


def record_tokens(searched: Iterable[TypedField], values: Mapping[str, object]) -> tuple[str, ...]:
    """Return all tokens of a record, from the values of its searched fields."""
    found: dict[str, None] = {}
    for field_type, field in searched:
        text = field_type.search_text(values.get(field.name), field)
        if text:
            found.update(dict.fromkeys(search_tokens(field.number, text)))
    return tuple(found)


#: Longer keys of duplicates are kept as their digest: an index holds no long texts.
_LONGEST_KEY = 120


def duplicate_key(
    rule: DuplicateDefinition, matched: Iterable[TypedField], values: Mapping[str, object]
) -> str | None:
    """Return the text that records of one rule share; None for a record like no other."""
    parts: list[str] = []
    for field_type, field in matched:
        value = values.get(field.name)
        part = "" if value is None else field_type.match_text(value, field, rule.ignore)
        if not part:
            return None
        parts.append(part)
    key = "|".join(parts)
    return key if len(key) <= _LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()
