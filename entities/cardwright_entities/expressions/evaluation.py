"""A tree and a record's values → the value, in Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from cardwright_entities.errors import LimitError, Message
from cardwright_entities.expressions import moments
from cardwright_entities.expressions.calling import call
from cardwright_entities.expressions.comparing import are_equal, are_ordered, is_member
from cardwright_entities.expressions.names import Clock, Values, can_find
from cardwright_entities.expressions.numbers import ARITHMETIC, EXACT, average, number_of, total
from cardwright_entities.expressions.periods import valid_record
from cardwright_entities.expressions.reading import COST_OF_LOOKUP, DEEPEST, READERS
from cardwright_entities.expressions.texts import contains, starts
from cardwright_entities.expressions.typed import TypedExpression
from cardwright_entities.expressions.values import RecordRef
from cardwright_metadata.expressions.names import dotted
from cardwright_metadata.expressions.tree import (
    Between,
    Binary,
    Call,
    Emptiness,
    Expression,
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
from cardwright_metadata.expressions.walking import operands
from cardwright_metadata.expressions.words import CONTEXT_ROOTS

#: What holds a tree, what paths give as several values, and what of their values may be empty:
#: made once, a union would be made anew at each look.
_WITH_TREES = (TypedExpression, Expression)
_SEVERAL = (list, set, frozenset)
_EMPTIABLE = (str, tuple)


def evaluate(
    expression: TypedExpression | Expression | Node,
    values: Values,
    clock: Clock,
    fuel: int = 10_000,
) -> object:
    """Return the value for one record; raise LimitError after ``fuel`` steps.

    A condition gives True or False. Kinds that do not fit, which the checker would have refused,
    give None. A datetime is UTC, a span a timedelta, ``this_month()`` a Period.
    """
    tree = expression.tree if isinstance(expression, _WITH_TREES) else expression
    return _Run(clock, fuel).value(tree, values)


def is_identity(node: Node) -> bool:
    """Tell whether a node is ``$me`` or its kind: without a value it equals nothing, not empty."""
    if isinstance(node, Call) and node.function == "record":
        node = node.arguments[-1]
    return isinstance(node, Path) and node.root in CONTEXT_ROOTS and node.root != "$setting"


@dataclass
class _Run:
    """One evaluation: its clock and what is left of its fuel."""

    clock: Clock
    fuel: int
    depth: int = 0  #: formulas kept in records that are being read now

    def value(self, node: Node, values: Values) -> object:
        self.fuel -= 1
        if self.fuel < 0:
            raise LimitError(Message("expression_too_costly"))
        return _READERS[type(node)](self, node, values)

    def holds(self, node: Node, values: Values) -> bool:
        return self.value(node, values) is True

    def literal(self, node: Literal, values: Values) -> object:
        if isinstance(node.value, datetime):
            return moments.aware(node.value, self.clock.zone)
        return None if isinstance(node.value, str) and not node.value else node.value

    def path(self, node: Path, values: Values) -> object:
        of_context = node.root in CONTEXT_ROOTS
        found = values.variable(dotted(node)) if of_context else values.value(node)
        if isinstance(found, _SEVERAL):
            found = tuple(found)
        # Not compared with "": decimals take long to tell that they are no text.
        return None if isinstance(found, _EMPTIABLE) and not found else found

    def unary(self, node: Unary, values: Values) -> object:
        if node.operator == "not":
            return not self.holds(node.operand, values)
        number = number_of(self.value(node.operand, values))
        return None if number is None else EXACT.minus(number)

    def binary(self, node: Binary, values: Values) -> object:
        if node.operator in ARITHMETIC:
            left, right = self.value(node.left, values), self.value(node.right, values)
            return _calculate(node.operator, left, right)
        match node.operator:
            case "and":
                return all(self.holds(each, values) for each in operands(node, "and"))
            case "or":
                return any(self.holds(each, values) for each in operands(node, "or"))
        left, right = self.value(node.left, values), self.value(node.right, values)
        match node.operator:
            case "=":
                return self.equal(node, left, right)
            case "!=":
                return not self.equal(node, left, right)
            case "<" | "<=" | ">" | ">=":
                return are_ordered(node.operator, left, right, self.clock.zone)
            case "contains" | "starts":
                return self.text_test(node.operator, left, right)
        return left is not None and right is not None and values.is_under(left, right)

    def equal(self, node: Binary, left: object, right: object) -> bool:
        if left is None and right is None and (is_identity(node.left) or is_identity(node.right)):
            return False
        return are_equal(left, right, self.clock.zone)

    def text_test(self, operator: str, left: object, right: object) -> bool:
        if isinstance(left, tuple):
            return operator == "contains" and is_member(right, left, self.clock.zone)
        if not isinstance(left, str) or not isinstance(right, str):
            return False
        return contains(left, right) if operator == "contains" else starts(left, right)

    def membership(self, node: Membership, values: Values) -> object:
        value = self.value(node.operand, values)
        items = (self.value(each, values) for each in node.items)
        return any(is_member(value, each, self.clock.zone) for each in items) != node.negated

    def between(self, node: Between, values: Values) -> object:
        value, low, high = (
            self.value(each, values) for each in (node.operand, node.low, node.high)
        )
        zone = self.clock.zone
        return are_ordered(">=", value, low, zone) and are_ordered("<=", value, high, zone)

    def emptiness(self, node: Emptiness, values: Values) -> object:
        return (self.value(node.operand, values) is None) != node.negated

    def type_test(self, node: TypeTest, values: Values) -> object:
        value = self.value(node.operand, values)
        found = isinstance(value, RecordRef) and value.entity == values.entity_key(node.entity)
        return found != node.negated

    def call(self, node: Call, values: Values) -> object:
        if node.function == "if":
            condition, *branches = node.arguments
            chosen = 0 if self.holds(condition, values) else 1
            return self.value(branches[chosen], values) if chosen < len(branches) else None
        if node.function == "coalesce":
            for each in node.arguments:
                found = self.value(each, values)
                if found is not None:
                    return found
            return None
        if node.function == "evaluate":
            return self.kept_formula(node, values)
        if node.function in READERS:
            self.fuel -= COST_OF_LOOKUP
            return READERS[node.function](node, values, self.value)
        arguments = [self.value(each, values) for each in node.arguments]
        if node.function == "record":
            return _record(arguments, values)
        return call(node.function, arguments, self.clock)

    def related(self, node: Related, values: Values) -> object:
        rows = values.related(node.path)
        self.fuel -= len(rows)
        where = node.where
        if node.quantifier == "all":
            return where is None or all(self.holds(where, row) for row in rows)
        held = (row for row in rows if where is None or self.holds(where, row))
        match node.quantifier:
            case "any":
                return next(held, None) is not None
            case "none":
                return next(held, None) is None
            case "count":
                return Decimal(sum(1 for _ in held))
        value = node.value
        if value is None:
            return None
        found = [each for each in (self.value(value, row) for row in held) if each is not None]
        return _AGGREGATES[node.quantifier](found)

    def record_at(self, node: RecordAt, values: Values) -> object:
        day = self.value(node.day, values)
        rows = values.related(node.records)
        self.fuel -= len(rows)
        found = valid_record(rows, (node.first, node.last), day, self.clock.zone)
        return None if found is None else self.path(node.value, found)

    def find(self, node: Find, values: Values) -> object:
        self.fuel -= COST_OF_LOOKUP
        return values.find(node) if can_find(values) else None

    def kept_formula(self, node: Call, values: Values) -> object:
        self.fuel -= COST_OF_LOOKUP
        field, over = node.arguments
        kept = None
        if can_find(values) and isinstance(field, Path) and self.depth < DEEPEST:
            kept = values.formula(field, self.value(over, values))
        if kept is None:
            return None
        self.depth += 1
        found = self.value(*kept)
        self.depth -= 1
        return found


def _calculate(operator: str, left: object, right: object) -> object:
    if left is None or right is None:
        return None
    first, second = number_of(left), number_of(right)
    if first is not None and second is not None:
        result = ARITHMETIC[operator](first, second)
        return result if result is not None and result.is_finite() else None
    if isinstance(left, date) and isinstance(right, timedelta) and operator in "+-":
        return moments.shift(left, right if operator == "+" else -right)
    if isinstance(left, date) and type(left) is type(right) and operator == "-":
        return moments.days_between(right, left)
    return None


def _record(arguments: Sequence[object], values: Values) -> object:
    """``record('customer', 12)``: a reference, to be compared with a link to any entity."""
    if isinstance(arguments[-1], RecordRef):
        return arguments[-1]
    entity, number = arguments[0], number_of(arguments[-1])
    if not isinstance(entity, str) or number is None:
        return None
    return RecordRef(values.entity_key(entity), int(number))


def _numbers(found: Sequence[object]) -> list[Decimal]:
    return [number for each in found if (number := number_of(each)) is not None]


def _sum(found: Sequence[object]) -> object:
    return total(_numbers(found))


def _average(found: Sequence[object]) -> object:
    return average(_numbers(found)) if found else None


def _least(found: Sequence[Any]) -> object:
    return min(found, default=None)


def _greatest(found: Sequence[Any]) -> object:
    return max(found, default=None)


_AGGREGATES: Mapping[str, Callable[[Sequence[Any]], object]] = MappingProxyType(
    {"sum": _sum, "average": _average, "min": _least, "max": _greatest}
)

_READERS: Mapping[type, Callable[[_Run, Any, Values], object]] = MappingProxyType(
    {
        Literal: _Run.literal,
        Path: _Run.path,
        Unary: _Run.unary,
        Binary: _Run.binary,
        Membership: _Run.membership,
        Between: _Run.between,
        Emptiness: _Run.emptiness,
        TypeTest: _Run.type_test,
        Related: _Run.related,
        RecordAt: _Run.record_at,
        Find: _Run.find,
        Call: _Run.call,
    }
)
