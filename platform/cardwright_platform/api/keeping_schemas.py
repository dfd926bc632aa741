"""JSON Schemas of what is answered about deleted records and backups."""

from __future__ import annotations

from collections.abc import Mapping

from cardwright_platform.api.schema_parts import Schema, listed, thing

_TEXT: Schema = {"type": "string"}
_ID: Schema = {"type": "integer", "minimum": 1}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_MOMENT_OR_NOT: Schema = {"type": ["string", "null"], "format": "date-time"}
_PLACE: Mapping[str, Schema] = {"entity": _TEXT, "id": _ID}
_ERROR: Schema = {"type": "object", "properties": {"code": _TEXT, "message": _TEXT}}
_BACKUP: Schema = thing(
    {
        "name": _TEXT,
        "size": _COUNT,
        "readable": {"type": "boolean"},
        "taken_at": _MOMENT_OR_NOT,
        "by": {**_TEXT, "description": "Who wanted it; empty for the clock."},
        "how": {"enum": ["hand", "schedule", ""], "description": "Empty: it was put there."},
        "version": _TEXT,
        "engine": _TEXT,
        "rows": _COUNT,
        "files": _COUNT,
        "lost": {**_COUNT, "description": "Files whose content was missing."},
        "verified": {"type": ["boolean", "null"], "description": "null: not tried yet."},
        "verified_at": _MOMENT_OR_NOT,
        "problem": {"oneOf": [_ERROR, {"type": "null"}]},
        "downloads": listed(thing({"at": _MOMENT, "by": _TEXT})),
    }
)

KEEPING_SCHEMAS: Mapping[str, Schema] = {
    "Bin": thing(
        {
            "items": listed(
                thing(
                    {
                        **_PLACE,
                        "title": _TEXT,
                        "deleted_at": _MOMENT,
                        "deleted_by": {
                            "type": ["integer", "null"],
                            "description": "The account, where the caller may know it.",
                        },
                    }
                )
            ),
            "next": {"type": ["string", "null"]},
        }
    ),
    "BinRestored": thing(
        {
            "$change_set": {"type": ["integer", "null"], "description": "null: nothing came back."},
            "restored": listed(thing(_PLACE)),
            "left": listed(thing({**_PLACE, "error": _ERROR})),
        }
    ),
    "BinPurged": thing(
        {
            "purged": listed(thing(_PLACE)),
            "lines": {**_COUNT, "description": "Lines that went with their heads."},
            "left": listed(thing({**_PLACE, "error": _ERROR, "held_by": listed(thing(_PLACE))})),
        }
    ),
    "Backups": thing(
        {
            "items": listed(_BACKUP),
            "free": {**_COUNT, "description": "Bytes that the disk takes."},
        }
    ),
    "BackupDeleted": thing({"name": _TEXT}),
}
