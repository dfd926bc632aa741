"""What the engine stores beside a value: its sort key and its search tokens."""

from __future__ import annotations

from collections.abc import Mapping

from cardwright_entities.changes.tables import TypesOfFields
from cardwright_entities.folding import search_tokens, sort_key
from cardwright_metadata.definitions.entities import EntityDefinition, FieldDefinition


def stored_sort_key(field: FieldDefinition, types: TypesOfFields, value: object) -> str | None:
    """Return the text that stands in the ``_sort`` column of a field for a value."""
    text = types.of(field).search_text(value, field)
    return sort_key(text) if text else None


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


def record_tokens(
    fields: tuple[FieldDefinition, ...], types: TypesOfFields, values: Mapping[str, object]
) -> tuple[str, ...]:
    """Return all tokens of a record, from the values of its searched fields."""
    found: dict[str, None] = {}
    for field in fields:
        text = types.of(field).search_text(values.get(field.name), field)
        if text:
            found.update(dict.fromkeys(search_tokens(field.number, text)))
    return tuple(found)
