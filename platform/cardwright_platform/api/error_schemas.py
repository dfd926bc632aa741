"""JSON Schemas of errors: one envelope for all, with places and conflicts where there are any."""

from __future__ import annotations

from collections.abc import Mapping

from cardwright_platform.api.schema_parts import Schema, listed, thing

_TEXT: Schema = {"type": "string"}
_WORDS: Schema = {"type": "object", "additionalProperties": _TEXT}
_MESSAGES: Schema = {"type": "object", "additionalProperties": listed(_TEXT)}
_ERROR: Mapping[str, Schema] = {
    "code": {**_TEXT, "description": "What went wrong, for programs."},
    "message": {**_TEXT, "description": "What went wrong, in the caller's language."},
    "request_id": {**_TEXT, "description": "Quote it when you ask for help."},
}
FURTHER: Mapping[str, Schema] = {
    "fields": {**_MESSAGES, "description": "Messages by field; of lines items.0.price."},
    "confirm": {**_WORDS, "description": "Checks that pass when they are confirmed."},
    "problems": listed(_TEXT),
    "at": {"type": "integer", "description": "The character of a condition."},
    "results": {"type": "object", "description": "Of a bulk request: every item."},
}
CONFLICT: Mapping[str, Schema] = {
    "version": {"type": ["integer", "null"], "description": "The version that is stored."},
    "mine": {"type": "object", "description": "What was sent, by field."},
    "theirs": {"type": "object", "description": "What is stored, by field."},
    "base": {"type": "object", "description": "What was there before, by field."},
    "changed_by": {"type": ["integer", "null"], "description": "The user who wrote last."},
}


def error_with(further: Mapping[str, Schema]) -> Schema:
    """Return the schema of an error that also tells what is given."""
    inside = thing(_ERROR)
    inside["properties"] = {**inside["properties"], **further}
    return thing({"error": inside})
