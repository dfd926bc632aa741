"""Expressions on SQLite: comparisons in SQL, all that calculates in one call of a program."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Date, Text, func, select, type_coerce
from sqlalchemy import literal as bound

from cardwright_entities.expressions.sql_dialects import Compiling, SqlDialect, exact_decimal, typed
from cardwright_entities.expressions.sql_operands import Column, Element, Operand
from cardwright_entities.expressions.sql_programs import Building
from cardwright_entities.expressions.sql_types import ExactDecimal
from cardwright_entities.expressions.sql_writing import written
from cardwright_entities.expressions.sqlite_functions import SPLIT
from cardwright_entities.expressions.wire import encode
from cardwright_metadata.expressions.tree import Node


class Sqlite(SqlDialect):
    """Decimals are exact texts, dates and times ISO texts, spans seconds."""

    name = "sqlite"
    deepest = 8  # its parser's stack is short

    def calculate(self, node: Node, compiling: Compiling) -> Operand:
        building = Building(compiling.constant, compiling.outside, self)
        return building.build(node)

    def exact(self, element: Element, scale: int) -> Element:
        return written(f"cw_decimal({{0}}, {scale:d})", ExactDecimal(), element)

    def order(self, operator: str, left: Element, right: Element, kind: str) -> ColumnElement[bool]:
        if kind == "decimal":
            return written(f"(cw_compare({{0}}, {{1}}) {operator} 0)", Boolean(), left, right)
        return left.op(operator, is_comparison=True)(right)

    def between(
        self, element: Element, low: Element, high: Element, kind: str
    ) -> ColumnElement[bool]:
        if kind == "decimal":
            return written("cw_between({0}, {1}, {2})", Boolean(), element, low, high)
        return element.between(low, high)

    def local_day(self, element: Element) -> Element:
        return written("cw_day({0}, {1})", Date(), element, bound(self.zone, Text()))

    def one_of(self, element: Element, values: Sequence[Any], kind: str) -> ColumnElement[bool]:
        listed = func.json_each(bound(json.dumps([encode(each) for each in values]), Text()))
        values_ = listed.table_valued("value")
        return element.in_(select(values_.c.value).select_from(values_))

    def among(self, element: Element, others: Sequence[Element]) -> ColumnElement[bool]:
        return element.in_(others)

    def has_item(self, items: Element, value: Element) -> ColumnElement[bool]:
        listed = func.json_each(items).table_valued("value")
        return value.in_(select(listed.c.value).select_from(listed))

    def total(self, column: Column) -> Column:
        if column.scale is None:
            # Without rows Python's aggregate is not asked at all.
            return exact_decimal(func.coalesce(func.cw_sum(column.element), "0"))
        integer, split = type_coerce(column.element, BigInteger()), bound(SPLIT, BigInteger())
        high, low = func.sum(integer.op("/")(split)), func.sum(integer.op("%")(split))
        return exact_decimal(func.coalesce(func.cw_split_sum(high, low, column.scale), "0"))

    def average(self, column: Column) -> Column:
        if column.scale is None:
            return exact_decimal(func.cw_average(column.element))
        whole = self.total(column).element
        return exact_decimal(func.cw_div(whole, func.count(column.element)))

    def extreme(self, function: str, column: Column) -> Column:
        if column.type.kind == "decimal" and column.scale is None:
            name = "cw_least" if function == "min" else "cw_greatest"
            return exact_decimal(getattr(func, name)(column.element))
        found = getattr(func, function)(column.element)
        return Column(column.type, typed(found, column.type), scale=column.scale)

    def sortable(self, column: Column) -> Element:
        if column.type.kind == "decimal" and column.scale is None:
            return func.cw_sortable(column.element)
        return column.element
