"""Conditions in statements: each is true exactly where the evaluator says True."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Boolean, ColumnElement, SelectBase, and_, false, or_, true

from cardwright_entities.expressions.comparing import ORDERINGS, is_member
from cardwright_entities.expressions.folding_sql import contains_element, folded
from cardwright_entities.expressions.moments import Period
from cardwright_entities.expressions.names import SqlNames
from cardwright_entities.expressions.node_kinds import (
    QUANTIFIERS,
    TESTS,
    is_calculation,
    is_condition,
)
from cardwright_entities.expressions.periods import ID
from cardwright_entities.expressions.sql_comparing import (
    Comparing,
    Condition,
    constantly,
    opposite,
)
from cardwright_entities.expressions.sql_operands import Column, Constant, Element, Operand
from cardwright_entities.expressions.sql_values import ValueCompiler
from cardwright_entities.expressions.sql_writing import written
from cardwright_entities.expressions.values import BOOLEAN
from cardwright_entities.folding import fold
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.tree import (
    Between,
    Binary,
    Emptiness,
    Membership,
    Node,
    Path,
    RecordAt,
    Related,
    TypeTest,
    Unary,
)
from cardwright_metadata.expressions.walking import operands


class Compiler(ValueCompiler):
    """Compiles trees over the names of one source in one statement."""

    def __init__(self, names: SqlNames) -> None:
        super().__init__(names)
        self.comparing = Comparing(self.dialect, self.zone)
        self.depth = 0

    def over(self, names: SqlNames) -> Compiler:
        inner = Compiler(names)
        inner.depth = self.depth + 2
        return inner

    def outside(self, node: Node) -> Operand:
        if isinstance(node, Path):
            return self.path(node)
        if isinstance(node, Related) and not is_condition(node):
            return self.aggregate(node)
        if isinstance(node, RecordAt):
            return self._record_at(node)
        self.depth += 3
        if self.depth > 3 * self.dialect.deepest:
            raise ExpressionError("too_deep", "Nest fewer conditions in values.", node.at)
        template = "CASE WHEN {0} THEN {1} ELSE {2} END"
        chosen = written(template, Boolean(), self._written(node, True), true(), false())
        self.depth -= 3
        return Column(BOOLEAN, chosen)

    def _record_at(self, node: RecordAt) -> Operand:
        """Return the value of the related row valid on a day: of several the one begun last."""
        rows = self.names.related(node.records)
        inner = self.over(rows.names)
        day = self.operand(node.day)
        first, last = (inner.column(Path((name,))) for name in (node.first, node.last))
        begun = or_(first.element.is_(None), self.comparing.ordered("<=", first, day, True))
        lasts = or_(last.element.is_(None), self.comparing.ordered(">=", last, day, True))
        order = (first.element.desc().nulls_last(), inner.column(ID).element.desc())
        value = inner.column(node.value)

        def chosen(element: Element) -> Element:
            return rows.first(element, and_(begun, lasts), order)

        owner = None if value.owner is None else chosen(value.owner)
        return Column(value.type, chosen(value.element), value.scale, owner)

    def condition(self, node: Node, positive: bool = True) -> Condition:
        if self.is_given(node):
            return constantly(self.given(node).value is True, positive)
        if self.depth > self.dialect.deepest and is_calculation(node):
            return _truth(self.operand(node), positive)
        self.depth += 1
        found = self._written(node, positive)
        self.depth -= 1
        return found

    def _written(self, node: Node, positive: bool) -> Condition:
        match node:
            case Unary(operator="not"):
                return self.condition(node.operand, not positive)
            case Binary(operator="and" | "or"):
                parts = [self.condition(each, positive) for each in operands(node, node.operator)]
                return and_(*parts) if (node.operator == "and") == positive else or_(*parts)
            case Binary() if node.operator in TESTS:
                return self._comparison(node, positive)
            case Related() if node.quantifier in QUANTIFIERS:
                return self._quantified(node, positive)
            case Membership() | Between() | Emptiness() | TypeTest():
                return self._test(node, positive)
        return _truth(self.operand(node), positive)

    def _test(self, node: Membership | Between | Emptiness | TypeTest, positive: bool) -> Condition:
        match node:
            case Membership():
                return _signed(self._membership(node), positive != node.negated)
            case Between():
                return _signed(self._between(node), positive)
            case Emptiness():
                return self._emptiness(node, positive != node.negated)
            case TypeTest():
                found = self.names.type_column(node.operand) == self.names.entity_key(node.entity)
                return _signed(found, positive != node.negated)

    def _comparison(self, node: Binary, positive: bool) -> Condition:
        if node.operator == "under":
            return _signed(self._under(node), positive)
        left, right = self.operand(node.left), self.operand(node.right)
        if node.operator in ORDERINGS:
            return self.comparing.ordered(node.operator, left, right, positive)
        if node.operator in ("=", "!="):
            return self.comparing.equal(left, right, positive == (node.operator == "="))
        return _signed(self._text_test(node.operator, left, right), positive)

    def _under(self, node: Binary) -> Condition:
        operand = self.operand(node.right)
        if not isinstance(node.left, Path):
            raise ExpressionError("not_allowed", "'under' stands behind a field.", node.left.at)
        if isinstance(operand, Column):
            return self.names.under(node.left, operand.element)
        return false() if operand.value is None else self.names.under(node.left, operand.value)

    def _text_test(self, operator: str, left: Operand, right: Operand) -> Condition:
        if left.type.kind == "list":
            return self._has_item(left, right) if operator == "contains" else false()
        if left.type.kind != "text" or right.type.kind != "text":
            return false()
        text, part = self._folded(left), self._folded(right)
        return contains_element(text, part, self.dialect.name, start=operator == "starts")

    def _folded(self, operand: Operand) -> ColumnElement[str]:
        if isinstance(operand, Column):
            return folded(operand.element)
        return self.dialect.bind(fold(operand.value))

    def _membership(self, node: Membership) -> Condition:
        value = self.operand(node.operand)
        items = [self.operand(each) for each in node.items]
        if isinstance(value, Constant):
            return or_(false(), *(self._holds(item, value) for item in items))
        if len(items) > 1 and not value.is_plain:
            return self._among(value, items, node)
        constants: list[object] = []
        found: list[Condition] = []
        for item in items:
            if isinstance(item, Column):
                found.append(self._is_item(value, item))
            elif isinstance(item.value, Period):
                found.append(self.comparing.within(value, item.value))
            else:
                constants.extend(item.value if isinstance(item.value, tuple) else (item.value,))
        if constants:
            found.append(self.comparing.one_of(value, constants))
        return or_(false(), *found)

    def _among(self, value: Column, items: Sequence[Operand], node: Membership) -> Condition:
        """Return ``in`` for a calculated value, which is written once."""
        constants = [each.value for each in items if isinstance(each, Constant)]
        columns = [each for each in items if isinstance(each, Column)]
        if not columns and not any(isinstance(each, Period | tuple) for each in constants):
            return self.comparing.one_of(value, constants)
        alike = [self.comparing.alike(value, each) for each in constants]
        among: list[Operand] = [Constant(each) for each in alike if each is not None]
        among += columns
        if {each.type.kind for each in among} - {value.type.kind}:
            raise ExpressionError(
                "not_allowed", "Look for a calculated value among others of its kind.", node.at
            )
        kind = value.type.kind
        elements = [self.dialect.element(each, kind) for each in among]
        return self.dialect.among(self.dialect.element(value), elements)

    def _is_item(self, value: Column, item: Column) -> Condition:
        if item.type.kind == "list":
            return self._has_item(item, value)
        pair = self.comparing.forms(value, item)
        # Empty values are equal to nothing here, as they are in SQL.
        return false() if pair is None else pair[0] == pair[1]

    def _holds(self, item: Operand, value: Constant) -> Condition:
        if isinstance(item, Constant):
            return constantly(is_member(value.value, item.value, self.zone))
        if value.value is None or item.type.kind == "list":
            return self._has_item(item, value)
        return self.comparing.equal(item, value, True)

    def _has_item(self, items: Operand, value: Operand) -> Condition:
        if isinstance(items, Constant):
            if isinstance(value, Constant):
                return constantly(is_member(value.value, items.value, self.zone))
            return self.comparing.one_of(value, items.value or ())
        if isinstance(value, Constant) and value.value is None:
            return false()
        if isinstance(items.element, SelectBase):
            return self.dialect.element(value, "record").in_(items.element)
        return self.dialect.has_item(items.element, self.dialect.element(value))

    def _between(self, node: Between) -> Condition:
        operand, low, high = (self.operand(each) for each in (node.operand, node.low, node.high))
        if isinstance(operand, Column):
            return self.comparing.between(operand, low, high, node.at)
        ends = ((">=", low), ("<=", high))
        return and_(*(self.comparing.ordered(each, operand, end, True) for each, end in ends))

    def _emptiness(self, node: Emptiness, empty: bool) -> Condition:
        operand = self.operand(node.operand)
        if isinstance(operand, Constant):
            return constantly((operand.value is None) == empty)
        return operand.element.is_(None) if empty else operand.element.is_not(None)

    def _quantified(self, node: Related, positive: bool) -> Condition:
        rows = self.names.related(node.path)
        every = node.quantifier == "all"
        if node.where is None:
            where = None
        else:
            where = self.over(rows.names).condition(node.where, not every)
        if every and where is None:
            return constantly(True, positive)
        found = rows.exists(where)
        return found if (node.quantifier == "any") == positive else ~found


def _signed(condition: Condition, positive: bool) -> Condition:
    return condition if positive else opposite(condition)


def _truth(operand: Operand, positive: bool) -> Condition:
    """Return whether a boolean value is true; an empty one counts as false."""
    if isinstance(operand, Constant) or operand.type.kind != "boolean":
        return constantly(isinstance(operand, Constant) and operand.value is True, positive)
    found: ColumnElement[bool] = operand.element
    return found == true() if positive else found.is_not(true())
