"""Entities that close: which of their formulas and mirrors are stored, and as what."""

from __future__ import annotations

from typing import Any

from cardwright_metadata.closing import FROZEN_AT, KEPT, is_lasting
from cardwright_metadata.expressions.names import CURRENT
from cardwright_metadata.linking.names import Names, UnknownPathError
from cardwright_metadata.marks import MarkedMap
from cardwright_metadata.parts import EXPRESSION_MARK


def keep_values(names: Names, entity: str, content: MarkedMap) -> None:
    """Mark the formulas and mirrors of an entity that closes as stored."""
    fields = names.fields(entity)
    if FROZEN_AT not in fields or not fields[FROZEN_AT].get("system"):
        return
    for field in content["fields"].values():
        described = names.type_of(field)
        if described is None or field.get("system") or field.get("retired"):
            continue
        if described.computed == "formula" and not field.get("stored"):
            if is_lasting(_text(field.get("formula"))):
                field[KEPT] = True
        elif described.computed == "mirror" and not field.get("on_edit"):
            kept = _kept_as(names, entity, str(field.get("path")).split("."))
            if kept:
                field[KEPT] = kept


def _text(written: Any) -> str:
    return str(written.get(EXPRESSION_MARK, "") if isinstance(written, dict) else written or "")


def _kept_as(names: Names, entity: str, path: list[str]) -> dict[str, Any]:
    """Return how a mirror's value is stored: the type and decimals of the field it ends in."""
    try:
        end = names.walk(entity, path)
    except UnknownPathError:
        return {}
    if CURRENT in path or end.many or end.type is None or end.type.relation in ("any", "lines"):
        return {}
    field = names.fields(end.entity).get(end.field, {})
    returns = field.get("returns") if end.type.computed in ("formula", "rollup") else field["type"]
    if not returns or end.type.computed == "mirror":
        return {}
    scale = field.get("scale")
    return {"type": returns} | ({"scale": scale} if isinstance(scale, int) else {})
