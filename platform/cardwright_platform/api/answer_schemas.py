"""JSON Schemas of what the API answers, apart from the records of entities."""

from __future__ import annotations

from collections.abc import Mapping

from cardwright_platform.api.error_schemas import CONFLICT, FURTHER, error_with
from cardwright_platform.api.rights_schemas import RIGHTS
from cardwright_platform.api.schema_parts import Schema, listed, thing

_ID: Schema = {"type": "integer", "minimum": 1}
_TEXT: Schema = {"type": "string"}
_WORDS: Schema = {"type": "object", "additionalProperties": _TEXT}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_MOMENT_OR_NOT: Schema = {"type": ["string", "null"], "format": "date-time"}
_SCALAR: Schema = {"type": ["string", "number", "boolean", "null"]}
#: What may be a condition over the record: whether it is, never what it says.
_SLOT: Schema = {"oneOf": [{"type": "boolean"}, {"const": "depends"}]}
_FIELD: Schema = {
    "type": "object",
    "properties": {
        "label": _WORDS,
        "type": _TEXT,
        "required": _SLOT,
        "readonly": _SLOT,
        "unlocked": {**_SLOT, "description": "Whether a lock of the record leaves the field."},
        "choices_of_others": {
            "type": "array",
            "items": _TEXT,
            "description": "Choices that you may keep where they are, and set nowhere else.",
        },
    },
    "required": ["label", "type", "required", "readonly", "unlocked", "choices_of_others"],
}


#: What a save tells beside the record.
SAVED: Mapping[str, Schema] = {
    "$change_set": {"type": ["integer", "null"], "description": "By it the save can be undone."},
    "$warnings": {**_WORDS, "description": "Checks that only warn."},
}

_RESULT = thing({"status": {"type": "integer"}, "id": _ID, "version": _ID}, required=False)
_RESULT["properties"] |= {
    "error": error_with(FURTHER)["properties"]["error"],
    "$warnings": SAVED["$warnings"],
}

_COUNTED = dict.fromkeys(("done", "failed"), {"type": "integer"})
_REASON_TEXTS = ("field", "kind", "via", "formula", "source")
REASON = thing(
    {
        **dict.fromkeys(_REASON_TEXTS, _TEXT),
        "value": {},
        "by": {"type": ["integer", "null"]},
        "at": _MOMENT_OR_NOT,
        "inputs": listed(thing({"path": _TEXT, "value": {}})),
        "records": listed(thing({"entity": _TEXT, "id": _ID})),
        "more": {"type": "boolean"},
        "frozen_at": _MOMENT_OR_NOT,
    }
)

