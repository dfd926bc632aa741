"""Expressions on PostgreSQL: native numeric, dates and text functions, rounded as everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Date, Text, any_, collate, func
from sqlalchemy import literal as bound

from cardwright_entities.expressions.postgresql_functions import (
    DAYS_BETWEEN,
    FUNCTIONS,
    QUOTIENT,
    SHIFTED,
    edge_template,
)
from cardwright_entities.expressions.sql_dialects import SqlDialect, exact_decimal, typed
from cardwright_entities.expressions.sql_operands import (
    Column,
    Constant,
    Element,
    Operand,
    sql_type,
)
from cardwright_entities.expressions.sql_types import ExactDecimal
from cardwright_entities.expressions.sql_writing import written
from cardwright_entities.expressions.values import DECIMAL, ValueType

#: The names of kinds in PostgreSQL's own functions.
_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "decimal": "numeric",
        "text": "text",
        "date": "date",
        "datetime": "timestamptz",
        "time": "time",
    }
)


class Postgresql(SqlDialect):
    """Decimals are numeric, texts compare in collation C, datetimes are timestamptz."""

    name = "postgresql"

    def exact(self, element: Element, scale: int) -> Element:
        return written("{0}::numeric", ExactDecimal(), element)

    def arithmetic(self, operator: str, left: Element, right: Element) -> Element:
        template = QUOTIENT if operator == "/" else f"({{0}} {operator} {{1}})"
        return written(template, ExactDecimal(), left, right)

    def negative(self, element: Element) -> Element:
        return written("(- {0})", ExactDecimal(), element)

    def order(self, operator: str, left: Element, right: Element, kind: str) -> ColumnElement[bool]:
        if kind == "text":
            left, right = collate(left, "C"), collate(right, "C")
        return left.op(operator, is_comparison=True)(right)

    def between(
        self, element: Element, low: Element, high: Element, kind: str
    ) -> ColumnElement[bool]:
        return (collate(element, "C") if kind == "text" else element).between(low, high)

    def local_day(self, element: Element) -> Element:
        return written("timezone({0}, {1})::date", Date(), bound(self.zone, Text()), element)

    def shift(self, moment: Element, kind: str, seconds: Element) -> Element:
        return written(SHIFTED[kind], sql_type(ValueType(kind)), moment, seconds)

    def days_between(self, start: Element, end: Element, kind: str) -> Element:
        template = "({1} - {0})::numeric" if kind == "date" else DAYS_BETWEEN
        return written(template, ExactDecimal(), start, end)

    def one_of(self, element: Element, values: Sequence[Any], kind: str) -> ColumnElement[bool]:
        return element == any_(bound(list(values), ARRAY(sql_type(ValueType(kind)))))

    def has_item(self, items: Element, value: Element) -> ColumnElement[bool]:
        return value == any_(items)

    def strictly_chosen(self, function: str, elements: Sequence[Element], kind: str) -> Element:
        # The functions behind the aggregates: unlike least() they keep to empty values.
        name = f"{_KINDS[kind]}_{'smaller' if function == 'min' else 'larger'}"
        sides = [
            f'{{{place}}} COLLATE "C"' if kind == "text" else f"{{{place}}}" for place in (0, 1)
        ]
        chosen = elements[0]
        for each in elements[1:]:
            template = f"{name}({sides[0]}, {sides[1]})"
            chosen = written(template, sql_type(ValueType(kind)), chosen, each)
        return chosen

    def call(self, name: str, operands: Sequence[Operand], result: ValueType) -> Element:
        kinds = [each.type.kind for each in operands]
        if name in ("start_of", "end_of"):
            unit = operands[0].value if isinstance(operands[0], Constant) else None
            template = edge_template(name, unit, kinds[1])
        else:
            template = FUNCTIONS[name](kinds)
        arguments = [self.element(each) for each in operands]
        if "{z}" in template:
            template = template.replace("{z}", f"{{{len(arguments)}}}")
            arguments.append(bound(self.zone, Text()))
        return written(template, sql_type(result), *arguments)

    def total(self, column: Column) -> Column:
        return exact_decimal(func.coalesce(func.sum(self.element(column)), 0))

    def average(self, column: Column) -> Column:
        element = self.element(column)
        return Column(DECIMAL, self.arithmetic("/", func.sum(element), func.count(element)))

    def extreme(self, function: str, column: Column) -> Column:
        element = self.element(column)
        if column.type.kind == "text":
            element = collate(element, "C")
        return Column(column.type, typed(getattr(func, function)(element), column.type))

    def sortable(self, column: Column) -> Element:
        return collate(column.element, "C") if column.type.kind == "text" else column.element
