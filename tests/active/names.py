"""What else people and packs name: roles, reports, rules, mails, prints, settings, persons."""

from __future__ import annotations

import json
from pathlib import Path

from active.payloads import text_of

ROLE, REPORT, POST = "trap_role", "trap_report", "trap_post"


def write_names(folder: Path) -> None:
    """Write one of each into a pack, named by payloads; a post sends a mail when it is made."""
    documents = [
        {
            "kind": "entity",
            "name": POST,
            "label": _text(1),
            "fields": {
                "name": {"type": "text", "required": True, "max_length": 200},
                "mail": {"type": "email", "label": _text(2)},
                "size": {"type": "picklist", "values": {"a": _text(3)}, "label": _text(4)},
            },
            "queries": {"q": {"label": _text(5), "where": "name contains 'o'"}},
        },
        {
            "kind": "role",
            "name": ROLE,
            "label": _text(6),
            "description": _text(7),
            "grants": {"*": {"actions": ["read"]}},
        },
        {
            "kind": "report",
            "name": REPORT,
            "label": _text(8),
            "measures": {"all": {"count": POST, "label": _text(9)}},
            "rows": ["size"],
        },
        {
            "kind": "mail",
            "name": "trap_mail",
            "label": _text(10),
            "of": POST,
            "to": "mail",
            "subject": "{{ record.name }}",
            "template": "<p>{{ record.name }}</p>",
        },
        {
            "kind": "print",
            "name": "trap_print",
            "label": _text(11),
            "of": POST,
            "template": "<h1>{{ record.name }}</h1>",
        },
        {
            "kind": "rule",
            "name": "trap_rule",
            "label": _text(12),
            "of": POST,
            "trigger": {"button": "list"},
            "ask": {"name": {"required": True}},
            "do": {"set": {"set": {"name": "$ask.name"}}},
        },
        {
            "kind": "rule",
            "name": "trap_sending",
            "label": _text(13),
            "of": POST,
            "trigger": "created",
            "do": {
                "mail": {"mail": "trap_mail"},
                "tell": {"notify": {"to": ["creator"], "message": _text(14)}},
            },
        },
        {
            "kind": "setting",
            "name": "trap.word",
            "type": "text",
            "default": text_of(15, 60),
            "label": _text(16),
        },
    ]
    lines = (json.dumps(each, ensure_ascii=False) for each in documents)
    (folder / "names.yaml").write_text("---\n".join(f"{line}\n" for line in lines), "utf-8")


def _text(number: int) -> dict[str, str]:
    """Return a label in both languages, another selection of payloads for each number."""
    return {"zh": text_of(number, 120), "en": text_of(number + 1, 120)}
