"""Stages of records: their parts → definitions, and the moment that goes with each stage field."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cardwright_metadata.definitions.stages import (
    MoveDefinition,
    StagesDefinition,
    StateDefinition,
)
from cardwright_metadata.marks import MarkedMap
from cardwright_metadata.parts import Parse, Part, in_order, read_text
from cardwright_metadata.type_catalogue import TypeCatalogue

#: What a type is called that is filled by moves, in ``TypeDescription.computed``.
MOVED = "stage"
#: Behind the name of a stage field: the field that tells since when a record stands there.
SINCE = "_since"


def read_stages(part: Part, parse: Parse) -> StagesDefinition:
    """Build a process from its part."""
    states = in_order(part.get("states"))
    living = [name for name, each in states if not each.get("retired")]
    begins = (name for name, each in states if each.get("initial"))
    return StagesDefinition(
        name=part["name"],
        id=part.get("id", ""),
        label=read_text(part.get("label")),
        description=read_text(part.get("description")),
        pack=part.get("pack", ""),
        initial=next(begins, living[0] if living else ""),
        states={name: _read_state(name, each) for name, each in states},
        moves={name: _read_move(name, each, parse) for name, each in in_order(part.get("moves"))},
    )


def _read_state(name: str, part: Part) -> StateDefinition:
    percent = part.get("probability")
    return StateDefinition(
        name=name,
        label=read_text(part.get("label")),
        description=read_text(part.get("description")),
        colour=part.get("colour", ""),
        final=part.get("final", "outcome" in part),
        outcome=part.get("outcome", ""),
        probability=None if percent is None else Decimal(str(percent)) / 100,
        frozen=part.get("frozen", False),
        locked=part.get("locked", False),
        retired=part.get("retired", False),
        was=tuple(part.get("was", ())),
    )


def _read_move(name: str, part: Part, parse: Parse) -> MoveDefinition:
    who = part.get("who", {})
    return MoveDefinition(
        name=name,
        origins=tuple(part.get("from", ())),
        target=part["to"],
        label=read_text(part.get("label")),
        icon=part.get("icon", ""),
        tone=part.get("tone", ""),
        roles=frozenset(who.get("roles", ())),
        allowed=parse(who["if"]) if "if" in who else None,
        condition=parse(part["if"]) if "if" in part else None,
        message=read_text(part.get("message")),
        asks={field: bool(each.get("required")) for field, each in in_order(part.get("ask"))},
        confirm=read_text(part.get("confirm")),
        sets={field: parse(text) for field, text in part.get("set", {}).items()},
        reverses=part.get("reverses", ""),
        waits_for={entity: parse(text) for entity, text in part.get("waits_for", {}).items()},
    )


def stage_fields(content: Mapping[str, Any], types: TypeCatalogue) -> list[str]:
    """Return the fields of an entity that moves fill."""
    fields = content.get("fields")
    known = set(types.names())
    return [
        name
        for name, each in (fields.items() if isinstance(fields, dict) else ())
        if isinstance(each, dict)
        and each.get("type") in known
        and types.describe(each["type"]).computed == MOVED
    ]


def lay_since(content: MarkedMap, types: TypeCatalogue, pack: str) -> None:
    """Give an entity, beside each stage field, the moment since when its record stands there."""
    for name in stage_fields(content, types):
        fields = content["fields"]
        if name + SINCE in fields:
            continue  # reported where the process of the field is looked up
        since = MarkedMap()
        label = fields[name].get("label")
        words = label if isinstance(label, dict) else {}
        zh, en = words.get("zh", "阶段"), words.get("en", "Stage")
        since["type"] = "datetime"
        since["label"] = {"zh": f"{zh}开始时间", "en": f"{en} since"}
        since["default"] = "now()"
        since["pack"] = pack
        since["system"] = True
        fields[name + SINCE] = since
