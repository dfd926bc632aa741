"""Expressions on PostgreSQL: native numeric, dates and text functions, rounded as everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Numeric,
    any_,
    cast,
    collate,
    extract,
    func,
)
from sqlalchemy import literal as bound

from cardwright_entities.expressions.numbers import DIVIDEND_SCALE, QUOTIENT_SCALE
from cardwright_entities.expressions.postgresql_functions import (
    FUNCTIONS,
    Writing,
    shifted_day,
    shifted_moment,
)
from cardwright_entities.expressions.sql_dialects import SqlDialect, exact_decimal, typed
from cardwright_entities.expressions.sql_operands import Column, Element, Operand, sql_type
from cardwright_entities.expressions.values import DECIMAL, ValueType

#: The names of kinds in PostgreSQL's own functions.
_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "decimal": "numeric",
        "text": "text",
        "date": "date",
        "datetime": "timestamptz",
        "time": "time",
        "boolean": "bool",
    }
)


class Postgresql(SqlDialect):
    """Decimals are numeric, texts compare in collation C, datetimes are timestamptz."""

    name = "postgresql"

    def exact(self, element: Element, scale: int) -> Element:
        return exact_decimal(cast(element, Numeric())).element

    def arithmetic(self, operator: str, left: Element, right: Element) -> Element:
        if operator == "/":
            return quotient(left, right)
        return exact_decimal(left.op(operator)(right).self_group()).element

    def negative(self, element: Element) -> Element:
        return exact_decimal(-element).element

    def order(self, operator: str, left: Element, right: Element, kind: str) -> ColumnElement[bool]:
        if kind == "text":
            left, right = collate(left, "C"), collate(right, "C")
        return left.op(operator, is_comparison=True)(right)

    def between(
        self, element: Element, low: Element, high: Element, kind: str
    ) -> ColumnElement[bool]:
        return (collate(element, "C") if kind == "text" else element).between(low, high)

    def local_day(self, element: Element) -> Element:
        return cast(func.timezone(self.zone, element), Date())

    def shift(self, moment: Element, kind: str, seconds: Element) -> Element:
        return shifted_day(moment, seconds) if kind == "date" else shifted_moment(moment, seconds)

    def days_between(self, start: Element, end: Element, kind: str) -> Element:
        if kind == "date":
            return exact_decimal(cast(end.op("-")(start), Numeric())).element
        seconds = extract("epoch", end.op("-")(start).self_group())
        return quotient(cast(seconds, Numeric()), bound(86_400, Numeric()))

    def one_of(self, element: Element, values: Sequence[Any], kind: str) -> ColumnElement[bool]:
        return element == any_(bound(list(values), ARRAY(sql_type(ValueType(kind)))))

    def has_item(self, items: Element, value: Element) -> ColumnElement[bool]:
        return value == any_(items)

    def strictly_chosen(self, function: str, elements: Sequence[Element], kind: str) -> Element:
        # The functions behind the aggregates: unlike least() they keep to empty values.
        choose = getattr(func, f"{_KINDS[kind]}_{'smaller' if function == 'min' else 'larger'}")
        chosen = collate(elements[0], "C") if kind == "text" else elements[0]
        for each in elements[1:]:
            chosen = choose(chosen, collate(each, "C") if kind == "text" else each)
        return typed(chosen, ValueType(kind))

    def call(self, name: str, operands: Sequence[Operand], result: ValueType) -> Element:
        writing = Writing(
            elements=[self.element(each) for each in operands],
            kinds=[each.type.kind for each in operands],
            operands=operands,
            zone=self.zone,
        )
        return typed(FUNCTIONS[name](writing), result)

    def total(self, column: Column) -> Column:
        return exact_decimal(func.coalesce(func.sum(self.element(column)), 0))

    def average(self, column: Column) -> Column:
        element = self.element(column)
        return Column(DECIMAL, quotient(func.sum(element), cast(func.count(element), Numeric())))

    def extreme(self, function: str, column: Column) -> Column:
        element = self.element(column)
        if column.type.kind == "text":
            element = collate(element, "C")
        return Column(column.type, typed(getattr(func, function)(element), column.type))

    def sortable(self, column: Column) -> Element:
        return collate(column.element, "C") if column.type.kind == "text" else column.element


def quotient(left: Element, right: Element) -> Element:
    """Return the quotient rounded half up to 12 decimals; empty for division by zero."""
    divided = func.round(left, DIVIDEND_SCALE).op("/")(func.nullif(right, 0))
    return exact_decimal(func.round(divided, QUOTIENT_SCALE)).element
