"""What a query's condition may ask at most; the JSON form keeps the same limits as it is read."""

from __future__ import annotations

from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.limits import (
    MAXIMUM_CONDITIONS,
    MAXIMUM_QUERY_DEPTH,
    MAXIMUM_VALUES,
)
from cardwright_metadata.expressions.tree import (
    Binary,
    Membership,
    Node,
    RecordAt,
    Related,
    Unary,
)
from cardwright_metadata.expressions.walking import children, operands, walk


def check_query_limits(node: Node) -> None:
    """Raise ExpressionError (too_deep, too_large) if the condition is more than a query takes."""
    if _depth(node) > MAXIMUM_QUERY_DEPTH:
        raise ExpressionError("too_deep", f"Nest conditions at most {MAXIMUM_QUERY_DEPTH} deep.")
    conditions = values = 0
    for each in walk(node):
        conditions += _is_condition(each)
        values += len(each.items) if isinstance(each, Membership) else 0
    if conditions > MAXIMUM_CONDITIONS:
        raise ExpressionError("too_large", f"Write at most {MAXIMUM_CONDITIONS} conditions.")
    if values > MAXIMUM_VALUES:
        raise ExpressionError("too_large", f"Give at most {MAXIMUM_VALUES} values.")


def _is_condition(node: Node) -> bool:
    if isinstance(node, Binary):
        return node.operator not in ("and", "or", "+", "-", "*", "/")
    return isinstance(node, Membership | Related | RecordAt) or type(node).__name__ in _TESTS


_TESTS = frozenset({"Between", "Emptiness", "TypeTest"})


def _depth(node: Node) -> int:
    """Count as JSON does: all, any, not and related each open a level."""
    deepest = 0
    waiting: list[tuple[Node, int]] = [(node, 1)]
    while waiting:
        current, level = waiting.pop()
        deepest = max(deepest, level)
        if isinstance(current, Binary) and current.operator in ("and", "or"):
            inner = operands(current, current.operator)
            waiting.extend((each, level + 1) for each in inner)
        else:
            opens = isinstance(current, Related | RecordAt) or (
                isinstance(current, Unary) and current.operator == "not"
            )
            waiting.extend((each, level + opens) for each in children(current))
    return deepest
