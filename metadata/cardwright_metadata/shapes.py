"""A document against its JSON Schema → problems that say what to write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError

from cardwright_metadata.marks import key_place_of, spot_of, write_path
from cardwright_metadata.problems import Place, Problem
from cardwright_metadata.schema_files import Schema, read_schemas
from cardwright_metadata.words import list_words, nearest, shorten, show_value

_TYPE_WORDS = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "nothing",
    "number": "a number",
    "object": "a map",
    "string": "text",
}


_LONGEST_NAME = 100
#: Mistakes of one document that are reported; after so many it is another kind of file.
_MAX_ERRORS = 100


def _each_once(
    validator: Any, unique: bool, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    """Tell of a text that stands in a list twice.

    The library's own rule compares every pair once a list holds maps, which takes for ever on a
    long list.
    """
    del validator, schema
    texts = (
        [each for each in instance if isinstance(each, str)] if isinstance(instance, list) else []
    )
    if unique and len(set(texts)) != len(texts):
        yield ValidationError("an item stands in the list twice")


_Validator: Any = validators.extend(  # type: ignore[no-untyped-call]  # it ships no types
    Draft202012Validator, {"uniqueItems": _each_once}
)


@cache  # a validator is frozen, one for each kind
def _validator_of(kind: str) -> Any:
    return _Validator(read_schemas()[kind])


def check_document(content: Any, kind: str, *, partial: bool = False) -> list[Problem]:
    """Check a document of a known kind; a ``partial`` one changes another and may lack keys."""
    checked = _without_empty(content) if partial else content
    errors = _validator_of(kind).iter_errors(checked)
    return [
        problem
        for error in islice(errors, _MAX_ERRORS)
        if not (partial and error.validator == "required")
        for problem in _problems_of(error, content, ())
    ]


class Shape:
    """A schema of its own, such as the fields of one type, prepared once."""

    def __init__(self, schema: Schema) -> None:
        self._validator: Any = _Validator(dict(schema))

    def problems(self, value: Any, content: Any, path: Sequence[str | int]) -> list[Problem]:
        """Check a value that stands at a path of a document."""
        errors = islice(self._validator.iter_errors(value), _MAX_ERRORS)
        return [
            problem for error in errors for problem in _problems_of(error, content, tuple(path))
        ]


def _without_empty(content: Any) -> Any:
    """Leave out keys without a value, which in a change mean: take away."""
    if isinstance(content, dict):
        return {key: _without_empty(value) for key, value in content.items() if value is not None}
    if isinstance(content, list):
        return [_without_empty(value) for value in content]
    return content


def _problems_of(
    error: ValidationError, content: Any, prefix: tuple[str | int, ...]
) -> Iterator[Problem]:
    path = (*prefix, *error.absolute_path)
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    rule = str(error.validator)
    if "propertyNames" in error.relative_schema_path:
        yield _bad_key(error, schema, content, path)
    elif rule == "additionalProperties":
        yield from _unknown_keys(error, schema, content, path)
    elif rule == "required":
        yield _missing_key(error, schema, content, path)
    else:
        yield _bad_value(error, schema, content, path, rule)


def _bad_key(
    error: ValidationError, schema: Mapping[str, Any], content: Any, path: tuple[str | int, ...]
) -> Problem:
    key = str(error.instance)
    expected = str(schema.get("x-expected", "another name"))
    return Problem(
        place=key_place_of(content, (*path, key)),
        path=write_path((*path, key)),
        code="bad_name",
        message=f"The name {show_value(key)} cannot be used here; write {expected}.",
        found=shorten(key),
        expected=expected,
        nearest=_spell(key),
    )


def _unknown_keys(
    error: ValidationError, schema: Mapping[str, Any], content: Any, path: tuple[str | int, ...]
) -> Iterator[Problem]:
    known = list(schema.get("properties", {}))
    instead: Mapping[str, Any] = schema.get("x-instead", {})
    written: Any = error.instance
    for key in [each for each in written if each not in known][:_MAX_ERRORS]:
        other = instead.get(key, {})
        message = f"There is no key {show_value(key)} here. {other.get('hint', '')}"
        yield Problem(
            place=key_place_of(content, (*path, key)),
            path=write_path((*path, key)),
            code="unknown_key",
            message=message.rstrip(),
            found=shorten(key),
            expected=list_words(known, 40),
            nearest=other.get("word") or nearest(key, known),
        )


def _missing_key(
    error: ValidationError, schema: Mapping[str, Any], content: Any, path: tuple[str | int, ...]
) -> Problem:
    # jsonschema reports one error for each missing key and names it only in its message.
    missing = error.message.split("'")[1]
    described = schema.get("properties", {}).get(missing, {}).get("description", "")
    place = key_place_of(content, path) if path else _first_place(content)
    return Problem(
        place=place,
        path=write_path(path),
        code="missing_key",
        message=f"The key '{missing}' is missing. {described}".strip(),
        found="",
        expected=f"{missing}:",
    )


def _bad_value(
    error: ValidationError,
    schema: Mapping[str, Any],
    content: Any,
    path: tuple[str | int, ...],
    rule: str,
) -> Problem:
    found = error.instance
    expected = _expected(error, schema, rule)
    spot = spot_of(content, path)
    code, message = _say(rule, found, expected, schema)
    words: Any = error.validator_value if rule == "enum" else ()
    known = [str(each) for each in words]
    return Problem(
        place=spot.place if spot else _first_place(content),
        path=write_path(path),
        code=code,
        message=message,
        found=shorten(found) if isinstance(found, str) else show_value(found),
        expected=expected,
        nearest=nearest(str(found), known) if known else "",
    )


def _say(rule: str, found: Any, expected: str, schema: Mapping[str, Any]) -> tuple[str, str]:
    shown = show_value(found)
    if rule == "type":
        scalar = found is not None and not isinstance(found, dict | list)
        if scalar and "string" in _types_of(schema) and schema.get("format") != "expression":
            word = shown.strip("'")
            return "not_text", f"Text is expected here; write '{word}' in quotes."
        return "wrong_type", f"Expected {expected}, not {shown}."
    if rule == "enum":
        return "unknown_word", f"{shown} is not one of the words that may stand here."
    if rule == "pattern":
        return "bad_spelling", f"{shown} cannot stand here; write {expected}."
    if rule == "uniqueItems":
        return "duplicate_item", "An item stands in this list twice; keep one of them."
    return "out_of_range", f"{shown} cannot stand here; expected {expected}."


def _expected(error: ValidationError, schema: Mapping[str, Any], rule: str) -> str:
    limit: Any = error.validator_value
    wordings: dict[str, Callable[[], str]] = {
        "enum": lambda: list_words(str(each) for each in limit),
        "const": lambda: show_value(limit),
        "minimum": lambda: f"at least {limit}",
        "maximum": lambda: f"at most {limit}",
        "exclusiveMinimum": lambda: f"more than {limit}",
        "minLength": lambda: f"at least {limit} character(s)",
        "maxLength": lambda: f"at most {limit:,} characters",
        "minItems": lambda: f"at least {limit} item(s)",
        "maxItems": lambda: f"at most {limit} items",
        "minProperties": lambda: f"at least {limit} key(s)",
        "maxProperties": lambda: f"at most {limit} keys",
        "uniqueItems": lambda: "each item once",
        "pattern": lambda: str(schema.get("x-expected", f"a text like {limit}")),
    }
    wording = wordings.get(rule)
    return wording() if wording else _type_words(schema)


def _type_words(schema: Mapping[str, Any]) -> str:
    types = _types_of(schema)
    if schema.get("format") == "expression":
        others = [_TYPE_WORDS[each] for each in types if each != "string"]
        return " or ".join([*others, "an expression"])
    if schema.get("format") == "text":
        return "text, or a map of languages to text"
    if "x-keyed" in schema and "array" in types:
        return "a list of names, or a map"
    return " or ".join(_TYPE_WORDS.get(each, each) for each in types) or "something else"


def _types_of(schema: Mapping[str, Any]) -> list[str]:
    types = schema.get("type", [])
    return [types] if isinstance(types, str) else list(types)


def _first_place(content: Any) -> Place | None:
    keys = getattr(content, "keys_at", None)
    return next(iter(keys.values()), None) if keys else None


def _spell(key: str) -> str:
    """Return the name that was probably meant: small letters, underscores."""
    if len(key) > _LONGEST_NAME:
        return ""
    spelled = "".join(each if each.isalnum() and each.isascii() else "_" for each in key.lower())
    spelled = spelled.strip("_")
    return spelled if spelled and spelled != key and not spelled[0].isdigit() else ""
