"""Fields that the engine keeps for deadlines and recurrences, as if an author had written them.

So lists show, sort and filter them, rules and queries ask for them, and rights hold for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardwright_metadata.definitions.timing import MET, MISSED, PAUSED, RUNNING
from cardwright_metadata.marks import MarkedMap, marked

_STATES: Mapping[str, Any] = {
    RUNNING: {"label": {"zh": "计时中", "en": "Running"}, "colour": "blue"},
    PAUSED: {"label": {"zh": "暂停", "en": "Paused"}, "colour": "grey"},
    MET: {"label": {"zh": "按时完成", "en": "Met"}, "colour": "green"},
    MISSED: {"label": {"zh": "超时", "en": "Missed"}, "colour": "red"},
}
_OF_DEADLINES: Mapping[str, Mapping[str, Any]] = {
    "due": {"type": "datetime", "index": True, "label": {"zh": "{}截止", "en": "{} due"}},
    "state": {"type": "picklist", "values": _STATES, "label": {"zh": "{}时限", "en": "{} state"}},
    "met": {"type": "datetime", "label": {"zh": "{}完成时间", "en": "{} met"}},
    "pauses": {"type": "json", "label": {"zh": "{}暂停时段", "en": "{} pauses"}},
}
_OF_RECURRENCES: Mapping[str, Mapping[str, Any]] = {
    "next": {"type": "date", "index": True, "label": {"zh": "下次{}", "en": "Next {}"}},
}
#: Keys of an entity → the fields that each of their names brings.
KEPT: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "deadlines": _OF_DEADLINES,
    "recurrence": _OF_RECURRENCES,
}


def lay_timing(content: MarkedMap, pack: str) -> None:
    """Give an entity the fields of its deadlines and recurrences."""
    for key, kept in KEPT.items():
        said = content.get(key)
        for name, each in said.items() if isinstance(said, dict) else ():
            for suffix, shape in kept.items():
                _lay(content, f"{name}_{suffix}", shape, each, pack)


def _lay(content: MarkedMap, name: str, shape: Mapping[str, Any], said: Any, pack: str) -> None:
    fields = content.setdefault("fields", MarkedMap())
    if name in fields or not isinstance(said, dict):
        return  # reported where deadlines and recurrences are looked up
    words = said.get("label")
    named = words if isinstance(words, dict) else {}
    usual = name.rpartition("_")[0]
    field = marked(shape)
    field["label"] = marked(
        {
            language: text.format(named.get(language) or named.get("zh") or usual)
            for language, text in shape["label"].items()
        }
    )
    field["copy"] = False
    field["pack"] = pack
    field["system"] = True
    if said.get("retired"):
        field["retired"] = True
    fields[name] = field
