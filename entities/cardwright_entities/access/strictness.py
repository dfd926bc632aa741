"""Conditions of rights are stricter than others: what rests on an empty value is denied.

In a query ``level != 'c'`` holds for a record without a level. In a grant it does not: a value
that is not there gives nobody a right, whichever way the condition is turned.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cardwright_entities.model.scopes import EntityScope
from cardwright_metadata.expressions.tree import (
    Binary,
    Call,
    Emptiness,
    Literal,
    Node,
    Path,
    RecordAt,
    Related,
    TypeTest,
    Unary,
)
from cardwright_metadata.expressions.walking import chain, children, operands
from cardwright_metadata.expressions.words import RECORD_SETS


def deny_empty(tree: Node, scope: EntityScope, *, holds: bool = True) -> Node:
    """Return a condition that is true where the given one surely is (or, if asked, is not).

    Every value that a comparison reads must be there, unless ``is empty`` asks just that.
    """
    match tree:
        case Unary(operator="not"):
            return deny_empty(tree.operand, scope, holds=not holds)
        case Binary(operator="and" | "or"):
            parts = [deny_empty(each, scope, holds=holds) for each in operands(tree, tree.operator)]
            together = tree.operator if holds else {"and": "or", "or": "and"}[tree.operator]
            return chain(together, parts)
        case Emptiness():
            return tree if holds else Emptiness(tree.operand, not tree.negated, tree.at)
        case Binary(operator="=" | "!=", right=Literal(value=None)):
            asked = Emptiness(tree.left, tree.operator == "!=", tree.at)
            return deny_empty(asked, scope, holds=holds)
        case Related(quantifier="any" | "none" | "all"):
            return _quantified(tree, scope, holds)
    test = tree if holds else Unary("not", tree)
    read = list(dict.fromkeys(_values_read(tree)))
    return chain("and", [test, *(Emptiness(each, negated=True) for each in read)])


#: What to ask of related records so that the answer is sure: which question, and whether its
#: condition must hold or must not; by the question that is asked, and whether it must hold.
_SURE: Mapping[tuple[str, bool], tuple[str, bool]] = MappingProxyType(
    {
        ("any", True): ("any", True),
        ("any", False): ("all", False),
        ("none", True): ("all", False),
        ("none", False): ("any", True),
        ("all", True): ("all", True),
        ("all", False): ("any", False),
    }
)


#: Names that stand for several records, and the one without which they say nothing.
_SETS: Mapping[str, str] = MappingProxyType(
    {
        "$my_subordinates": "$me",
        "$my_teams": "$me",
        "$my_departments": "$my_department",
        "$my_organisations": "$my_organisation",
    }
)


def _quantified(tree: Related, scope: EntityScope, holds: bool) -> Node:
    quantifier, inner_holds = _SURE[tree.quantifier, holds]
    where = Literal(True) if tree.where is None else tree.where
    sure = deny_empty(where, scope.related(tree.path), holds=inner_holds)
    question = Related(quantifier, tree.path, where=sure)
    passed = scope.hops_before(tree.path)
    if quantifier == "any" or not passed:
        return question
    # Of no records everything holds: at least the record that has them must be there.
    return chain("and", [question, Emptiness(Path((*passed, "version")), negated=True)])


def _values_read(tree: Node) -> list[Node]:
    """Return what a comparison reads of the record itself, and of who reads."""
    match tree:
        case Path() if tree.root in RECORD_SETS:
            # A role is enough to be shared with; nothing being shared is an answer.
            return []
        case Path() if tree.root in _SETS:
            # Nobody below, or no team, is an answer; to be nobody oneself is none.
            return [Path((), _SETS[tree.root])]
        case Path():
            return [tree] if tree.names or tree.root not in ("", "$self") else []
        case TypeTest():
            return [tree.operand]
        case Related():
            return []
        case RecordAt():
            return [tree, *_values_read(tree.day)]
        case Call(function="coalesce"):
            # It says itself what stands for an empty value.
            return []
    return [read for each in children(tree) for read in _values_read(each)]
