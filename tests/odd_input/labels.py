"""A pack whose every label is something that breaks careless programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from odd_input.ground import CANARY

#: By the name of the entity that has them.
LABELS: Mapping[str, str] = {
    "quotes": f"""it's "quoted" `so` \\ '' "" {CANARY}'); drop table cw_account; --""",
    "formats": "%(b)s %s {0} {{ 7 * 7 }} {% if %} ${x} #{y} :name ?",
    "newline": "two\nlines\tand a tab",
    "emoji": "客户 👩‍👩‍👧‍👦🇨🇳",
    "arabic": "שלום \u202eعكس\u202c",
    "long": "Я" * 200,
    "markup": "<script>alert(1)</script><b>&amp;</b>]]> --></script>",
    "formula": "=HYPERLINK(1)+[数量]",
    "sheet": "a/b\\c?d*e[f]:'g'",
    "header": 'attachment; filename="x"; é 长',
}


#: Who signs in and who may do everything.
_PEOPLE = """
kind: entity
name: login
label: {zh: 登录, en: Login}
fields:
  name:   {type: text, required: true}
  login:  {type: text}
plays: {user: {login: login, name: name}}
---
kind: role
name: chief
label: {zh: 厂长, en: Chief}
grants:
  "*": {actions: [read, create, edit, delete, export, import, assign]}
---
kind: role
name: clerk
label: {zh: 文员, en: Clerk}
grants:
  "*": {actions: [read]}
"""


def write_pack(
    folder: Path,
    spelled: Callable[[str], str] = lambda label: label,
    labels: Mapping[str, str] = LABELS,
) -> Path:
    """Write the pack; ``spelled`` changes every label, for a second version of it."""
    folder.mkdir(exist_ok=True)
    documents: list[dict[str, Any]] = []
    for name, label in labels.items():
        documents += _documents(name, spelled(label))
    pack = {"kind": "pack", "name": "labels", "label": {"zh": spelled(next(iter(labels.values())))}}
    # JSON is YAML, and quotes whatever must be quoted.
    (folder / "pack.yaml").write_text(json.dumps(pack, ensure_ascii=False), "utf-8")
    lines = (json.dumps(each, ensure_ascii=False) for each in documents)
    (folder / "all.yaml").write_text("---\n".join(f"{line}\n" for line in lines), "utf-8")
    (folder / "people.yaml").write_text(_PEOPLE, "utf-8")
    return folder


def _documents(name: str, label: str) -> list[dict[str, Any]]:
    text = {"zh": label, "en": label}
    entity = {
        "kind": "entity",
        "name": name,
        "label": text,
        "fields": {
            "name": {
                "type": "text",
                "required": True,
                "label": text,
                "help": text,
                "hint": text,
                "example": label,
                "unit": text,
                "check": {"if": "name = 'x'", "message": text},
            },
            "sort": {"type": "picklist", "values": {"a": text, "b": text}, "label": _other(text)},
            "amount": {"type": "money", "label": _third(text)},
            "self": {"type": "link", "to": name, "label": {"zh": f"{label} 4"}},
        },
        "search": ["name"],
        "card": {"tabs": {"t": {"label": text, "sections": {"s": {"label": text, "auto": True}}}}},
        "list": {"columns": ["name", "sort", "amount", "self"], "totals": {"amount": "sum"}},
        "queries": {"q": {"label": text, "where": "name contains 'o'"}},
    }
    menu = {
        "kind": "menu",
        "name": f"menu_{name}",
        "label": text,
        "items": {"one": {"entity": name, "label": text}},
    }
    return [entity, menu]


def _other(text: Mapping[str, str]) -> dict[str, str]:
    return {language: f"{label} 2" for language, label in text.items()}


def _third(text: Mapping[str, str]) -> dict[str, str]:
    return {language: f"{label} 3" for language, label in text.items()}
