"""Request bodies as marshmallow schemas whose messages are ours: codes, worded by the platform.

A schema says of a body what OpenAPI tells and what is checked before anything is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from cardwright_entities.errors import InputError, Message

Messages = dict[str, str | list[Any] | dict[Any, Any]]

#: What marshmallow itself finds wrong, as codes of our messages.
_REQUIRED: Messages = {"required": "required", "null": "required"}


class Body(Schema):
    """An object with known keys only."""

    error_messages = {"unknown": "unknown_field", "type": "not_an_object"}

    class Meta:
        """Unknown keys are refused."""

        unknown = RAISE


def text(
    description: str,
    *,
    most: int = 4_000,
    choices: Sequence[str] = (),
    required: bool = False,
    blank: bool = False,
) -> fields.String:
    """Describe a text, of so many characters or one of some words; ``blank``: it may be empty."""

    def check(value: str) -> None:
        if choices and value not in choices:
            raise ValidationError([Message.of("not_in_list", value=value[:60])])
        if not value.strip() and not blank:
            raise ValidationError([Message("required")])
        if len(value) > most:
            raise ValidationError([Message.of("too_long", max=most, length=len(value))])
        if "\0" in value:
            raise ValidationError([Message.of("bad_character", sign="U+0000")])

    words: dict[str, Any] = (
        {"enum": list(choices)} if choices else {"minLength": int(not blank), "maxLength": most}
    )
    messages: Messages = {**_REQUIRED, "invalid": "not_a_text", "invalid_utf8": "not_a_text"}
    return fields.String(
        required=required,
        validate=check,
        error_messages=messages,
        metadata={"description": description, "schema": words},
    )


def whole(description: str, low: int, high: int, *, required: bool = False) -> fields.Integer:
    """Describe a whole number between two."""

    def check(value: int) -> None:
        if value < low:
            raise ValidationError([Message.of("below_min", min=low)])
        if value > high:
            raise ValidationError([Message.of("above_max", max=high)])

    messages: Messages = {**_REQUIRED, "invalid": "not_an_integer", "too_large": "number_too_large"}
    return fields.Integer(
        strict=True,
        required=required,
        validate=check,
        error_messages=messages,
        metadata={"description": description, "schema": {"minimum": low, "maximum": high}},
    )


class Flag(fields.Field[bool]):
    """True or false, and nothing that only looks like it."""

    default_error_messages = {**_REQUIRED, "invalid": "not_a_boolean"}

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


def flag(description: str) -> Flag:
    """Describe true or false."""
    return Flag(metadata={"description": description})


def many(
    of: fields.Field[Any], description: str, most: int, *, least: int = 0, required: bool = False
) -> fields.List[Any]:
    """Describe a list of so many values."""

    def check(values: list[Any]) -> None:
        if len(values) < least:
            raise ValidationError([Message("required")])
        if len(values) > most:
            raise ValidationError([Message.of("too_many", max=most)])

    return fields.List(
        of,
        required=required,
        validate=check,
        error_messages={**_REQUIRED, "invalid": "not_a_list"},
        metadata={"description": description, "schema": {"minItems": least, "maxItems": most}},
    )


class Anything(fields.Field[Any]):
    """A value that is looked at further on; ``schema`` tells what it may be."""

    default_error_messages = _REQUIRED

    def __init__(self, description: str, schema: Mapping[str, Any]) -> None:
        super().__init__(metadata={"description": description, "schema": dict(schema)})


class Plain(fields.Field[dict[str, Any]]):
    """An object with keys that only the entity knows."""

    default_error_messages = {**_REQUIRED, "invalid": "not_an_object"}

    def __init__(self, description: str, schema: Mapping[str, Any] | None = None) -> None:
        super().__init__(metadata={"description": description, "schema": dict(schema or {})})

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.make_error("invalid")
        if not value and self.metadata["schema"].get("minProperties"):
            raise self.make_error("required")
        return value


def load_body(schema: Body, body: object) -> dict[str, Any]:
    """Return what a schema makes of a body; raise InputError with every message at once."""
    try:
        loaded: dict[str, Any] = schema.load(body)  # type: ignore[arg-type] # its own messages
    except ValidationError as error:
        raise InputError(messages_of(error)) from error
    return loaded


def messages_of(error: ValidationError) -> dict[str, list[Message]]:
    """Return marshmallow's nested messages by dotted place."""
    found: dict[str, list[Message]] = {}
    for place, message in _walk(error.messages, ()):
        found.setdefault(".".join(each for each in place if each != "_schema"), []).append(message)
    return found


def _walk(messages: object, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Message]]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _walk(inner, (*place, str(name)))
    elif isinstance(messages, list | tuple):
        for each in messages:
            yield from _walk(each, place)
    else:
        yield place, _worded(messages, place)


def _worded(said: object, place: tuple[str, ...]) -> Message:
    if isinstance(said, Message):
        return said
    if said == "unknown_field":
        return Message.of("unknown_field", name=place[-1][:60])
    return Message(str(said))
