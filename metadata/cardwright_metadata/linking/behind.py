"""States that only approved records reach: from there a move may lead back without asking again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardwright_metadata.definitions.stages import ANY_STATE


def states_behind(process: Mapping[str, Any], approved: str) -> frozenset[str]:
    """Return the states of a process into which nothing leads but from behind an approval.

    They are locked or frozen: what was approved has not changed there.
    """
    states = process.get("states") or {}
    first = next((name for name, each in states.items() if each.get("initial")), "")
    behind = {
        name
        for name, each in states.items()
        if (each.get("locked") or each.get("frozen")) and name not in (approved, first)
    } - set(list(states)[: 0 if first else 1])
    while True:
        ways = {name: _origins(process, name) for name in behind}
        out = {name for name, each in ways.items() if not each or each - behind - {approved}}
        if not out:
            return frozenset(behind)
        behind -= out


def _origins(process: Mapping[str, Any], state: str) -> set[str]:
    """Return the states from which moves lead into one; the word any is none of those behind."""
    return {
        str(origin)
        for move in (process.get("moves") or {}).values()
        if move.get("to") == state
        for origin in (move.get("from") or (ANY_STATE,))
        if origin != state
    }
