"""The JSON Schemas of this package, read with their references put in place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

#: The version of the definition language whose schemas these are.
LANGUAGE = 1
_SUFFIX = ".schema.json"
_NOT_KINDS = ("shared", "field")

Schema = Mapping[str, Any]


@cache  # the files are part of the package and never change while it runs
def read_schemas() -> Mapping[str, Schema]:
    """Return the schema of each kind, and of a field, without any ``$ref`` left in it."""
    folder = resources.files("cardwright_metadata") / "schemas" / str(LANGUAGE)
    sources = {
        each.name: json.loads(each.read_text("utf-8"))
        for each in sorted(folder.iterdir(), key=lambda item: item.name)
        if each.name.endswith(_SUFFIX)
    }
    return {
        name.removesuffix(_SUFFIX): _resolve(source, name, sources)
        for name, source in sources.items()
    }


def kinds() -> tuple[str, ...]:
    """Return the kinds that a document may have."""
    return tuple(name for name in read_schemas() if name not in _NOT_KINDS)


def _resolve(part: Any, file: str, sources: Mapping[str, Any]) -> Any:
    if isinstance(part, list):
        return [_resolve(each, file, sources) for each in part]
    if not isinstance(part, dict):
        return part
    own = {
        key: _resolve(value, file, sources)
        for key, value in part.items()
        if key not in ("$ref", "$defs", "$id", "$schema")
    }
    if "$ref" not in part:
        return _with_single(own)
    other, _, pointer = part["$ref"].partition("#/$defs/")
    target_file = other or file
    target = _resolve(sources[target_file]["$defs"][pointer], target_file, sources)
    return _with_single({**target, **own})


def _with_single(schema: dict[str, Any]) -> dict[str, Any]:
    """Demand of one value that stands for a list of one what the list demands of its items."""
    single = "x-list" in schema or "x-keyed" in schema
    if single and "items" in schema and "string" in schema.get("type", ()):
        return {**schema, "if": {"type": "string"}, "then": schema["items"]}
    return schema