SCHEMAS: Mapping[str, Schema] = {
    "Error": error_with(FURTHER),
    "Conflict": error_with(CONFLICT),
    "Count": thing({"value": {"type": "integer"}, "exact": {"type": "boolean"}}),
    "Deleted": thing({"id": _ID, "version": _ID, "$change_set": SAVED["$change_set"]}),
    "Bulk": thing(
        {
            "$change_set": SAVED["$change_set"],
            **_COUNTED,
            "results": thing(
                {kind: listed(_RESULT) for kind in ("create", "update", "delete")},
                required=False,
            ),
        }
    ),
    "Aggregate": thing(
        {
            "groups": listed(
                {
                    "type": "object",
                    "properties": {"key": {"type": "array"}},
                    "required": ["key"],
                    "additionalProperties": _SCALAR,
                }
            ),
            "totals": {"type": "object", "additionalProperties": _SCALAR},
            "more": {"type": "boolean"},
        }
    ),
    "Hits": thing(
        {
            "groups": listed(
                thing(
                    {
                        "entity": _TEXT,
                        "label": _TEXT,
                        "items": listed(thing({"id": _ID, "title": _TEXT})),
                        "more": {"type": "boolean"},
                    }
                )
            )
        }
    ),
    "Reason": REASON,
    "Rights": RIGHTS,
    "History": thing(
        {
            "items": listed(
                thing(
                    {
                        "id": _ID,
                        "change_set": _ID,
                        "at": _MOMENT,
                        "by": {"type": ["integer", "null"]},
                        "kind": _TEXT,
                        "label": _TEXT,
                        "entity": _TEXT,
                        "record": _ID,
                        "version": _ID,
                        "op": _TEXT,
                        "before": {"type": "object", "description": "Only what was changed."},
                    }
                )
            ),
            "next": {"type": ["integer", "null"]},
        }
    ),
    "Undone": thing(
        {
            "$change_set": _ID,
            "undone": {"type": "integer"},
            "skipped": listed(thing({"entity": _TEXT, "id": _ID})),
        }
    ),
    "Duplicates": thing(
        {
            "items": listed(
                thing(
                    {
                        "rule": _TEXT,
                        "label": _WORDS,
                        "groups": listed({"type": "array", "items": _ID}),
                    }
                )
            )
        }
    ),
    "Actions": thing(
        {
            "items": listed(
                thing(
                    {
                        "name": _TEXT,
                        "label": _WORDS,
                        "kind": _TEXT,
                        "icon": _TEXT,
                        "tone": {**_TEXT, "description": "primary, danger or empty."},
                        "asks": listed(
                            thing(
                                {
                                    "name": _TEXT,
                                    "label": _WORDS,
                                    "type": _TEXT,
                                    "required": {"type": "boolean"},
                                    "schema": {"type": "object"},
                                    "value": {"description": "What the answer begins with."},
                                }
                            )
                        ),
                        "confirm": {"type": ["object", "null"], "additionalProperties": _TEXT},
                        "blocked": {
                            "type": ["string", "null"],
                            "description": "Why it cannot be done now.",
                        },
                    }
                )
            )
        }
    ),
    "PerformedOnAll": thing({**_COUNTED, "results": listed(_RESULT)}),
    "Performed": thing(
        {
            "record": {
                "type": ["object", "null"],
                "description": "As it is now; null where the caller no longer sees it.",
            },
            "goes_to": {
                "oneOf": [thing({"entity": _TEXT, "id": _ID}), {"type": "null"}],
                "description": "The record to look at next, such as one that was made.",
            },
            "message": {"type": ["string", "null"]},
            "job": {"type": ["integer", "null"]},
            "$change_set": SAVED["$change_set"],
        }
    ),
    "Chain": thing(
        {
            "records": listed(
                thing(
                    {
                        "entity": _TEXT,
                        "id": _ID,
                        "title": _TEXT,
                        "step": {
                            "type": "integer",
                            "description": "Steps away; below nought for where it came from.",
                        },
                    }
                )
            ),
            "edges": listed(
                thing(
                    {
                        "conversion": _TEXT,
                        "source": thing({"entity": _TEXT, "id": _ID}),
                        "target": thing({"entity": _TEXT, "id": _ID}),
                    }
                )
            ),
            "more": {"type": "boolean"},
        }
    ),
    "Sources": thing({"items": listed({"type": "object"}), "next": {"type": ["string", "null"]}}),
    "Suggestions": thing({"filled": {"type": "object"}, "offers": {"type": "object"}}),
    "Proposal": thing({"entity": _TEXT, "values": {"type": "object"}}),
    "File": thing({"id": _ID, "name": _TEXT, "size": {"type": "integer"}, "type": _TEXT}),
    "Plan": thing(
        {
            "id": _TEXT,
            "commit": {"type": "integer", "description": "The change it became, 0 while it waits."},
            "base": {"type": "integer"},
            "hash": _TEXT,
            "empty": {"type": "boolean"},
            "safe": {"type": "boolean", "description": "No stored record stands against it."},
            "effects": {
                "type": "object",
                "description": "Three sentences by language.",
                "additionalProperties": listed(_TEXT),
            },
            "steps": listed({"type": "object"}),
            "offences": listed({"type": "object"}),
            "accepted": listed(_TEXT),
            "questions": listed({"type": "object"}),
            "references": listed({"type": "object"}),
            "columns": listed({"type": "object"}),
        },
        optional={
            "pack": {"type": "object", "description": "Of a pack: versions, signer, powers."},
            "conflicts": listed(_TEXT),
        },
    ),
    "Retired": thing(
        {
            "items": listed(
                thing(
                    {
                        "name": _TEXT,
                        "since": _MOMENT_OR_NOT,
                        "values": {"type": "integer"},
                        "kept_of": {"type": ["string", "null"]},
                        "early": {"type": "boolean", "description": "Less than 90 days ago."},
                    }
                )
            )
        }
    ),
    "Packs": thing(
        {
            "items": listed(
                thing({"name": _TEXT, "version": _TEXT, "vendor": _TEXT, "archive": _TEXT})
            )
        }
    ),
    "Applied": thing({"commit": {"type": "integer"}}),
    "Commits": thing(
        {
            "items": listed(
                thing(
                    {
                        "number": {"type": "integer"},
                        "parent": {"type": "integer"},
                        "author": _TEXT,
                        "reason": _TEXT,
                        "at": _MOMENT,
                        "effects": {"type": "object"},
                    }
                )
            )
        }
    ),
    "Rejects": thing(
        {
            "items": listed(
                thing(
                    {
                        "entity": _TEXT,
                        "field": _TEXT,
                        "record": _ID,
                        "link": _TEXT,
                        "kept_in": _TEXT,
                        "value": {"type": "string", "description": "The former one, cut short."},
                        "code": _TEXT,
                    }
                )
            ),
            "count": {"type": "integer", "description": "With those that you may not read."},
        }
    ),
    "Settings": thing(
        {
            "items": listed(
                thing(
                    {
                        "name": _TEXT,
                        "label": _TEXT,
                        "help": _TEXT,
                        "type": _TEXT,
                        "pack": _TEXT,
                        "value": {},
                        "default": {},
                    }
                )
            )
        }
    ),
    "Check": thing(dict.fromkeys(("job", "result"), {"type": ["object", "null"]})),
    "Job": thing(
        {
            "id": _ID,
            "kind": _TEXT,
            "state": {
                "type": "string",
                "enum": ["waiting", "running", "done", "failed", "cancelled"],
            },
            "progress": thing({"done": {"type": "integer"}, "total": {"type": "integer"}}),
            "result": {"type": ["object", "null"]},
            "error": {"type": ["object", "null"]},
            "cancel_requested": {"type": "boolean"},
            "created_at": _MOMENT,
            "started_at": _MOMENT_OR_NOT,
            "finished_at": _MOMENT_OR_NOT,
        }
    ),
    "Catalog": thing(
        {
            "commit": {"type": "integer"},
            "entities": listed(
                thing(
                    {
                        "name": _TEXT,
                        "label": _WORDS,
                        "actions": listed(_TEXT),
                        "limited": listed(_TEXT),
                    }
                )
            ),
            "picklists": {"type": "object"},
            "stages": {"type": "object", "description": "Processes: their states and moves."},
        }
    ),
    "Entity": thing(
        {
            "commit": {"type": "integer"},
            "name": _TEXT,
            "label": _WORDS,
            "actions": listed(_TEXT),
            "limited": listed(_TEXT),
            "fields": {"type": "object", "additionalProperties": _FIELD},
            "queries": {"type": "object"},
        }
    ),
    "OpenApi": {"type": "object"},
}
