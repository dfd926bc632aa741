"""JSON Schemas of what people are told, inside the application and outside."""

from __future__ import annotations

from collections.abc import Mapping

from cardwright_entities.outbox import CHANNELS
from cardwright_platform.api.schema_parts import Schema, listed, reference, thing

_TEXT: Schema = {"type": "string"}
_WORDS: Schema = {"type": "object", "additionalProperties": _TEXT}
_ID: Schema = {"type": "integer", "minimum": 1}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_MOMENT_OR_NOT: Schema = {"type": ["string", "null"], "format": "date-time"}

MESSAGE_SCHEMAS: Mapping[str, Schema] = {
    "Outbox": thing(
        {
            "items": listed(reference("OutgoingMessage")),
            "next": {"type": ["integer", "null"]},
            "held": {
                "type": ["string", "null"],
                "description": "Why nothing is sent at all, after a restore.",
            },
        }
    ),
    "Audit": thing({"items": listed(reference("Deed")), "next": {"type": ["integer", "null"]}}),
    "Deed": thing(
        {
            "id": _ID,
            "at": _MOMENT,
            "area": _TEXT,
            "kind": _TEXT,
            "account": {"type": ["integer", "null"]},
            "name": {**_TEXT, "description": "Of who did it, then."},
            "actor": {
                "type": "string",
                "enum": ["user", "token", "rule", "system", "operator", "stranger"],
            },
            "entity": {"type": ["string", "null"]},
            "record": {"type": ["integer", "null"], "description": "If it was one."},
            "records": {"type": ["integer", "null"], "description": "How many were touched."},
            "change_set": {"type": ["integer", "null"]},
            "target": {**_TEXT, "description": "What it was about: a login, a file, a label."},
            "detail": {"type": "object"},
            "address": _TEXT,
            "device": _TEXT,
            "request": _TEXT,
            "seal": {"type": ["integer", "null"], "description": "Number in the chain."},
        }
    ),
    "OutboxReleased": thing({"released": {"type": "boolean", "description": "It was held."}}),
    "OutgoingMessage": thing(
        {
            "id": _ID,
            "channel": {"type": "string", "enum": list(CHANNELS)},
            "name": {**_TEXT, "description": "The mail, or the step of the rule."},
            "rule": _TEXT,
            "entity": _TEXT,
            "record": {"type": ["integer", "null"]},
            "recipients": {"type": "object", "additionalProperties": listed(_TEXT)},
            "state": {"type": "string", "enum": ["waiting", "sent", "failed"]},
            "attempts": {"type": "integer", "description": "Tries that failed."},
            "at": _MOMENT,
            "next_at": _MOMENT,
            "sent_at": _MOMENT_OR_NOT,
            "their_id": {"type": ["string", "null"], "description": "The other side's number."},
            "reason": {"type": ["object", "null"], "description": "Why it waits or failed."},
            "content": {"type": ["object", "null"], "description": "For who may read_messages."},
        }
    ),
    "Notifications": thing(
        {
            "items": listed(
                thing(
                    {
                        "id": _ID,
                        "at": _MOMENT,
                        "kind": _TEXT,
                        "text": {**_TEXT, "description": "What is told, in the caller's language."},
                        "entity": {"type": ["string", "null"]},
                        "record": {"type": ["integer", "null"]},
                        "title": {**_TEXT, "description": "Of the record it is about."},
                        "by": {"type": ["integer", "null"], "description": "Whose doing it was."},
                        "read_at": _MOMENT_OR_NOT,
                    }
                )
            ),
            "next": {"type": ["integer", "null"]},
            "unread": reference("Count"),
        }
    ),
    "Approvals": thing(
        {
            "items": listed(
                thing(
                    {
                        "entity": _TEXT,
                        "record": _ID,
                        "title": _TEXT,
                        "approval": _TEXT,
                        "label": _WORDS,
                        "step": _TEXT,
                        "step_label": _WORDS,
                        "by": {"type": ["integer", "null"], "description": "Who submitted."},
                        "asked_at": _MOMENT_OR_NOT,
                    }
                )
            ),
            "more": {"type": "boolean"},
        }
    ),
    "RecordApprovals": thing(
        {"items": listed({"type": "object", "description": "One submission, with its tasks."})}
    ),
    "NotificationsRead": thing({"read": {"type": "integer"}}),
}
