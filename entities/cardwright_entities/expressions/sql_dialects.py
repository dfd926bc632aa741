"""What differs between the engines when an expression becomes SQL."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Protocol

from sqlalchemy import BigInteger, ColumnElement, null, type_coerce
from sqlalchemy import literal as bound

from cardwright_entities.expressions.sql_operands import (
    Column,
    Constant,
    Element,
    Operand,
    sql_type,
    type_of_value,
)
from cardwright_entities.expressions.values import DECIMAL, RecordRef, ValueType
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.functions import FUNCTIONS
from cardwright_metadata.expressions.tree import Call, Node


class Compiling(Protocol):
    """The compiler, as calculations need it."""

    def operand(self, node: Node) -> Operand:
        """Return the value of a node."""
        ...

    def outside(self, node: Node) -> Operand:
        """Return the value of a node as the statement finds it, not calculated from others."""
        ...

    def constant(self, node: Node) -> Constant | None:
        """Return the value of a node if it depends on no row."""
        ...

    def condition(self, node: Node, positive: bool = True) -> ColumnElement[bool]:
        """Return what is true exactly where the node (or its opposite) holds."""
        ...


class SqlDialect(ABC):
    """One engine's way of writing what expressions mean; elements are in calculated form."""

    name: ClassVar[str]
    deepest: ClassVar[int]  #: so many conditions in conditions, what is below is calculated

    def __init__(self, zone: str) -> None:
        self.zone = zone

    def bind(self, value: object) -> Element:
        """Return a value as a bound parameter in calculated form; None as null."""
        if value is None:
            return null()
        if isinstance(value, RecordRef):
            return bound(value.id, BigInteger())
        if isinstance(value, int) and not isinstance(value, bool):
            value = Decimal(value)
        if isinstance(value, timedelta):
            return bound(value // timedelta(seconds=1), BigInteger())
        return bound(value, sql_type(type_of_value(value)))

    def element(self, operand: Operand, kind: str = "") -> Element:
        """Return an operand in calculated form; a constant id is told by ``kind`` record."""
        if isinstance(operand, Constant):
            if kind == "record" and isinstance(operand.value, int):
                return bound(operand.value, BigInteger())
            return self.bind(operand.value)
        if operand.scale is not None:
            return self.exact(operand.element, operand.scale)
        return operand.element

    @abstractmethod
    def calculate(self, node: Node, compiling: Compiling) -> Operand:
        """Return the value of a node that follows from its children's."""

    @abstractmethod
    def exact(self, element: Element, scale: int) -> Element:
        """Return a decimal held as a scaled integer in calculated form."""

    @abstractmethod
    def order(self, operator: str, left: Element, right: Element, kind: str) -> ColumnElement[bool]:
        """Return ``< <= > >=`` of two values of one kind."""

    @abstractmethod
    def between(
        self, element: Element, low: Element, high: Element, kind: str
    ) -> ColumnElement[bool]:
        """Return whether a value lies between two of its kind, both included."""

    @abstractmethod
    def local_day(self, element: Element) -> Element:
        """Return the local day of a datetime."""

    @abstractmethod
    def one_of(self, element: Element, values: Sequence[Any], kind: str) -> ColumnElement[bool]:
        """Return whether an element is one of many values, passed as one parameter."""

    @abstractmethod
    def among(self, element: Element, others: Sequence[Element]) -> ColumnElement[bool]:
        """Return whether a calculated value equals one of others; it is evaluated once."""

    @abstractmethod
    def has_item(self, items: Element, value: Element) -> ColumnElement[bool]:
        """Return whether a list column holds a value."""

    @abstractmethod
    def total(self, column: Column) -> Column:
        """Return the sum over rows; 0 of nothing."""

    @abstractmethod
    def average(self, column: Column) -> Column:
        """Return the mean over rows, rounded as a quotient; empty of nothing."""

    @abstractmethod
    def extreme(self, function: str, column: Column) -> Column:
        """Return the least or greatest over rows; empty of nothing."""

    @abstractmethod
    def sortable(self, column: Column) -> Element:
        """Return an element by which rows are sorted as values are compared."""


def refuse_python_only(node: Call) -> None:
    """Raise ExpressionError for a function that statements do not know."""
    function = FUNCTIONS[node.function]
    if "sql" not in function.backends or function.result in ("period", "record"):
        message = f"'{node.function}' cannot stand in a condition."
        raise ExpressionError("not_allowed", message, node.at, node.function)


def typed(element: Element, type_: ValueType) -> Element:
    """Return the element with the SQL type of a kind, nothing converted in the statement."""
    return type_coerce(element, sql_type(type_))


def exact_decimal(element: Element) -> Column:
    """Return a calculated decimal."""
    return Column(DECIMAL, typed(element, DECIMAL))


def is_day(value: object) -> bool:
    """Tell whether a value is a date and no datetime."""
    return isinstance(value, date) and not isinstance(value, datetime)
