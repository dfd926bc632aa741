"""JSON Schemas of what is answered about shares of single records, and about one's own marks."""

from __future__ import annotations

from collections.abc import Mapping

from cardwright_platform.api.schema_parts import Schema, listed, thing

_ID: Schema = {"type": "integer", "minimum": 1}
_TEXT: Schema = {"type": "string"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_SHARE: Schema = thing(
    {
        "id": _ID,
        "with": {
            "oneOf": [thing({"entity": _TEXT, "id": _ID}), thing({"role": _TEXT})],
            "description": "An employee, a team, a department with those below, or a role.",
        },
        "level": {"enum": ["read", "edit"]},
        "until": {
            "type": ["string", "null"],
            "format": "date-time",
            "description": "When it ends; null lasts.",
        },
        "by": {"type": ["integer", "null"], "description": "The user who shared it."},
        "at": _MOMENT,
    }
)

SHARE_SCHEMAS: Mapping[str, Schema] = {
    "Shares": thing({"items": listed(_SHARE)}),
    "SharesChanged": thing({"$change_set": _ID, "items": listed(_SHARE)}),
    "Marks": thing({"tags": listed(_TEXT), "favourites": listed(_TEXT)}),
}
