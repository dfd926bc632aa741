"""What a ledger brings along: the entities of its entries and balances, and tabs for them.

They are entities like any other, so that lists, reports, rights and the API come by themselves;
only that nobody but the engine writes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from cardwright_metadata.definitions.flows import balance_entity, entry_entity
from cardwright_metadata.loading import Document
from cardwright_metadata.marks import MarkedMap, marked

#: Fields of an entry beside its dimensions and measures.
ENTRY_FIELDS = ("day", "document", "posting", "line", "part", "reverses", "reversed_by")

_WORDS: Mapping[str, Mapping[str, str]] = {
    "balances": {"zh": "{}余额", "en": "{} balances"},
    "entries": {"zh": "{}流水", "en": "{} entries"},
    "day": {"zh": "日期", "en": "Day"},
    "document": {"zh": "单据", "en": "Document"},
    "posting": {"zh": "过账", "en": "Posting"},
    "line": {"zh": "明细", "en": "Line"},
    "part": {"zh": "部分", "en": "Part"},
    "reverses": {"zh": "冲销", "en": "Reverses"},
    "reversed_by": {"zh": "被冲销", "en": "Reversed by"},
}
#: A ledger is no object of people's talk: what is said of it stands in its documents.
_SWITCHED_OFF = (
    "history", "files", "comments", "activities", "tags", "favourites", "import", "currency",
)  # fmt: skip


def entities_of_ledger(ledger: Document, found: Mapping[str, Document]) -> Iterable[Document]:
    """Yield the two entities of a ledger as documents; ``found`` are the entities by name."""
    content = ledger.content
    dimensions = _maps(content.get("dimensions"))
    measures = _maps(content.get("measures"))
    own: dict[str, Any] = {
        name: {
            "type": "link",
            "to": each.get("of"),
            "required": each.get("optional") is not True,
            "label": each.get("label") or _label_of(str(each.get("of")), found),
        }
        for name, each in dimensions.items()
    }
    own |= {
        name: {key: each[key] for key in ("type", "scale", "unit", "label") if key in each}
        for name, each in measures.items()
    }
    yield _document(ledger, balance_entity(ledger.name), _balance(content, own, dimensions))
    yield _document(ledger, entry_entity(ledger.name), _entry(content, own, ledger.name))


def point_entries_at_documents(ledgers: Iterable[str], entities: Mapping[str, MarkedMap]) -> None:
    """Let the entries of each ledger point at the entities that post to it, and these show them."""
    for ledger in ledgers:
        entry = entities.get(entry_entity(ledger))
        if entry is None or "document" not in (entry.get("fields") or {}):
            continue
        posting = [name for name, each in entities.items() if _posts_to(each, ledger)]
        if not posting:
            entry["fields"].drop("document")
            entry["list"]["columns"].drop("document")
            continue
        entry["fields"]["document"]["to"] = posting
        for name in posting:
            _show_entries(entities[name], ledger, entry)


def _posts_to(content: MarkedMap, ledger: str) -> bool:
    return any(
        isinstance(each, dict) and each.get("ledger") == ledger
        for each in (content.get("post") or {}).values()
    )


def _show_entries(content: MarkedMap, ledger: str, entry: MarkedMap) -> None:
    card = content.setdefault("card", MarkedMap())
    tabs = card.setdefault("tabs", MarkedMap())
    name = f"posted_{ledger}"
    if name not in tabs:
        of = f"{entry_entity(ledger)}.document"
        tabs[name] = marked({"label": entry.get("label") or {}, "related": {"of": of}})


def _balance(
    content: MarkedMap, own: Mapping[str, Any], dimensions: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        **_envelope(content, "balances"),
        "fields": own,
        "title": next(iter(dimensions), "id"),
        "subtitle": list(dimensions)[1:],
        "unique": {"dimensions": {"fields": list(dimensions), "nulls": "equal"}},
        "list": {
            "columns": {name: {} for name in own} | {"changed_at": {}},
            "totals": {name: "sum" for name in own if name not in dimensions},
        },
    }


def _entry(content: MarkedMap, own: Mapping[str, Any], ledger: str) -> dict[str, Any]:
    entry = entry_entity(ledger)
    fields = {
        "day": {"type": "date", "label": _WORDS["day"], "index": True},
        **own,
        "document": {
            "type": "link_any", "to": [], "label": _WORDS["document"], "on_delete": "keep",
            "index": True,
        },
        "posting": {"type": "text", "label": _WORDS["posting"]},
        "line": {"type": "integer", "label": _WORDS["line"]},
        "part": {"type": "integer", "label": _WORDS["part"]},
        "reverses": {"type": "link", "to": entry, "label": _WORDS["reverses"]},
        "reversed_by": {"type": "link", "to": entry, "label": _WORDS["reversed_by"]},
    }  # fmt: skip
    shown = ["day", *own, "document"]
    return {
        **_envelope(content, "entries"),
        "fields": fields,
        "title": "posting",
        "list": {"columns": {name: {} for name in shown}, "sort": {"day": {"desc": True}}},
    }


def _envelope(content: MarkedMap, words: str) -> dict[str, Any]:
    label = content.get("label") or {"en": str(content.get("name"))}
    return {
        "label": {
            language: _WORDS[words].get(language, _WORDS[words]["en"]).format(text)
            for language, text in label.items()
        },
        "family": "log",
        "kept": True,
        "features": dict.fromkeys(_SWITCHED_OFF, False),
        **({"icon": content["icon"]} if "icon" in content else {}),
    }


def _label_of(entity: str, found: Mapping[str, Document]) -> Mapping[str, str]:
    document = found.get(entity)
    label = document.content.get("label") if document else None
    return label if isinstance(label, dict) else {}


def _document(ledger: Document, name: str, content: Mapping[str, Any]) -> Document:
    made = marked({"name": name, **content})
    made.values_at |= {
        key: spot for key, spot in ledger.content.values_at.items() if key in ("name", "label")
    }
    made.keys_at |= {"name": ledger.place, "fields": ledger.place}
    return replace(ledger, kind="entity", name=name, content=made)


def _maps(value: Any) -> dict[str, Any]:
    items = value.items() if isinstance(value, dict) else ()
    return {name: each for name, each in items if isinstance(each, dict)}
