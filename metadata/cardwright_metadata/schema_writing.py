"""Complete JSON Schemas for editors: each kind in one file, with the options of every type."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from cardwright_metadata.schema_files import kinds, read_schemas
from cardwright_metadata.type_catalogue import TypeCatalogue

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: Keys of ours in schemas, which mean nothing to editors.
_OURS = "x-"


def write_schemas(types: TypeCatalogue, folder: Path) -> list[Path]:
    """Write one schema file for each kind, and one for all; return the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    schemas = {kind: complete_schema(kind, types) for kind in kinds()}
    anything = {
        "$schema": _DIALECT,
        "title": "Cardwright definition",
        "description": "Any definition; its kind says which.",
        "oneOf": [{"$ref": f"{kind}.schema.json"} for kind in schemas],
    }
    written = []
    for name, schema in {**schemas, "cardwright": anything}.items():
        path = folder / f"{name}.schema.json"
        path.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", "utf-8")
        written.append(path)
    return written


def complete_schema(kind: str, types: TypeCatalogue) -> dict[str, Any]:
    """Return the schema of a kind with the fields of every type in it."""
    schema = _without_ours(deepcopy(dict(read_schemas()[kind])))
    properties = schema["properties"]
    if "fields" in properties:
        properties["fields"]["additionalProperties"] = {"$ref": "#/$defs/field"}
        keys = _without_ours(deepcopy(dict(read_schemas()["field"]["properties"])))
        schema["$defs"] = {"field": field_schema(types), "keys": keys}
    if kind == "setting":
        properties["type"]["enum"] = list(types.names())
    if "extend" in properties:
        schema["required"] = [key for key in schema.get("required", []) if key != "name"]
        schema["anyOf"] = [{"required": ["name"]}, {"required": ["extend"]}]
    return {"$schema": _DIALECT, **schema}


def field_schema(types: TypeCatalogue) -> dict[str, Any]:
    """Return the schema of a field: one alternative for each type, told apart by ``type``.

    The keys of every field stand once, under ``$defs/keys``.
    """
    keys = [key for key in read_schemas()["field"]["properties"] if key != "type"]
    common = {key: {"$ref": f"#/$defs/keys/{key}"} for key in keys}
    # A field that changes another need not repeat its type.
    change = {
        "title": "change",
        "type": "object",
        "properties": common,
        "not": {"required": ["type"]},
    }
    alternatives: list[dict[str, Any]] = [change]
    for name in types.names():
        described = types.describe(name)
        options = _without_ours(deepcopy(dict(described.options)))
        kind_of = {"const": name, "description": described.label.get("en", name)}
        alternatives.append(
            {
                "title": name,
                "type": "object",
                "properties": {"type": kind_of, **common, **options},
                "required": ["type", *described.required],
                "additionalProperties": False,
            }
        )
    return {"description": "One field.", "anyOf": alternatives}


def _without_ours(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            key: _without_ours(value) for key, value in schema.items() if not key.startswith(_OURS)
        }
    if isinstance(schema, list):
        return [_without_ours(each) for each in schema]
    return schema
