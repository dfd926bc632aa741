"""Comparisons in statements: two-valued, and written so that indexes are used.

Each function takes ``positive``: the condition, or its opposite, as an element that is true
exactly where it holds; where it does not hold the element is false or null.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, and_, false, or_, true
from sqlalchemy import literal as bound

from cardwright_entities.expressions import moments
from cardwright_entities.expressions.comparing import are_equal, are_ordered
from cardwright_entities.expressions.literals import value_of_text
from cardwright_entities.expressions.sql_dialects import SqlDialect, is_day
from cardwright_entities.expressions.sql_operands import Column, Constant, Element, Operand
from cardwright_entities.expressions.values import DATE, RecordRef
from cardwright_metadata.expressions.errors import ExpressionError

Condition = ColumnElement[bool]

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_ROUNDED = {"<": ROUND_CEILING, "<=": ROUND_FLOOR, ">": ROUND_FLOOR, ">=": ROUND_CEILING}
_GREATEST_INTEGER = 2**63 - 1


def opposite(condition: Condition) -> Condition:
    """Return what is true where a condition is false or null."""
    return condition.self_group().is_not(true())


def constantly(holds: bool, positive: bool = True) -> Condition:
    """Return a condition that always or never holds."""
    return true() if holds == positive else false()


@dataclass(frozen=True)
class Comparing:
    """Comparisons on one engine, in one zone."""

    dialect: SqlDialect
    zone: ZoneInfo

    # -- equality ------------------------------------------------------------------------------

    def equal(self, left: Operand, right: Operand, positive: bool) -> Condition:
        """Return ``=`` (or its opposite); two empty values are equal."""
        if isinstance(left, Constant):
            left, right = right, left
        if isinstance(left, Constant):
            missing = left.is_identity or getattr(right, "is_identity", False)
            same = are_equal(left.value, getattr(right, "value", None), self.zone)
            return constantly(same and not (missing and left.value is None), positive)
        if isinstance(right, Constant):
            return self._equals_constant(left, right, positive)
        return self._equal_columns(left, right, positive)

    def _equals_constant(self, left: Column, right: Constant, positive: bool) -> Condition:
        if right.value is None:
            if right.is_identity:
                return constantly(False, positive)
            return left.element.is_(None) if positive else left.element.is_not(None)
        if isinstance(right.value, RecordRef) and left.owner is not None:
            return self._is_record(left, right.value, positive)
        value = self.alike(left, right.value)
        if value is None:
            return constantly(False, positive)
        if left.type.kind == "datetime" and is_day(value):
            within = self._within_days(left, value, value)
            return within if positive else opposite(within)
        return _same(left.element, self._bound(left, value), positive, plain=left.is_plain)

    def _is_record(self, left: Column, value: RecordRef, positive: bool) -> Condition:
        same = left.element == value.id
        if left.owner is not None:
            same = and_(same, left.owner == value.entity)
        return same if positive else opposite(same)

    def _equal_columns(self, left: Column, right: Column, positive: bool) -> Condition:
        pair = self.forms(left, right)
        if pair is None:
            both = and_(left.element.is_(None), right.element.is_(None))
            return both if positive else opposite(both)
        first, second = pair
        if positive:
            # Where one side is never empty the plain comparison does, and indexes serve it.
            known = left.given or right.given
            same = first == second if known else first.is_not_distinct_from(second)
            if left.owner is not None and right.owner is not None:
                return and_(same, left.owner.is_not_distinct_from(right.owner))
            return same
        different = first.is_distinct_from(second)
        if left.owner is not None and right.owner is not None:
            return or_(different, left.owner.is_distinct_from(right.owner))
        return different

    # -- order ---------------------------------------------------------------------------------

    def ordered(self, operator: str, left: Operand, right: Operand, positive: bool) -> Condition:
        """Return ``< <= > >=`` (or its opposite); an empty side makes it false."""
        if isinstance(left, Constant):
            left, right, operator = right, left, _FLIPPED[operator]
        if isinstance(left, Constant):
            known = are_ordered(operator, left.value, getattr(right, "value", None), self.zone)
            return constantly(known, positive)
        if isinstance(right, Column):
            pair = self.forms(left, right)
            if pair is None:
                return constantly(False, positive)
            found = self.dialect.order(operator, *pair, _common_kind(left, right))
            return found if positive else opposite(found)
        value = self.alike(left, right.value)
        if value is None or left.type.kind in ("record", "boolean"):
            return constantly(False, positive)
        if not positive and left.is_plain:
            return or_(self._bounded(_OPPOSITE[operator], left, value), left.element.is_(None))
        found = self._bounded(operator, left, value)
        return found if positive else opposite(found)

    def _bounded(self, operator: str, left: Column, value: Any) -> Condition:
        """Return ``left < value`` and its like, with a constant."""
        if left.type.kind == "datetime" and is_day(value):
            # Behind the day means from the next day on, at or before it: before the next day.
            if operator in (">", "<="):
                if value == date.max:
                    return false() if operator == ">" else left.element.is_not(None)
                value += timedelta(days=1)
            start = self.dialect.bind(moments.instant(value, self.zone))
            operator = ">=" if operator in (">", ">=") else "<"
            return self.dialect.order(operator, left.element, start, "datetime")
        if left.scale is not None:
            return self._bounded_integer(operator, left, left.scale, Decimal(value))
        return self.dialect.order(operator, left.element, self.dialect.bind(value), left.type.kind)

    def _bounded_integer(
        self, operator: str, left: Column, scale: int, value: Decimal
    ) -> Condition:
        limit = int(value.scaleb(scale).to_integral_value(_ROUNDED[operator]))
        if abs(limit) > _GREATEST_INTEGER:
            below = (limit > 0) == (operator in ("<", "<="))
            return left.element.is_not(None) if below else false()
        return left.element.op(operator, is_comparison=True)(bound(limit, BigInteger()))

    def between(self, operand: Column, low: Operand, high: Operand, at: int) -> Condition:
        """Return ``between`` with both ends; an empty end makes it false."""
        if operand.is_plain:
            return and_(
                self.ordered(">=", operand, low, True), self.ordered("<=", operand, high, True)
            )
        ends = [self._end(operand, each) for each in (low, high)]
        if None in ends:
            return false()
        kinds = {each.type.kind for each in ends if each is not None}
        if operand.type.kind == "datetime" and "date" in kinds:
            operand = Column(DATE, self._day(operand))
        if kinds != {operand.type.kind}:
            raise ExpressionError("wrong_type", "Give two ends of one kind.", at)
        first, last = (self.dialect.element(each) for each in ends if each is not None)
        return self.dialect.between(self.dialect.element(operand), first, last, operand.type.kind)

    def _end(self, operand: Column, end: Operand) -> Operand | None:
        if isinstance(end, Column):
            return end
        value = self.alike(operand, end.value)
        return None if value is None else Constant(value)

    # -- membership ----------------------------------------------------------------------------

    def within(self, operand: Column, period: moments.Period) -> Condition:
        """Return whether a date, or the local day of a datetime, lies in a period."""
        if period.first > period.last:
            return false()
        if operand.type.kind == "datetime":
            return self._within_days(operand, period.first, period.last)
        if operand.type.kind != "date":
            return false()
        first, last = self.dialect.bind(period.first), self.dialect.bind(period.last)
        return operand.element.between(first, last)

    def _within_days(self, operand: Column, first: date, last: date) -> Condition:
        if not operand.is_plain:
            day = self.dialect.local_day(operand.element)
            return day.between(self.dialect.bind(first), self.dialect.bind(last))
        start = self.dialect.bind(moments.instant(first, self.zone))
        after = operand.element >= start
        if last == date.max:
            return after
        end = self.dialect.bind(moments.instant(last + timedelta(days=1), self.zone))
        return and_(after, operand.element < end)

    def one_of(self, operand: Column, values: Sequence[object]) -> Condition:
        """Return whether a value is one of constants; empty ones count for nothing."""
        alike = (self.alike(operand, each) for each in values)
        found = [each for each in alike if each is not None]
        days = [each for each in found if operand.type.kind == "datetime" and is_day(each)]
        if days or operand.owner is not None:
            return or_(false(), *(self.equal(operand, Constant(each), True) for each in found))
        if operand.scale is not None:
            scaled = [_scaled(each, operand.scale) for each in found]
            integers = [each for each in scaled if each is not None]
            return self._one_of(operand.element, integers, "record")
        return self._one_of(operand.element, found, operand.type.kind)

    def _one_of(self, element: Element, values: list[Any], kind: str) -> Condition:
        if not values:
            return false()
        if len(values) > _FEW:
            return self.dialect.one_of(element, values, kind)
        if kind == "record":
            return element.in_([bound(each, BigInteger()) for each in values])
        return element.in_([self.dialect.bind(each) for each in values])

    # -- forms ---------------------------------------------------------------------------------

    def alike(self, column: Column, value: object) -> Any:
        """Return a constant as a value of a column's kind; None if it can equal none of them."""
        kind = column.type.kind
        if isinstance(value, str) and kind in ("date", "datetime", "time", "decimal"):
            value = value_of_text(value, kind)
            if isinstance(value, datetime):
                value = moments.aware(value, self.zone)
        if kind == "date" and isinstance(value, datetime):
            return moments.day_of(value, self.zone)
        if kind == "record":
            return _id_of(value, keep_reference=column.owner is not None)
        wanted = _CLASSES.get(kind)
        if wanted is None or not isinstance(value, wanted):
            return None
        if isinstance(value, bool) != (kind == "boolean"):
            return None
        return Decimal(value) if kind == "decimal" and isinstance(value, int) else value

    def _bound(self, column: Column, value: Any) -> Element | None:
        """Return a constant in the form in which a column holds its values; None if it cannot."""
        if column.type.kind == "record":
            return bound(value, BigInteger())
        if column.scale is not None:
            scaled = _scaled(value, column.scale)
            return None if scaled is None else bound(scaled, BigInteger())
        return self.dialect.bind(value)

    def forms(self, left: Column, right: Column) -> tuple[Element, Element] | None:
        """Return two columns in one form; None if they are of different kinds."""
        kinds = left.type.kind, right.type.kind
        if kinds == ("decimal", "decimal"):
            if left.scale is not None and left.scale == right.scale:
                return left.element, right.element
            return self.dialect.element(left), self.dialect.element(right)
        if set(kinds) == {"decimal", "record"}:
            return left.element, right.element
        if set(kinds) == {"date", "datetime"}:
            return self._day(left), self._day(right)
        return (left.element, right.element) if kinds[0] == kinds[1] else None

    def _day(self, column: Column) -> Element:
        if column.type.kind == "datetime":
            return self.dialect.local_day(column.element)
        return column.element


