"""What the parser has read → nodes of the tree; a method for each rule of the grammar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, cast

from lark import Token, Transformer

from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.functions import AGGREGATES, AT, EMPTINESS, FUNCTIONS
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
from cardwright_metadata.expressions.walking import chain

_LOOK_UPS = frozenset({"find", "exists"})
_BY_NAME = "Ask this of related records by their name."
_CONSTANTS = {"TRUE": True, "FALSE": False, "NULL": None}


@dataclass(frozen=True)
class _Argument:
    """One argument of a call as written: ``x``, ``items where x`` or ``name: x``."""

    value: Node
    where: Node | None = None
    name: str = ""


class Building(Transformer[Token, Node]):
    """Makes nodes while the parser reads, so that no deep tree of tokens ever exists."""

    def start(self, parts: list[Node]) -> Node:
        return parts[0]

    def disjunction(self, parts: list[Node]) -> Node:
        return chain("or", parts)

    def conjunction(self, parts: list[Node]) -> Node:
        return chain("and", parts)

    def negated(self, parts: list[Any]) -> Node:
        return Unary("not", parts[1], at=_start(parts[0]))

    def compared(self, parts: list[Any]) -> Node:
        return _binary(parts)

    added = multiplied = compared

    def contained(self, parts: list[Any]) -> Node:
        left, negation, operator, right = parts
        node = Binary(str(operator.value), left, right, at=left.at)
        return node if negation is None else Unary("not", node, at=left.at)

    def spanned(self, parts: list[Any]) -> Node:
        operand, negation, low, high = parts
        node = Between(operand, low, high, at=operand.at)
        return node if negation is None else Unary("not", node, at=operand.at)

    def tested(self, parts: list[Any]) -> Node:
        operand, negation, test = parts
        negated = negation is not None
        if test.type != "NAME":
            return Emptiness(operand, negated, at=operand.at)
        if not isinstance(operand, Path):
            raise ExpressionError(
                "unexpected", "Only a field can be tested by 'is'.", operand.at, expected="empty"
            )
        return TypeTest(operand, str(test.value), negated, at=operand.at)

    def member(self, parts: list[Any]) -> Node:
        operand, negation, items = parts
        members = items if isinstance(items, tuple) else (items,)
        return Membership(operand, members, negation is not None, at=operand.at)

    def listed(self, parts: list[Any]) -> tuple[Node, ...]:
        return tuple(each for each in parts if each is not None)

    def quantified(self, parts: list[Any]) -> Node:
        operand, quantifier, *rest = parts
        condition = rest[0] if rest else None
        if not isinstance(operand, Path):
            raise ExpressionError("unexpected", _BY_NAME, operand.at)
        where = _condition(condition)
        return Related(str(quantifier.value), operand, where=where, at=operand.at)

    def minus(self, parts: list[Any]) -> Node:
        sign, operand = parts
        adjacent = operand.at == _start(sign) + 1
        if isinstance(operand, Literal) and isinstance(operand.value, Decimal):  # noqa: SIM102 - reads as two thoughts
            if adjacent and operand.value > 0:
                return Literal(-operand.value, at=_start(sign))
        return Unary("-", operand, at=_start(sign))

    def literal(self, parts: list[Token]) -> Node:
        token = parts[0]
        at = _start(token)
        if token.type == "NUMBER":
            return Literal(_number(str(token.value)), at=at)
        if token.type == "TEXT":
            return Literal(str(token.value), at=at)
        return Literal(_CONSTANTS[token.type], at=at)

    def path(self, parts: list[Token]) -> Node:
        first = parts[0]
        root = str(first.value) if first.type == "VARIABLE" else ""
        named = parts[1:] if root else parts
        if root == "$line":
            root = "$each"
        return Path(_names(named), root, at=_start(first))

    def marked(self, parts: list[Token | None]) -> Node:
        root, _, entity, mark = parts
        at = 0 if root is None else _start(root)
        name = "" if mark is None else str(mark.value).strip()
        if mark is not None and not name:
            message = "Write the name of a tag or of a favourites folder."
            raise ExpressionError("unexpected", message, _start(mark), "''")
        names = () if entity is None else (str(entity.value),)
        return Path(names, str(root), mark=name, at=at)

    def reached(self, parts: list[Any]) -> Node:
        call, dot, *rest = parts
        if not isinstance(call, RecordAt | Find) or (isinstance(call, Find) and call.tests):
            raise ExpressionError("unexpected", "'.' cannot stand here.", _start(dot), ".")
        return replace(call, value=Path(_names(rest), at=_start(rest[0])))

    def argument(self, parts: list[Any]) -> _Argument:
        return _Argument(*parts)

    def named(self, parts: list[Any]) -> _Argument:
        name, value = parts
        return _Argument(value, name=str(name.value))

    def call(self, parts: list[Any]) -> Node:
        token, *rest = parts
        given = [each for each in rest if each is not None]
        name, at = str(token.value), _start(token)
        if name == EMPTINESS and len(given) == 1:
            return Emptiness(given[0].value, at=at)
        if name in AGGREGATES and _asks_related(name, given):
            return _related(name, given, at)
        if name in _LOOK_UPS:
            return _find(name, given, at)
        for each in given:
            if each.where is not None:
                raise ExpressionError(
                    "unexpected", "'where' stands behind related records only.", each.where.at
                )
        if name in AGGREGATES and name not in FUNCTIONS:
            raise _arguments(name, at)
        return _call(name, given, at)


def _find(name: str, given: Sequence[_Argument], at: int) -> Node:
    """Read ``find(entity, condition, sort …)``, also ``find(entity where condition, sort …)``."""
    source = given[0].value if given else None
    if not isinstance(source, Path) or source.root or len(source.names) != 1:
        raise _arguments(name, at)
    rest = [each.value for each in given[1:]]
    where = given[0].where
    if where is None:
        where = rest.pop(0) if rest else None
    tests = name == "exists"
    if any(each.name for each in given) or any(each.where for each in given[1:]):
        raise _arguments(name, at)
    if tests and rest:
        raise _arguments(name, at)
    for each in rest:
        path = each.operand if isinstance(each, Unary) and each.operator == "-" else each
        if not isinstance(path, Path) or path.root or not path.names:
            message = "Sort by a field, with a minus in front from high to low."
            raise ExpressionError("unexpected", message, each.at, expected="-price")
    return Find(source.names[0], _condition(where), tuple(rest), tests=tests, at=at)


def _start(token: Token) -> int:
    return token.start_pos or 0


def _names(tokens: Sequence[Token]) -> tuple[str, ...]:
    return tuple(
        f"[{each.value}]" if each.type == "LABEL" else str(each.value)
        for each in tokens
        if each.type != "DOT"
    )


def _binary(parts: Sequence[Any]) -> Node:
    left, operator, right = parts
    if operator.type == "JOIN":
        return Call("concat", (left, right), at=left.at)
    return Binary(str(operator.value), left, right, at=left.at)


def _number(written: str) -> Decimal:
    if written.endswith("%"):
        return Decimal(written[:-1]).scaleb(-2)
    return Decimal(written)


def _condition(node: Node | None) -> Node | None:
    # ``(true)`` is no condition at all, so that there is one tree for one meaning.
    return None if isinstance(node, Literal) and node.value is True else node


def _asks_related(name: str, given: Sequence[_Argument]) -> bool:
    """Tell whether ``min(…)`` asks related records; without ``where`` the types decide later."""
    if not given or not isinstance(given[0].value, Path):
        return False
    return name not in FUNCTIONS or given[0].where is not None


def _related(name: str, given: Sequence[_Argument], at: int) -> Node:
    source, *values = given
    wanted = 0 if name == "count" else 1
    if len(values) != wanted or any(each.where or each.name for each in values):
        raise _arguments(name, at)
    value = values[0].value if values else None
    path = cast("Path", source.value)
    return Related(name, path, value, _condition(source.where), at=at)


def _call(name: str, given: Sequence[_Argument], at: int) -> Node:
    function = FUNCTIONS.get(name)
    if function is None:
        raise _arguments(name, at)
    positional = tuple(each.value for each in given if not each.name)
    named = tuple((each.name, each.value) for each in given if each.name)
    if named and not function.reading:
        raise ExpressionError("unexpected", f"'{name}' takes no named arguments.", at, name)
    most = function.maximum
    if len(positional) < function.minimum or (most is not None and len(positional) > most):
        raise _arguments(name, at)
    return _record_at(positional, at) if name == AT else Call(name, positional, named, at=at)


def _record_at(given: Sequence[Node], at: int) -> Node:
    records, day = given
    if not isinstance(records, Path):
        raise ExpressionError("unexpected", _BY_NAME, records.at)
    return RecordAt(records, day, at=at)


def _arguments(name: str, at: int) -> ExpressionError:
    return ExpressionError(
        "wrong_arguments", f"'{name}' takes other arguments.", at, name, expected=signature(name)
    )


def signature(name: str) -> str:
    """Return how a function is written: ``round(decimal, decimal?)``."""
    if name in FUNCTIONS:
        return f"{name}({', '.join(FUNCTIONS[name].parameters)})"
    if name == "count":
        return "count(records where condition)"
    return f"{name}(records where condition, value)"
