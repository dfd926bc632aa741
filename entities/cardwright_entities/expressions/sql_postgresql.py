"""Expressions on PostgreSQL: native numeric, dates and text functions, rounded as everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Boolean, ColumnElement, Date, Text, any_, collate, false, func
from sqlalchemy import literal as bound

from cardwright_entities.expressions.node_kinds import is_condition
from cardwright_entities.expressions.postgresql_calculating import Calculating
from cardwright_entities.expressions.postgresql_functions import QUOTIENT
from cardwright_entities.expressions.sql_dialects import (
    Compiling,
    SqlDialect,
    exact_decimal,
    typed,
)
from cardwright_entities.expressions.sql_operands import Column, Element, Operand, sql_type
from cardwright_entities.expressions.sql_types import ExactDecimal
from cardwright_entities.expressions.sql_writing import written
from cardwright_entities.expressions.values import DECIMAL, ValueType
from cardwright_metadata.expressions.tree import Node


class Postgresql(SqlDialect):
    """Decimals are numeric, texts compare in collation C, datetimes are timestamptz."""

    name = "postgresql"
    deepest = 64

    def calculate(self, node: Node, compiling: Compiling) -> Operand:
        return (
            compiling.outside(node)
            if is_condition(node)
            else Calculating(compiling, self).write(node)
        )

    def exact(self, element: Element, scale: int) -> Element:
        return written("{0}::numeric", ExactDecimal(), element)

    def order(self, operator: str, left: Element, right: Element, kind: str) -> ColumnElement[bool]:
        if kind == "text":
            left, right = collate(left, "C"), collate(right, "C")
        return left.op(operator, is_comparison=True)(right)

    def between(
        self, element: Element, low: Element, high: Element, kind: str
    ) -> ColumnElement[bool]:
        # BETWEEN would be rewritten to two comparisons, with a copy of the value for each.
        collation = ' COLLATE "C"' if kind == "text" else ""
        return written(
            f"(SELECT v{collation} >= {{1}} AND v{collation} <= {{2}}"
            " FROM (SELECT {0} AS v OFFSET 0) AS held)",
            Boolean(),
            element,
            low,
            high,
        )

    def local_day(self, element: Element) -> Element:
        return written("timezone({0}, {1})::date", Date(), bound(self.zone, Text()), element)

    def one_of(self, element: Element, values: Sequence[Any], kind: str) -> ColumnElement[bool]:
        return element == any_(bound(list(values), ARRAY(sql_type(ValueType(kind)))))

    def among(self, element: Element, others: Sequence[Element]) -> ColumnElement[bool]:
        # IN with columns would be rewritten to OR, with a copy of the value for each.
        places = ", ".join(f"{{{index + 1}}}" for index in range(len(others)))
        if not others:
            return false()
        return written(f"({{0}} = ANY (ARRAY[{places}]))", Boolean(), element, *others)

    def has_item(self, items: Element, value: Element) -> ColumnElement[bool]:
        return value == any_(items)

    def total(self, column: Column) -> Column:
        return exact_decimal(func.coalesce(func.sum(self.element(column)), 0))

    def average(self, column: Column) -> Column:
        element = self.element(column)
        mean = written(QUOTIENT, ExactDecimal(), func.sum(element), func.count(element))
        return Column(DECIMAL, mean)

    def extreme(self, function: str, column: Column) -> Column:
        element = self.element(column)
        if column.type.kind == "text":
            element = collate(element, "C")
        return Column(column.type, typed(getattr(func, function)(element), column.type))

    def sortable(self, column: Column) -> Element:
        return collate(column.element, "C") if column.type.kind == "text" else column.element
