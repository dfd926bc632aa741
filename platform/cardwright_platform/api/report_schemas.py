"""JSON Schemas of what reports and series answer."""

from __future__ import annotations

from collections.abc import Mapping

from cardwright_platform.api.schema_parts import Schema, listed, thing

_TEXT: Schema = {"type": "string"}
_ID: Schema = {"type": "integer", "minimum": 1}
_SCALAR: Schema = {"type": ["string", "number", "boolean", "null"]}
_KEY: Schema = {
    **listed(
        {"oneOf": [_SCALAR, thing({"entity": _TEXT, "id": _ID, "title": _TEXT})]},
    ),
    "description": "A value of each dimension: of a link the record, of a period its first day.",
}
_NUMBERS: Schema = {
    "type": "object",
    "additionalProperties": {"type": ["string", "integer", "null"]},
    "description": "Numbers by name, decimals as text; null where there is none.",
}
_VALUES: Schema = {"type": "object", "description": "By path, as the record's fields show them."}
_DIMENSIONS = listed(thing({"path": _TEXT, "label": _TEXT, "period": _TEXT}))

#: To be added to the other schemas of answers.
REPORT_SCHEMAS: Mapping[str, Schema] = {
    "Series": thing(
        {
            "items": listed(
                thing(
                    {
                        "since": {"type": ["string", "null"], "format": "date-time"},
                        "value": {"description": "As the field of the record shows it."},
                    }
                )
            )
        }
    ),
    "Reports": thing(
        {"items": listed(thing({"name": _TEXT, "label": _TEXT, "description": _TEXT}))}
    ),
    "Report": {
        "oneOf": [
            thing(
                {
                    "name": _TEXT,
                    "label": _TEXT,
                    "measures": listed(thing({"name": _TEXT, "label": _TEXT, "format": _TEXT})),
                    "row_dimensions": _DIMENSIONS,
                    "column_dimensions": _DIMENSIONS,
                    "columns": listed(thing({"key": _KEY, "totals": _NUMBERS})),
                    "rows": listed(
                        thing({"key": _KEY, "cells": listed(_NUMBERS), "totals": _NUMBERS})
                    ),
                    "totals": _NUMBERS,
                }
            ),
            thing(
                {
                    "name": _TEXT,
                    "label": _TEXT,
                    "fields": listed(thing({"path": _TEXT, "label": _TEXT})),
                    "records": listed(
                        thing({"entity": _TEXT, "id": _ID, "title": _TEXT, "values": _VALUES})
                    ),
                    "next": {
                        "type": ["string", "null"],
                        "description": "The cursor to send as 'after'; null at the end.",
                    },
                }
            ),
        ]
    },
}
