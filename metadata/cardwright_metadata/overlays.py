"""Changes to a definition: operations on keyed paths, and layers laid over each other.

An ``extend`` document is short for operations that record the value they replace, so that later
an upgrade can tell what the pack changed from what the site changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from cardwright_metadata.marks import MarkedMap, Spot, copy_marked, value_at
from cardwright_metadata.problems import Place, Problem
from cardwright_metadata.schema_files import Schema
from cardwright_metadata.words import nearest

#: Order of an item that says none.
USUAL_ORDER = 100

#: Keys of an extension that say what it is and change nothing.
_ENVELOPE = frozenset({"kind", "name", "extend", "since"})


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One change at a keyed path; ``base`` is the value that stood there when it was made."""

    op: str  #: set, add, unset, move, retire
    target: str  #: address of the definition, such as ``entity/quote``
    path: tuple[str, ...]
    value: Any = None
    base: Any = None
    after: str = ""
    key_at: Place | None = None
    value_at: Spot | None = None


def operations_of(change: MarkedMap, current: MarkedMap, target: str) -> tuple[Operation, ...]:
    """Return what a canonical ``extend`` document does to the current definition."""
    return tuple(_walk(change, current, target, ()))


def _walk(
    change: MarkedMap, current: Any, target: str, path: tuple[str, ...]
) -> Iterator[Operation]:
    for key, value in change.items():
        if not path and key in _ENVELOPE:
            continue
        base = current.get(key) if isinstance(current, dict) else None
        here = (*path, key)
        found = Operation(
            op="set",
            target=target,
            path=here,
            base=base,
            key_at=change.keys_at.get(key),
            value_at=change.values_at.get(key),
        )
        if value is None:
            op = "retire" if path == ("fields",) else "unset"
            yield replace(found, op=op)
        elif isinstance(value, MarkedMap) and isinstance(base, dict):
            yield from _walk(value, base, target, here)
        else:
            yield replace(found, op="add" if base is None else "set", value=value)


def apply_operations(content: MarkedMap, operations: Iterable[Operation]) -> MarkedMap:
    """Return the definition with the operations done in their order."""
    changed: MarkedMap = copy_marked(content)
    for each in operations:
        parent = value_at(changed, each.path[:-1])
        if not isinstance(parent, MarkedMap):
            continue
        _apply_one(parent, each)
    return changed


def _apply_one(parent: MarkedMap, operation: Operation) -> None:
    key = operation.path[-1]
    if operation.op == "unset":
        parent.drop(key)
    elif operation.op == "retire":
        if isinstance(parent.get(key), MarkedMap):
            parent[key].put("retired", True, operation.key_at, operation.value_at)
    elif operation.op == "move":
        if isinstance(parent.get(key), MarkedMap):
            parent[key].put("after", operation.after, operation.key_at, operation.value_at)
    else:
        parent.put(key, copy_marked(operation.value), operation.key_at, operation.value_at)


def lay_under(own: MarkedMap, base: MarkedMap) -> None:
    """Complete ``own`` by what only ``base`` says; own keys stay first."""
    for key, value in base.items():
        if key not in own:
            own.put(key, copy_marked(value), base.keys_at.get(key), base.values_at.get(key))
            continue
        inner = own[key]
        both = isinstance(inner, MarkedMap) and isinstance(value, MarkedMap)
        if both and not _says_other_type(inner, value):
            lay_under(inner, value)


def _says_other_type(own: MarkedMap, base: MarkedMap) -> bool:
    """Tell whether a field was given a type of its own, whose options are its own too."""
    return "type" in own and "type" in base and own["type"] != base["type"]


def arrange(content: Any, schema: Schema, path: tuple[str, ...] = ()) -> list[Problem]:
    """Put every keyed map into the order that order, after and before ask for; number its items."""
    problems: list[Problem] = []
    if not isinstance(content, MarkedMap):
        return problems
    if "x-keyed" in schema:
        problems += _arrange_map(content, schema, path)
    properties = schema.get("properties", {})
    others = schema.get("additionalProperties")
    for key, value in content.items():
        inner = properties.get(key, others)
        if isinstance(inner, dict):
            problems += arrange(value, inner, (*path, key))
    return problems


def _arrange_map(content: MarkedMap, schema: Schema, path: tuple[str, ...]) -> list[Problem]:
    problems: list[Problem] = []
    names = sorted(content, key=lambda name: _order_of(content[name]))
    for name in list(names):
        item = content[name]
        if not isinstance(item, MarkedMap):
            continue
        for side, step in (("after", 1), ("before", 0)):
            neighbour = item.get(side)
            if neighbour is None or neighbour == name:
                continue
            if neighbour not in content:
                problems.append(_no_neighbour(item, side, list(content), (*path, name, side)))
                continue
            names.remove(name)
            names.insert(names.index(neighbour) + step, name)
    held = {name: content[name] for name in names}
    content.clear()
    content.update(held)
    item_schema = schema.get("additionalProperties") or {}
    numbered = "order" in item_schema.get("properties", {})
    for position, name in enumerate(names, 1):
        item = content[name]
        if numbered and isinstance(item, MarkedMap):
            item.drop("after")
            item.drop("before")
            item["order"] = position
    return problems


def _order_of(item: Any) -> int:
    order = item.get("order") if isinstance(item, dict) else None
    return order if isinstance(order, int) else USUAL_ORDER


def _no_neighbour(item: MarkedMap, side: str, names: list[str], path: tuple[str, ...]) -> Problem:
    found = str(item[side])
    spot = item.values_at.get(side)
    return Problem(
        place=spot.place if spot else None,
        path=".".join(path),
        code="unknown_neighbour",
        message=f"There is nothing called '{found}' beside this.",
        found=found,
        expected=", ".join(names[:20]),
        nearest=nearest(found, names),
    )
