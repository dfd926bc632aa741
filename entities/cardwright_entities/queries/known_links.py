"""A link compared with a link to any entity whose value is known: what is left of it."""

from __future__ import annotations

from collections.abc import Callable, Container
from decimal import Decimal

from cardwright_entities.expressions.values import RecordRef
from cardwright_metadata.expressions.tree import Binary, Call, Emptiness, Literal, Node, Path


def compared_with_known(
    node: Node, roots: Container[str], known: Callable[[Path], object]
) -> Node | None:
    """Return what is left of such a comparison, None if the node is none."""
    if not isinstance(node, Binary):
        return None
    for call, path in ((node.left, node.right), (node.right, node.left)):
        if not (isinstance(call, Call) and call.function == "record"):
            continue
        if not (isinstance(path, Path) and path.root in roots):
            continue
        entity, link = call.arguments
        value = known(path)
        if not isinstance(value, RecordRef):
            return Emptiness(link, negated=node.operator == "!=")
        if entity == Literal(value.entity):
            return Binary(node.operator, link, Literal(Decimal(value.id)))
        return Literal(node.operator == "!=")
    return None
