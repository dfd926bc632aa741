"""The parts that schemas of answers are put together from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]


def reference(name: str) -> Schema:
    """Return a reference to a schema among the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def thing(
    properties: Mapping[str, Schema],
    *,
    required: bool = True,
    optional: Mapping[str, Schema] | None = None,
) -> Schema:
    """Return the schema of an object; all its keys are there but the optional ones."""
    schema: Schema = {"type": "object", "properties": {**properties, **(optional or {})}}
    return {**schema, "required": list(properties)} if required else schema


def listed(item: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": item}
