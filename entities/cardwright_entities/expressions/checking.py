"""Names and kinds of an expression checked against what there is, its literals made values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from cardwright_entities.expressions.matching import (
    ORDERED,
    Checked,
    as_expected,
    as_kind,
    digits_of,
    digits_of_sum,
    matched,
    of_operand,
    refuse_unknown,
    type_of_literal,
    wrong_type,
)
from cardwright_entities.expressions.names import Ends, TypeScope, UnknownNameError
from cardwright_entities.expressions.numbers import PRECISION
from cardwright_entities.expressions.periods import asks_records, valid_on, within_span
from cardwright_entities.expressions.reading import (
    READING,
    check_lookup,
    check_order,
    check_reading,
)
from cardwright_entities.expressions.signatures import check_call, digits_of_call
from cardwright_entities.expressions.typed import TypedExpression
from cardwright_entities.expressions.values import (
    BOOLEAN,
    DECIMAL,
    INTEGER,
    NULL,
    ValueType,
)
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.functions import (
    AGGREGATES,
    EVERYWHERE,
    FUNCTIONS,
    ON_SERVER,
    PYTHON,
    VALID_AT,
)
from cardwright_metadata.expressions.names import paths_of, related_of
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
from cardwright_metadata.expressions.walking import chain, operands
from cardwright_metadata.expressions.words import CONTEXT_ROOTS, RECORD_SETS


def check_types(
    expression: Expression | Node,
    scope: TypeScope,
    *,
    expected: ValueType | None = None,
    backends: frozenset[str] = frozenset(),
    clock: bool = True,
    exact: bool = True,
) -> TypedExpression:
    """Return the expression with its literals as values; raise ExpressionError at the character.

    ``expected``: the kind that its value must have. ``backends``: where it must run (sql for a
    ``where``). ``clock=False`` refuses ``today()``, ``$me`` and their kind, as stored formulas,
    unique conditions and sort keys must. ``exact=False`` lets pass what could need more digits
    than are calculated with.
    """
    tree = expression.tree if isinstance(expression, Expression) else expression
    checking = _Checking(scope, digits=PRECISION if exact else None)
    checked = checking.check(tree)
    if expected is not None:
        checked = as_expected(checked, expected)
    if not clock and checking.clock is not None:
        message = "This must not depend on when or by whom it is read."
        raise ExpressionError("not_allowed", message, checking.clock.at)
    for backend in backends:
        if backend in checking.limits:
            node = checking.limits[backend]
            message = f"'{getattr(node, 'function', '')}' cannot be used here."
            raise ExpressionError("not_allowed", message, node.at)
    return TypedExpression(
        checked.node,
        checked.type,
        paths_of(checked.node),
        related_of(checked.node),
        checking.clock is not None,
        EVERYWHERE - frozenset(checking.limits),
        checking.limits.get("reading"),
    )


def check_condition(expression: Expression | Node, scope: TypeScope) -> Node:
    """Return the tree of a condition for statements, its literals as values."""
    return check_types(expression, scope, expected=BOOLEAN, backends=frozenset({"sql"})).tree


@dataclass
class _Checking:
    """One expression, seen from one scope; what it uses is gathered for the whole."""

    scope: TypeScope
    clock: Node | None = None
    limits: dict[str, Node] = field(default_factory=dict)  #: back end, reading → what limits it
    digits: int | None = PRECISION

    def check(self, node: Node) -> Checked:
        return _CHECKS[type(node)](self, node)

    def kind(self, node: Node, kind: str) -> Checked:
        return as_kind(self.check(node), kind)

    def literal(self, node: Literal) -> Checked:
        return Checked(node, type_of_literal(node), *digits_of(node.value))

    def path(self, node: Path) -> Checked:
        if node.root in CONTEXT_ROOTS and node.root != "$setting":
            self.clock = self.clock or node
        try:
            type_ = self.scope.type_of(node)
        except UnknownNameError as error:
            refuse_unknown(error, node)
        except ExpressionError as error:
            error.at = error.at or node.at
            raise
        if node.root in RECORD_SETS:
            self._limit(node, ON_SERVER)
            return Checked(of_operand(node, Checked(node, type_.item or type_)), type_)
        return Checked(node, type_, 18, type_.scale if type_.scale >= 0 else 18)

    def unary(self, node: Unary) -> Checked:
        if node.operator == "not":
            return Checked(replace(node, operand=self.kind(node.operand, "boolean").node), BOOLEAN)
        operand = self.kind(node.operand, "decimal")
        return replace(operand, node=replace(node, operand=operand.node))

    def binary(self, node: Binary) -> Checked:
        match node.operator:
            case "and" | "or":
                parts = [self.kind(each, "boolean").node for each in operands(node, node.operator)]
                return Checked(replace(chain(node.operator, parts), at=node.at), BOOLEAN)
            case "contains" | "starts":
                return self.text_test(node)
            case "under":
                return self.under(node)
            case "+" | "-" | "*" | "/":
                return self.arithmetic(node)
        left, right = matched(self.check(node.left), self.check(node.right), node)
        if node.operator not in ("=", "!="):
            for each in (left, right):
                if each.kind not in (*ORDERED, "null"):
                    raise wrong_type(each.node, each.kind, "decimal", "This has no order.")
        return Checked(replace(node, left=left.node, right=right.node), BOOLEAN)

    def text_test(self, node: Binary) -> Checked:
        left = self.check(node.left)
        if left.kind == "list" and node.operator == "contains":
            right = self._item(left.type, self.check(node.right), node)
        else:
            left, right = as_kind(left, "text"), self.kind(node.right, "text")
        return Checked(replace(node, left=left.node, right=right.node), BOOLEAN)

    def _item(self, list_: ValueType, value: Checked, node: Node) -> Checked:
        if list_.item is None:
            return value
        return matched(Checked(Path((), at=node.at), list_.item), value, node)[1]

    def under(self, node: Binary) -> Checked:
        left, right = self.check(node.left), self.check(node.right)
        self._limit(node, ON_SERVER)
        if not isinstance(node.left, Path) or not left.type.tree:
            raise wrong_type(node.left, left.kind, "a tree", "'under' needs a field with a tree.")
        if right.kind not in ("text", "null"):
            right = matched(left, right, node)[1]
        return Checked(replace(node, left=left.node, right=right.node), BOOLEAN)

    def arithmetic(self, node: Binary) -> Checked:
        left, right = self.check(node.left), self.check(node.right)
        kinds = left.kind, right.kind
        if "null" in kinds:
            return Checked(Literal(None, at=node.at), NULL)
        if kinds[1] == "duration" and node.operator in "+-":
            moment = as_kind(left, "moment")
            return Checked(replace(node, left=moment.node, right=right.node), moment.type)
        if node.operator == "-" and kinds in (("date", "date"), ("datetime", "datetime")):
            result = INTEGER if kinds[0] == "date" else DECIMAL
            return Checked(replace(node, left=left.node, right=right.node), result, 10, 12)
        if "date" in kinds or "datetime" in kinds:
            message = "Add days(30) to a date, or take a date from a date."
            raise wrong_type(node, " ".join(kinds), "duration", message)
        left, right = as_kind(left, "decimal"), as_kind(right, "decimal")
        both = replace(node, left=left.node, right=right.node)
        return self._sized(Checked(both, DECIMAL, *digits_of_sum(node.operator, left, right)))

    def _sized(self, checked: Checked) -> Checked:
        if self.digits is not None and checked.whole + checked.places > self.digits:
            message = f"The result could have more than {self.digits} digits: round in between."
            raise ExpressionError("too_large", message, checked.node.at)
        return checked

    def membership(self, node: Membership) -> Checked:
        operand = self.check(node.operand)
        items = []
        for each in node.items:
            item = self.check(of_operand(each, operand))
            if item.kind == "span" and isinstance(each, Path) and len(node.items) == 1:
                return self.check(within_span(node.operand, each, negated=node.negated))
            if item.kind == "period":
                operand = as_kind(operand, "moment")
            elif item.kind == "list":
                operand = self._member_of(item.type, operand, node)
            else:
                operand, item = matched(operand, item, node)
            items.append(item.node)
        checked = replace(node, operand=operand.node, items=tuple(items))
        return Checked(self._of_entity(checked, operand, node), BOOLEAN)

    def _member_of(self, list_: ValueType, operand: Checked, node: Node) -> Checked:
        if operand.kind == "record" and not operand.type.entity:
            return operand
        return self._item(list_, operand, node)

    def _of_entity(self, node: Membership, operand: Checked, original: Membership) -> Node:
        """Add to ``owner in $my_subordinates`` that the owner is an employee at all."""
        if operand.kind != "record" or operand.type.entity or len(original.items) != 1:
            return node
        list_ = self.check(original.items[0]).type
        if list_.kind != "list" or list_.item is None or not list_.item.entity:
            return node
        if not isinstance(operand.node, Path):
            return node
        test = TypeTest(operand.node, list_.item.entity, at=node.at)
        both = chain("and", [test, replace(node, negated=False)])
        return Unary("not", both, at=node.at) if node.negated else both

    def between(self, node: Between) -> Checked:
        operand, low = matched(self.check(node.operand), self.check(node.low), node)
        operand, high = matched(operand, self.check(node.high), node)
        if operand.kind not in (*ORDERED, "null"):
            raise wrong_type(operand.node, operand.kind, "decimal", "This has no order.")
        found = replace(node, operand=operand.node, low=low.node, high=high.node)
        return Checked(found, BOOLEAN)

    def emptiness(self, node: Emptiness) -> Checked:
        return Checked(replace(node, operand=self.check(node.operand).node), BOOLEAN)

    def type_test(self, node: TypeTest) -> Checked:
        operand = self.check(node.operand)
        if operand.kind != "record" or operand.type.entity:
            message = "Only a link to any entity is tested by 'is'."
            raise wrong_type(node.operand, operand.kind, "record", message)
        if not self.scope.is_entity(node.entity):
            message = f"There is no entity '{node.entity}'."
            raise ExpressionError("unknown_name", message, node.at, node.entity)
        return Checked(node, BOOLEAN)

    def call(self, node: Call) -> Checked:
        function = FUNCTIONS[node.function]
        if function.reading:
            self._limit(node, PYTHON)
            self.limits.setdefault(READING, node)
            result, changed = check_reading(node, self.scope, self.check)
            return Checked(changed, result, 18, max(result.scale, 0) or 12)
        if node.function == VALID_AT:
            ends = self._ends(self.scope, node)
            self._day(node.arguments[0])
            return self.check(valid_on(ends, node.arguments[0], node.at))
        if question := self._as_related(node):
            return self.related(question)
        if function.clock or (node.function in ("start_of", "end_of") and len(node.arguments) == 1):
            self.clock = self.clock or node
        self._limit(node, function.backends)
        arguments, result = check_call(node, [self.check(each) for each in node.arguments])
        if node.function == "record" and not self.scope.is_entity(result.entity):
            message = f"There is no entity '{result.entity}'."
            raise ExpressionError("unknown_name", message, node.at, result.entity)
        checked = replace(node, arguments=tuple(each.node for each in arguments))
        digits = digits_of_call(node.function, arguments)
        return self._sized(Checked(checked, result, *digits))

    def _as_related(self, node: Call) -> Related | None:
        """Read ``min(items, amount)`` as a question about related records, if ``items`` are."""
        arguments = node.arguments
        if node.function not in AGGREGATES or len(arguments) != 2:
            return None
        path = arguments[0]
        if not isinstance(path, Path):
            return None
        try:
            type_ = self.scope.type_of(path)
        except UnknownNameError:
            type_ = ValueType("list")
        if type_.kind != "list" or (type_.item is not None and type_.item.kind != "record"):
            return None
        return Related(node.function, path, arguments[1], at=node.at)

    def related(self, node: Related) -> Checked:
        inner = self._inside(node.path)
        where = None if node.where is None else inner.kind(node.where, "boolean").node
        value = None if node.value is None else inner.check(node.value)
        self.clock = inner.clock
        found = replace(node, where=where, value=value.node if value else None)
        if node.quantifier in ("any", "none", "all"):
            return Checked(found, BOOLEAN)
        if value is None:
            return Checked(found, INTEGER, 10, 0)
        if node.quantifier in ("min", "max") and value.kind in (*ORDERED, "null"):
            return Checked(found, value.type, value.whole, value.places)
        value = as_kind(value, "decimal")
        places = 12 if node.quantifier == "average" else value.places
        result = DECIMAL if node.quantifier == "average" else value.type
        found = replace(found, value=value.node)
        return self._sized(Checked(found, result, value.whole + 10, places))

    def record_at(self, node: RecordAt) -> Checked:
        inner = self._inside(node.records)
        first, last = self._ends(inner.scope, node)
        day = self._day(node.day)
        for name in (first, last):
            day = matched(inner.path(Path((name,), at=node.at)), day, node)[1]
        found = inner.path(node.value)
        return replace(found, node=replace(node, day=day.node, first=first, last=last))

    def find(self, node: Find) -> Checked:
        self._limit(node, PYTHON)
        self.limits.setdefault(READING, node)
        try:
            scope = self.scope.found(node.entity)
        except UnknownNameError as error:
            refuse_unknown(error, node)
        inner = _Checking(scope, self.clock, self.limits, self.digits)
        if node.where is not None:
            node = replace(node, where=check_lookup(inner.kind(node.where, "boolean").node))
        check_order(node, inner.check)
        self.clock = inner.clock
        if node.tests:
            return Checked(node, BOOLEAN)
        return replace(inner.path(node.value), node=node)

    def _inside(self, path: Path) -> _Checking:
        try:
            scope = self.scope.related(path)
        except UnknownNameError as error:
            refuse_unknown(error, path)
        return _Checking(scope, self.clock, self.limits, self.digits)

    def _day(self, node: Node) -> Checked:
        """Refuse a day that asks records itself: it is compared twice, and nested ones explode."""
        if not asks_records(node):
            day = self.check(node)
            if not asks_records(day.node):
                return day
        raise ExpressionError("not_allowed", "Say the day by a date or a field.", node.at)

    def _ends(self, scope: TypeScope, node: Call | RecordAt) -> Ends:
        ends = scope.period()
        if ends is None:
            message = "Only records with a period are valid on a day; these have none."
            raise ExpressionError("not_allowed", message, node.at, expected="period")
        return ends

    def _limit(self, node: Node, backends: frozenset[str]) -> None:
        for backend in EVERYWHERE - backends:
            self.limits.setdefault(backend, node)


_CHECKS: Mapping[type, Callable[[_Checking, Any], Checked]] = MappingProxyType(
    {
        Literal: _Checking.literal,
        Path: _Checking.path,
        Unary: _Checking.unary,
        Binary: _Checking.binary,
        Membership: _Checking.membership,
        Between: _Checking.between,
        Emptiness: _Checking.emptiness,
        TypeTest: _Checking.type_test,
        Related: _Checking.related,
        RecordAt: _Checking.record_at,
        Find: _Checking.find,
        Call: _Checking.call,
    }
)
