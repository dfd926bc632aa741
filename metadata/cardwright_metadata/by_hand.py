"""Which entities remember what people set by hand: those with suggestions or equations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: The built-in trait that gives them the field for it.
BY_HAND = "by_hand"
#: That field: a list of names.
FIELD_BY_HAND = "set_by_hand"


def has_suggestions(content: Mapping[str, Any]) -> bool:
    """Tell whether an entity has to remember which of its fields somebody set himself."""
    fields = content.get("fields")
    suggests = isinstance(fields, dict) and any(
        isinstance(each, dict) and each.get("suggest") and not each.get("retired")
        for each in fields.values()
    )
    return suggests or bool(content.get("solve"))