#: Up to so many values stand in a list one by one; more go as one parameter.
_FEW = 20

_CLASSES: dict[str, type | tuple[type, ...]] = {
    "text": str,
    "decimal": (Decimal, int),
    "boolean": bool,
    "date": date,
    "datetime": date,
    "time": time,
    "duration": timedelta,
}


def _common_kind(left: Column, right: Column) -> str:
    if left.type.kind == "decimal" and left.scale is not None and left.scale == right.scale:
        return "record"
    if left.type.kind != right.type.kind:
        return "date"
    return left.type.kind


def _same(element: Element, value: Element | None, positive: bool, *, plain: bool) -> Condition:
    if value is None:
        return constantly(False, positive)
    if positive:
        return element == value
    return or_(element != value, element.is_(None)) if plain else element.is_distinct_from(value)


def _scaled(value: Decimal, scale: int) -> int | None:
    shifted = Decimal(value).scaleb(scale)
    whole = shifted.to_integral_value()
    return int(whole) if whole == shifted and abs(whole) <= _GREATEST_INTEGER else None


def _id_of(value: object, *, keep_reference: bool) -> object:
    if isinstance(value, RecordRef):
        return value if keep_reference else value.id
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    return int(number) if abs(number) <= _GREATEST_INTEGER and number == int(number) else None
