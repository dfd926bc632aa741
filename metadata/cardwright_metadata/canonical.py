"""Short forms → the canonical form that every later stage works on.

A list of names becomes a map keyed by them, a scalar that stands for a map becomes that map, a
plain text becomes words of the pack's language. The schemas say where (``x-keyed``, ``x-short``,
``x-list``, ``x-sort``, ``format: text``).
"""

from __future__ import annotations

from typing import Any

from cardwright_metadata.marks import MarkedList, MarkedMap, Spot, copy_marked
from cardwright_metadata.schema_files import Schema


def make_canonical(value: Any, schema: Schema, words: str, at: Spot | None = None) -> Any:
    """Return the canonical form of a value; ``words`` is the language of plain texts."""
    if isinstance(value, dict):
        return _canonical_map(value, schema, words)
    if schema.get("format") == "text" and isinstance(value, str):
        return _single(words, value, at)
    if value is None:
        # In a change of another definition: take away. Elsewhere the shape refuses it.
        return None
    if "x-short" in schema:
        return _canonical_map(_single(str(schema["x-short"]), value, at), schema, words)
    if isinstance(value, str) and "x-keyed" in schema:
        value = [value]
    if isinstance(value, list):
        if "x-keyed" in schema:
            return _canonical_map(_keyed(value, schema, at), schema, words)
        return _canonical_list(value, schema, words)
    if schema.get("x-list") and isinstance(value, str):
        single = MarkedList()
        if at is not None:
            single.items_at.append(at)
        single.append(value)
        return single
    return value


def _canonical_map(value: dict[str, Any], schema: Schema, words: str) -> MarkedMap:
    made = MarkedMap()
    keys_at = getattr(value, "keys_at", {})
    values_at = getattr(value, "values_at", {})
    properties = schema.get("properties", {})
    others = schema.get("additionalProperties")
    for key, item in value.items():
        inner = properties.get(key, others)
        at = values_at.get(key)
        if isinstance(inner, dict):
            item = make_canonical(item, inner, words, at)
        else:
            item = copy_marked(item)
        made.put(key, item, keys_at.get(key), at)
    return made


def _canonical_list(value: list[Any], schema: Schema, words: str) -> MarkedList:
    made = MarkedList()
    inner = schema.get("items")
    spots = getattr(value, "items_at", [])
    made.items_at.extend(spots)
    for index, item in enumerate(value):
        at = spots[index] if index < len(spots) else None
        made.append(
            make_canonical(item, inner, words, at) if isinstance(inner, dict) else copy_marked(item)
        )
    return made


def _single(key: str, value: Any, at: Spot | None) -> MarkedMap:
    made = MarkedMap()
    made.put(key, value, at.place if at else None, at)
    return made


def _keyed(value: list[Any], schema: Schema, at: Spot | None) -> MarkedMap:
    made = MarkedMap()
    spots = getattr(value, "items_at", [])
    for index, item in enumerate(value):
        spot = spots[index] if index < len(spots) else at
        name = str(item)
        content: Any = MarkedMap() if schema["x-keyed"] == {} else schema["x-keyed"]
        if schema.get("x-sort") and name.startswith("-"):
            name = name[1:]
            content = _single("desc", True, spot)
        made.put(name, content, spot.place if spot else None, spot)
    return made
