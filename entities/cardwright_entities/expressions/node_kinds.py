"""Which nodes are conditions, and which calculate a value from others."""

from __future__ import annotations

from cardwright_metadata.expressions.tree import (
    Between,
    Binary,
    Call,
    Emptiness,
    Membership,
    Node,
    Related,
    TypeTest,
    Unary,
)

#: Operators that compare two values.
TESTS = frozenset({"=", "!=", "<", "<=", ">", ">=", "contains", "starts", "under"})

#: Questions about related records that are answered by true or false.
QUANTIFIERS = frozenset({"any", "none", "all"})


def is_condition(node: Node) -> bool:
    """Tell whether a node can only be true or false."""
    match node:
        case Unary():
            return node.operator == "not"
        case Binary():
            return node.operator in TESTS or node.operator in ("and", "or")
        case Related():
            return node.quantifier in QUANTIFIERS
        case _:
            return isinstance(node, Membership | Between | Emptiness | TypeTest)


def is_test(node: Node) -> bool:
    """Tell whether a node compares values with each other or with nothing."""
    if isinstance(node, Binary):
        return node.operator in TESTS
    return isinstance(node, Membership | Between | Emptiness)


def is_under(node: Node) -> bool:
    """Tell whether a node asks for a place in a tree."""
    return isinstance(node, Binary) and node.operator == "under"


def is_calculation(node: Node) -> bool:
    """Tell whether a node's value follows from the values of its children."""
    calculates = isinstance(node, Unary | Binary | Membership | Between | Emptiness | Call)
    return calculates and not is_under(node)
