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
ENTRY_FIELDS = (
    "day", "document", "posting", "line", "part", "reverses", "reversed_by",
    "cause", "taken_back",
)  # fmt: skip

_WORDS: Mapping[str, Mapping[str, str]] = {
    "balances": {"zh": "{}余额", "en": "{} balances"},
    "entries": {"zh": "{}流水", "en": "{} entries"},
    "day": {"zh": "日期", "en": "Day"},
    "document": {"zh": "单据", "en": "Document"},
    "posting": {"zh": "过账名", "en": "Name of the posting"},
    "cause": {"zh": "事由", "en": "For"},
    "taken_back": {"zh": "冲销情况", "en": "Taken back"},
    "standing": {"zh": "有效流水", "en": "Standing"},
    "line": {"zh": "明细", "en": "Line"},
    "part": {"zh": "部分", "en": "Part"},
    "reverses": {"zh": "冲销", "en": "Reverses"},
    "reversed_by": {"zh": "被冲销", "en": "Reversed by"},
}
#: An entry that was taken back, and the one that takes it back; all others are empty there.
_TAKEN_BACK: Mapping[str, Any] = {
    "reversed": {"label": {"zh": "已冲销", "en": "Taken back"}, "colour": "slate"},
    "reversal": {"label": {"zh": "冲销", "en": "Reversal"}, "colour": "amber"},
}
_HOW = "if(reverses is not empty, 'reversal', if(reversed_by is empty, null, 'reversed'))"
_STANDS = "reversed_by is empty and reverses is empty"
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
        posting = [name for name, each in entities.items() if _postings(each, ledger)]
        if not posting:
            for name in ("document", "cause"):
                entry["fields"].drop(name)
                entry["list"]["columns"].drop(name)
                entry["queries"]["standing"]["columns"].drop(name)
            entry["title"] = "day"
            continue
        entry["fields"]["document"]["to"] = posting
        _say_causes(entry["fields"]["cause"], {name: entities[name] for name in posting}, ledger)
        for name in posting:
            _show_entries(entities[name], ledger, entry)


def _postings(content: MarkedMap, ledger: str) -> dict[str, Any]:
    """Return what an entity posts to a ledger, by name."""
    postings = _maps(content.get("post"))
    return {name: each for name, each in postings.items() if each.get("ledger") == ledger}


def _say_causes(cause: MarkedMap, documents: Mapping[str, MarkedMap], ledger: str) -> None:
    """Give each posting of each document a word; one name of several documents is told by them."""
    known: dict[str, list[str]] = {}
    words: dict[str, Any] = {}
    for entity, content in documents.items():
        for name, posting in _postings(content, ledger).items():
            known.setdefault(name, []).append(entity)
            words[f"{name}_{entity}"] = posting.get("label") or content.get("label") or {}
    formula = "posting"
    values = {}
    for name, entities in known.items():
        if len(entities) == 1:
            values[name] = {"label": words[f"{name}_{entities[0]}"]}
            continue
        told = "posting"
        for entity in entities:
            values[f"{name}_{entity}"] = {"label": words[f"{name}_{entity}"]}
            told = f"if(document is {entity}, '{name}_{entity}', {told})"
        formula = f"if(posting = '{name}', {told}, {formula})"
    cause["formula"] = formula
    cause["values"] = marked(values)


def _show_entries(content: MarkedMap, ledger: str, entry: MarkedMap) -> None:
    card = content.setdefault("card", MarkedMap())
    tabs = card.setdefault("tabs", MarkedMap())
    name = f"posted_{ledger}"
    if name not in tabs:
        of = f"{entry_entity(ledger)}.document"
        shown = (each for each in entry["list"]["columns"] if each != "document")
        tabs[name] = marked(
            {
                "label": entry.get("label") or {},
                "related": {"of": of, "columns": dict.fromkeys(shown, {})},
            }
        )


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
        "cause": {"type": "formula", "returns": "picklist", "label": _WORDS["cause"]},
        "taken_back": {
            "type": "formula",
            "returns": "picklist",
            "formula": _HOW,
            "values": _TAKEN_BACK,
            "label": _WORDS["taken_back"],
        },
        "posting": {"type": "text", "label": _WORDS["posting"]},
        "line": {"type": "integer", "label": _WORDS["line"]},
        "part": {"type": "integer", "label": _WORDS["part"]},
        "reverses": {"type": "link", "to": entry, "label": _WORDS["reverses"]},
        "reversed_by": {"type": "link", "to": entry, "label": _WORDS["reversed_by"]},
    }  # fmt: skip
    shown = ["document", "day", "taken_back", "cause", *own]
    return {
        **_envelope(content, "entries"),
        "fields": fields,
        "title": "document",
        "list": {
            "columns": {name: {} for name in shown},
            "sort": {"day": {"desc": True}},
            "lead": list(_maps(content.get("measures"))),
        },
        "queries": {
            "standing": {
                "label": _WORDS["standing"],
                "where": _STANDS,
                "columns": {name: {} for name in shown if name != "taken_back"},
            }
        },
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
