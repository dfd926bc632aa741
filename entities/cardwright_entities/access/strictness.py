"""Conditions of rights are stricter than others: what rests on an empty value is denied.

In a query ``level != 'c'`` holds for a record without a level. In a grant it does not: a value
that is not there gives nobody a right, whichever way the condition is turned.
"""

from __future__ import annotations

from cardwright_metadata.expressions.tree import (
    Binary,
    Call,
    Emptiness,
    Literal,
    Node,
    Path,
    Related,
    TypeTest,
    Unary,
)
from cardwright_metadata.expressions.walking import chain, children, operands


def deny_empty(tree: Node, *, holds: bool = True) -> Node:
    """Return a condition that is true where the given one surely is (or, if asked, is not).

    Every value that a comparison reads must be there, unless ``is empty`` asks just that.
    """
    match tree:
        case Unary(operator="not"):
            return deny_empty(tree.operand, holds=not holds)
        case Binary(operator="and" | "or"):
            parts = [deny_empty(each, holds=holds) for each in operands(tree, tree.operator)]
            together = tree.operator if holds else {"and": "or", "or": "and"}[tree.operator]
            return chain(together, parts)
        case Emptiness():
            return tree if holds else Emptiness(tree.operand, not tree.negated, tree.at)
        case Binary(operator="=" | "!=", right=Literal(value=None)):
            asked = Emptiness(tree.left, tree.operator == "!=", tree.at)
            return deny_empty(asked, holds=holds)
        case Related(quantifier="any" | "none" | "all"):
            return _quantified(tree, holds)
    test = tree if holds else Unary("not", tree)
    read = list(dict.fromkeys(_values_read(tree)))
    return chain("and", [test, *(Emptiness(each, negated=True) for each in read)])


def _quantified(tree: Related, holds: bool) -> Node:
    """Turn the question so that its inner condition is asked for what is sure."""
    where = Literal(True) if tree.where is None else tree.where
    if (tree.quantifier == "any") == holds and tree.quantifier != "all":
        return Related("any", tree.path, where=deny_empty(where))
    if tree.quantifier == "all":
        if holds:
            return Related("all", tree.path, where=deny_empty(where))
        return Related("any", tree.path, where=deny_empty(where, holds=False))
    return Related("all", tree.path, where=deny_empty(where, holds=False))


def _values_read(tree: Node) -> list[Path]:
    """Return the paths of the record itself, and of who reads, that a comparison looks at."""
    match tree:
        case Path(root="$my_subordinates"):
            # Nobody below is an answer; to be nobody oneself is none.
            return [Path((), "$me")]
        case Path():
            return [tree] if tree.names or tree.root not in ("", "$self") else []
        case TypeTest():
            return [tree.operand]
        case Related():
            return []
        case Call(function="coalesce"):
            # It says itself what stands for an empty value.
            return []
    return [path for each in children(tree) for path in _values_read(each)]
