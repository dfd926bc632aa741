"""A condition over a head, seen from its lines: every path gets one more hop in front."""

from __future__ import annotations

from dataclasses import replace

from cardwright_metadata.expressions.tree import (
    Between,
    Binary,
    Call,
    Emptiness,
    Membership,
    Node,
    Path,
    Related,
    TypeTest,
    Unary,
)


def prefix_paths(node: Node, hop: str) -> Node:  # noqa: PLR0911 - one return a kind of node
    """Return the tree with ``hop`` in front of each path of the record itself."""
    match node:
        case Path():
            return node if node.root else replace(node, names=(hop, *node.names))
        case Unary():
            return replace(node, operand=prefix_paths(node.operand, hop))
        case Binary():
            return replace(
                node, left=prefix_paths(node.left, hop), right=prefix_paths(node.right, hop)
            )
        case Membership():
            items = tuple(prefix_paths(each, hop) for each in node.items)
            return replace(node, operand=prefix_paths(node.operand, hop), items=items)
        case Between():
            return replace(
                node,
                operand=prefix_paths(node.operand, hop),
                low=prefix_paths(node.low, hop),
                high=prefix_paths(node.high, hop),
            )
        case Emptiness():
            return replace(node, operand=prefix_paths(node.operand, hop))
        case TypeTest():
            return replace(node, operand=replace(node.operand, names=(hop, *node.operand.names)))
        case Related():
            return replace(node, path=replace(node.path, names=(hop, *node.path.names)))
        case Call():
            arguments = tuple(prefix_paths(each, hop) for each in node.arguments)
            named = tuple((name, prefix_paths(each, hop)) for name, each in node.named)
            return replace(node, arguments=arguments, named=named)
        case _:
            return node
