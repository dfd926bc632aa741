"""Going through a tree: its children, all its nodes, its height, the same tree with changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from cardwright_metadata.expressions.tree import (
    Between,
    Binary,
    Call,
    Emptiness,
    Find,
    Literal,
    Membership,
    Node,
    Path,
    RecordAt,
    Related,
    TypeTest,
    Unary,
)


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly inside; of a related question its value and condition.

    Of ``at(…)`` it is the day alone: the rest are names, and other records'.
    """
    match node:
        case Unary() | Emptiness() | TypeTest():
            return (node.operand,)
        case Binary():
            return (node.left, node.right)
        case Membership():
            return (node.operand, *node.items)
        case Between():
            return (node.operand, node.low, node.high)
        case Related():
            return tuple(each for each in (node.value, node.where) if each is not None)
        case RecordAt():
            return (node.day,)
        case Find():
            return node.order if node.where is None else (node.where, *node.order)
        case Call():
            return (*node.arguments, *(value for _, value in node.named))
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield every node from the root, left before right."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(children(current)))


def height(node: Node) -> int:
    """Return how many levels the tree has; 1 for a single name."""
    highest = 0
    waiting = [(node, 1)]
    while waiting:
        current, level = waiting.pop()
        highest = max(highest, level)
        waiting.extend((child, level + 1) for child in children(current))
    return highest


def rebuild(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return the node with each of its children changed; itself if it has none."""
    if isinstance(node, Related | RecordAt | Find):
        return _rebuild_question(node, change)
    match node:
        case Unary() | Emptiness():
            return replace(node, operand=change(node.operand))
        case TypeTest():
            operand = change(node.operand)
            return replace(node, operand=operand) if isinstance(operand, Path) else node
        case Binary():
            return replace(node, left=change(node.left), right=change(node.right))
        case Membership():
            items = tuple(change(each) for each in node.items)
            return replace(node, operand=change(node.operand), items=items)
        case Between():
            return replace(
                node,
                operand=change(node.operand),
                low=change(node.low),
                high=change(node.high),
            )
        case Call():
            arguments = tuple(change(each) for each in node.arguments)
            named = tuple((name, change(value)) for name, value in node.named)
            return replace(node, arguments=arguments, named=named)
        case Literal() | Path():
            return node


def _rebuild_question(
    node: Related | RecordAt | Find, change: Callable[[Node], Node]
) -> Related | RecordAt | Find:
    match node:
        case Related():
            return replace(
                node, value=_changed(node.value, change), where=_changed(node.where, change)
            )
        case RecordAt():
            return replace(node, day=change(node.day))
        case Find():
            order = tuple(change(each) for each in node.order)
            return replace(node, where=_changed(node.where, change), order=order)


def _changed(node: Node | None, change: Callable[[Node], Node]) -> Node | None:
    return None if node is None else change(node)


def operands(node: Node, operator: str) -> list[Node]:
    """Return what a chain of ``and`` or ``or`` joins, from left to right."""
    found: list[Node] = []
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Binary) and current.operator == operator:
            waiting += (current.right, current.left)
        else:
            found.append(current)
    return found


def chain(operator: str, nodes: Sequence[Node]) -> Node:
    """Join nodes by ``and`` or ``or`` into a tree of little height, however many they are.

    ``all`` of nothing is true, ``any`` of nothing false.
    """
    if not nodes:
        return Literal(operator == "and")
    level = list(nodes)
    while len(level) > 1:
        pairs = [
            Binary(operator, level[index], level[index + 1], at=level[index].at)
            for index in range(0, len(level) - 1, 2)
        ]
        level = pairs + level[len(level) - len(level) % 2 :]
    return level[0]
