"""A condition over a head, seen from its lines: every path gets one more hop in front."""

from __future__ import annotations

from dataclasses import replace

from cardwright_metadata.expressions.tree import Node, Path, RecordAt, Related, TypeTest
from cardwright_metadata.expressions.walking import rebuild


def prefix_paths(node: Node, hop: str) -> Node:
    """Return the tree with ``hop`` in front of each path of the record itself."""
    match node:
        case Path(root="$self"):
            return replace(node, root="", names=(hop, *node.names))
        case Path():
            return node if node.root else _prefixed(node, hop)
        case TypeTest():
            return replace(node, operand=_prefixed(node.operand, hop))
        case Related():
            # What stands inside is said of the related records.
            return replace(node, path=_prefixed(node.path, hop))
        case RecordAt():
            node = replace(node, records=_prefixed(node.records, hop))
    return rebuild(node, lambda each: prefix_paths(each, hop))


def _prefixed(path: Path, hop: str) -> Path:
    return replace(path, names=(hop, *path.names))
