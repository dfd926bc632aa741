"""The JSON Schema of what is explained of somebody's rights over a record."""

from __future__ import annotations

from cardwright_entities.access.levels import LEVEL_NAMES
from cardwright_platform.api.schema_parts import Schema, listed, thing

_TEXT: Schema = {"type": "string"}
_SURELY: Schema = {"type": ["boolean", "null"], "description": "Null: the caller may not know."}
_TRIED = thing(
    {
        **dict.fromkeys(("role", "entity", "scope", "condition"), _TEXT),
        **dict.fromkeys(("holds", "within", "condition_holds"), _SURELY),
    }
)
_LEVEL: Schema = {"enum": list(LEVEL_NAMES)}
RIGHTS = thing(
    {
        "account": {"type": ["integer", "null"]},
        "actions": listed(
            thing(
                {
                    "action": _TEXT,
                    "holds": {"type": "boolean"},
                    "granted": {"type": "boolean"},
                    "tried": listed(_TRIED),
                }
            )
        ),
        "fields": listed(
            thing(
                {
                    "field": _TEXT,
                    "level": _LEVEL,
                    "missing": listed(_TEXT),
                    "claims": listed(
                        thing(
                            {
                                **dict.fromkeys(("role", "entity", "source", "group"), _TEXT),
                                "level": _LEVEL,
                            }
                        )
                    ),
                }
            )
        ),
    }
)
