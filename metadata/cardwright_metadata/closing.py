"""Which entities have records that are closed for good, and which of their values are kept for it.

A closed record keeps what it showed. So an entity that closes stores its formulas and mirrors, and
those of its lines; what follows from the day, from who reads or from a setting stays live.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardwright_metadata.definitions.stages import processes_named
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.functions import FUNCTIONS
from cardwright_metadata.expressions.names import CURRENT, functions_of, paths_of
from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.words import CONTEXT_ROOTS
from cardwright_metadata.marks import MarkedMap

#: The built-in trait of entities that close, and its field.
CLOSING = "closing"
FROZEN_AT = "frozen_at"
#: The option of a formula or mirror that is stored because its entity closes.
KEPT = "kept"


def entities_that_close(
    entities: Mapping[str, MarkedMap], processes: Mapping[str, Mapping[str, Any]]
) -> frozenset[str]:
    """Return the entities that say when they are frozen, or stand in frozen states; their lines."""
    closing = {name for name, content in entities.items() if _closes(content, processes)}
    lines = {name for name, content in entities.items() if content.get("owner") in closing}
    return frozenset(closing | lines)


def _closes(content: Mapping[str, Any], processes: Mapping[str, Mapping[str, Any]]) -> bool:
    if content.get("frozen"):
        return True
    fields = content.get("fields")
    written = fields.values() if isinstance(fields, dict) else ()
    named = [
        name
        for each in written
        if isinstance(each, dict)
        for name in processes_named(each.get("stages"))
    ]
    states = (processes.get(name, {}).get("states") for name in named)
    return any(
        isinstance(state, dict) and state.get("frozen") is True
        for found in states
        if isinstance(found, dict)
        for state in found.values()
    )


def is_lasting(text: str) -> bool:
    """Tell whether an expression follows from records alone: not from the day or who reads."""
    try:
        tree = parse(text).tree
    except ExpressionError:
        return False  # reported where it stands
    if any(
        FUNCTIONS[each].clock or FUNCTIONS[each].reading
        for each in functions_of(tree)
        if each in FUNCTIONS
    ):
        return False
    return not any(path.root in CONTEXT_ROOTS or CURRENT in path.names for path in paths_of(tree))
