"""JSON Schemas of what is answered about views of lists."""

from __future__ import annotations

from collections.abc import Mapping

from cardwright_platform.api.schema_parts import Schema, listed, thing

_ID: Schema = {"type": "integer", "minimum": 1}
_TEXT: Schema = {"type": "string"}
_VIEW: Schema = thing(
    {
        "id": {**_ID, "description": "The key of the view, wherever a query may be named."},
        "version": _ID,
        "entity": _TEXT,
        "name": _TEXT,
        "folder": {**_TEXT, "description": "Empty in none, and of a view of others."},
        "owner": _ID,
        "own": {"type": "boolean"},
        "where": {**_TEXT, "description": "A condition as text; empty for all records."},
        "sort": listed(_TEXT),
        "columns": listed(thing({"path": _TEXT}, optional={"width": {"type": "integer"}})),
        "totals": {
            "type": ["object", "null"],
            "additionalProperties": _TEXT,
            "description": "Functions by path; null as the list is shipped.",
        },
        "mode": _TEXT,
        "size": {"type": ["integer", "null"]},
        "with": listed(
            {
                "oneOf": [
                    thing({"entity": _TEXT, "id": _ID}),
                    thing({"role": _TEXT}),
                    thing({"everybody": {"const": True}}),
                ]
            }
        ),
        "changed_by": _ID,
        "changed_at": {"type": "string", "format": "date-time"},
    }
)

VIEW_SCHEMAS: Mapping[str, Schema] = {"View": _VIEW, "Views": thing({"items": listed(_VIEW)})}
