"""Emptiness of to-many fields: ``items is empty`` asks whether there is no such record."""

from __future__ import annotations

from cardwright_entities.expressions.names import TypeScope, UnknownNameError
from cardwright_metadata.expressions.tree import Emptiness, Node, Path, Related
from cardwright_metadata.expressions.walking import rebuild


def ask_for_any(tree: Node, scope: TypeScope) -> Node:
    """Return the tree with each such test as a question about the related records."""
    match tree:
        case Emptiness(operand=Path() as path) if _leads_to_many(path, scope):
            return Related("any" if tree.negated else "none", path, at=tree.at)
        case Related():
            try:
                inner = scope.related(tree.path)
            except UnknownNameError:
                return tree  # the check says so, with its place
            return rebuild(tree, lambda node: ask_for_any(node, inner))
    return rebuild(tree, lambda node: ask_for_any(node, scope))


def _leads_to_many(path: Path, scope: TypeScope) -> bool:
    try:
        found = scope.type_of(path)
    except UnknownNameError:
        return False
    return found.kind == "list" and found.item is not None and found.item.kind == "record"
