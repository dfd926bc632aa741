"""Conditions as JSON: the same tree, in the form that the API and the filter builder speak."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cardwright_metadata.expressions.errors import ExpressionError, nearest_word
from cardwright_metadata.expressions.limits import (
    MAXIMUM_CONDITIONS,
    MAXIMUM_DIGITS,
    MAXIMUM_LENGTH,
    MAXIMUM_QUERY_DEPTH,
    MAXIMUM_VALUES,
)
from cardwright_metadata.expressions.names import dotted
from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.text import write, write_literal
from cardwright_metadata.expressions.tree import (
    Between,
    Binary,
    Call,
    Emptiness,
    Literal,
    Membership,
    Node,
    Path,
    Related,
    TypeTest,
    Unary,
)
from cardwright_metadata.expressions.walking import chain, operands
from cardwright_metadata.expressions.words import KEYWORDS, MARK_ROOTS, ROOTS

_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=", "contains", "starts", "under")
_QUANTIFIERS = ("any", "none", "all", "count")
_OPERATORS = (*_COMPARISONS, "in", "not_in", "between", "empty", "not_empty", "is", "is_not")
_NAME = re.compile(r"[a-z_][a-z0-9_]*")


def from_json(filter_: object) -> Node:
    """Return the tree; raise ExpressionError (too_deep, too_large, bad_filter …).

    ``{"all": […]}``, ``{"any": […]}``, ``{"not": …}``, ``{"field", "op", "value"}``,
    ``{"related": "items", "any": {…}}`` (or none, all; count with op and value),
    ``{"expression": "…"}``. A value may be ``{"expression": "today()"}`` or, for a link to any
    entity, ``{"entity": "customer", "id": 12}``. Whether a record is marked is asked by
    ``{"field": "$self", "op": "in", "value": ["$tagged('VIP')"]}``.
    """
    return _Reading().condition(filter_, 1)


def to_json(node: Node) -> dict[str, Any]:
    """Return the JSON form; what it has no words for becomes ``{"expression": "…"}``."""
    match node:
        case Binary(operator="and" | "or"):
            parts = operands(node, node.operator)
            if chain(node.operator, parts) != node:
                parts = [node.left, node.right]
            return {"all" if node.operator == "and" else "any": [to_json(each) for each in parts]}
        case Unary(operator="not"):
            return {"not": to_json(node.operand)}
        case Related(quantifier="any" | "none" | "all") if _is_plain(node.path):
            inner = {} if node.where is None else to_json(node.where)
            return {"related": dotted(node.path), node.quantifier: inner}
        case Literal(value=bool()):
            return {"all": []} if node.value else {"any": []}
    return _test_to_json(node) or {"expression": write(node)}


def _test_to_json(node: Node) -> dict[str, Any] | None:
    match node:
        case Binary(left=Path() as path) if node.operator in _COMPARISONS and _is_plain(path):
            return {"field": dotted(path), "op": node.operator, "value": _value(node.right)}
        case Membership(operand=Path() as path) if _is_plain(path):
            op = "not_in" if node.negated else "in"
            own = path.root == "$self"
            items = [(own and _mark(each)) or _value(each) for each in node.items]
            return {"field": dotted(path), "op": op, "value": items}
        case Between(operand=Path() as path) if _is_plain(path):
            ends = [_value(node.low), _value(node.high)]
            return {"field": dotted(path), "op": "between", "value": ends}
        case Emptiness(operand=Path() as path) if _is_plain(path):
            return {"field": dotted(path), "op": "not_empty" if node.negated else "empty"}
        case TypeTest() if _is_plain(node.operand):
            op = "is_not" if node.negated else "is"
            return {"field": dotted(node.operand), "op": op, "value": node.entity}
    return None


def _mark(node: Node) -> str:
    """Return how a set of marked records is written, empty for anything else."""
    return dotted(node) if isinstance(node, Path) and node.root in MARK_ROOTS else ""


def _as_mark(value: object) -> object:
    """Return a set of marked records as what a value may be, anything else as it is."""
    is_mark = isinstance(value, str) and value.startswith(tuple(MARK_ROOTS))
    return {"expression": value} if is_mark else value


def _is_plain(path: Path) -> bool:
    return all(_NAME.fullmatch(name) for name in path.names)


def _value(node: Node) -> Any:
    match node:
        case Literal(value=bool() | str() | None):
            return node.value
        case Literal(value=Decimal() as number):
            return _json_number(number)
        case Literal():
            return write_literal(node.value)[1:-1]
        case Call(function="record", arguments=(Literal(value=str() as entity), Literal() as id_)):
            return {"entity": entity, "id": _value(id_)}
        case _:
            return {"expression": write(node)}


def _json_number(number: Decimal) -> Any:
    """Return a JSON number where it says the same exactly, else the number as an expression."""
    if number == number.to_integral_value() and abs(number) < 2**53:
        return int(number)
    if Decimal(repr(float(number))) == number:
        return float(number)
    return {"expression": write_literal(number)}


@dataclass
class _Reading:
    """One filter on its way to a tree, with what it has used up of the limits."""

    conditions: int = 0
    values: int = 0

    def condition(self, part: object, depth: int) -> Node:
        if depth > MAXIMUM_QUERY_DEPTH:
            raise ExpressionError(
                "too_deep", f"Nest conditions at most {MAXIMUM_QUERY_DEPTH} deep."
            )
        if not isinstance(part, Mapping):
            raise _bad("A condition is an object.", part)
        for key, read in self._forms().items():
            if key in part:
                return read(part, depth)
        raise _bad("A condition has one of all, any, not, field, related, expression.", part)

    def _forms(self) -> dict[str, Callable[[Mapping[str, Any], int], Node]]:
        return {
            "related": self._related,
            "field": self._field,
            "all": lambda part, depth: self._chain("and", "all", part, depth),
            "any": lambda part, depth: self._chain("or", "any", part, depth),
            "not": self._negation,
            "expression": self._expression,
        }

    def _chain(self, operator: str, key: str, part: Mapping[str, Any], depth: int) -> Node:
        _refuse_others(part, {key})
        if not isinstance(part[key], Sequence) or isinstance(part[key], str):
            raise _bad(f"'{key}' holds a list of conditions.", part[key])
        if len(part[key]) > MAXIMUM_CONDITIONS:
            raise _too_many_conditions()
        return chain(operator, [self.condition(each, depth + 1) for each in part[key]])

    def _negation(self, part: Mapping[str, Any], depth: int) -> Node:
        _refuse_others(part, {"not"})
        return Unary("not", self.condition(part["not"], depth + 1))

    def _expression(self, part: Mapping[str, Any], depth: int) -> Node:
        _refuse_others(part, {"expression"})
        self._count_condition()
        return parse(_text(part["expression"])).tree

    def _related(self, part: Mapping[str, Any], depth: int) -> Node:
        quantifiers = [each for each in _QUANTIFIERS if each in part]
        if len(quantifiers) != 1:
            raise _bad("'related' stands with one of any, none, all, count.", part)
        quantifier = quantifiers[0]
        counted = {"op", "value"} if quantifier == "count" else set()
        _refuse_others(part, {"related", quantifier, *counted})
        self._count_condition()
        inner = part[quantifier]
        where = None if inner in (None, {}) else self.condition(inner, depth + 1)
        question = Related(quantifier, _path(part["related"]), where=where)
        if quantifier != "count":
            return question
        operator = part.get("op", ">=")
        if operator not in _COMPARISONS[:6]:
            raise _unknown_operator(operator, _COMPARISONS[:6])
        return Binary(operator, question, self._value(part.get("value")))

    def _field(self, part: Mapping[str, Any], depth: int) -> Node:
        _refuse_others(part, {"field", "op", "value"})
        self._count_condition()
        path, operator, value = _path(part["field"]), part.get("op", "="), part.get("value")
        if not isinstance(operator, str) or operator not in _OPERATORS:
            raise _unknown_operator(operator, _OPERATORS)
        if operator in _COMPARISONS:
            return Binary(operator, path, self._value(value))
        if operator in ("in", "not_in"):
            if path.root == "$self" and isinstance(value, list):
                value = [_as_mark(each) for each in value]
            return Membership(path, self._list(value), operator == "not_in")
        if operator == "between":
            ends = self._list(value)
            if len(ends) != 2:
                raise _bad("'between' takes a list of two values.", value)
            return Between(path, *ends)
        if operator in ("is", "is_not"):
            return TypeTest(path, _name(value), operator == "is_not")
        return Emptiness(path, operator == "not_empty")

    def _list(self, value: object) -> tuple[Node, ...]:
        if isinstance(value, Mapping):
            return (self._value(value),)
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise _bad("This operator takes a list of values.", value)
        if len(value) > MAXIMUM_VALUES:
            raise _too_many_values()
        return tuple(self._value(each) for each in value)

    def _value(self, value: object) -> Node:
        self.values += 1
        if self.values > MAXIMUM_VALUES:
            raise _too_many_values()
        if value is None or isinstance(value, bool):
            return Literal(value)
        if isinstance(value, str):
            return Literal(_text(value))
        if isinstance(value, (int, float, Decimal)):
            return Literal(_number(value))
        if isinstance(value, Mapping) and set(value) == {"expression"}:
            return parse(_text(value["expression"])).tree
        if isinstance(value, Mapping) and set(value) == {"entity", "id"}:
            return Call("record", (Literal(_name(value["entity"])), self._value(value["id"])))
        raise _bad("A value is a text, a number, true, false, null or a list of these.", value)

    def _count_condition(self) -> None:
        self.conditions += 1
        if self.conditions > MAXIMUM_CONDITIONS:
            raise _too_many_conditions()


def _refuse_others(part: Mapping[str, Any], known: set[str]) -> None:
    others = [str(key) for key in part if key not in known]
    if others:
        near = nearest_word(others[0], known)
        raise ExpressionError(
            "bad_filter", "This key cannot stand here.", 0, others[0][:50], nearest=near
        )


def _path(value: object) -> Path:
    text = _text(value)
    root, names = "", text.split(".")
    if names[0].startswith("$"):
        root, *names = names
    if (root and root not in ROOTS) or not all(_NAME.fullmatch(name) for name in names):
        raise _bad("A field is a name, or names with dots over links.", value)
    if not root and any(name in KEYWORDS for name in names):
        raise _bad("This word of the language names no field.", value)
    return Path(tuple(names), root)


def _name(value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise _bad("This operator takes the name of an entity.", value)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _bad("A text is expected here.", value)
    if len(value) > MAXIMUM_LENGTH:
        raise ExpressionError("too_long", f"Write at most {MAXIMUM_LENGTH} characters.")
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in value):
        raise ExpressionError("bad_character", "Remove the characters that are no text.")
    return value


def _number(value: int | float | Decimal) -> Decimal:
    if isinstance(value, int) and abs(value) >= 10**MAXIMUM_DIGITS:
        raise ExpressionError("too_large", "This number is too large.")
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise _bad("A number is expected here.", value)
    places = -int(number.as_tuple().exponent)
    if number.adjusted() >= MAXIMUM_DIGITS or places > MAXIMUM_DIGITS:
        raise ExpressionError("too_large", "This number is too large.")
    return number


def _bad(message: str, found: object) -> ExpressionError:
    shown = found if isinstance(found, str) else type(found).__name__
    return ExpressionError("bad_filter", message, 0, shown[:50])


def _unknown_operator(operator: object, known: Sequence[str]) -> ExpressionError:
    shown = str(operator)[:50] if isinstance(operator, str) else type(operator).__name__
    near = nearest_word(shown, known)
    return ExpressionError(
        "unknown_operator", "There is no such operator.", 0, shown, ", ".join(known), near
    )


def _too_many_conditions() -> ExpressionError:
    return ExpressionError("too_large", f"Write at most {MAXIMUM_CONDITIONS} conditions.")


def _too_many_values() -> ExpressionError:
    return ExpressionError("too_large", f"Give at most {MAXIMUM_VALUES} values.")
