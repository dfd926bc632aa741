"""A value inside a statement: an element with its kind, or a constant known before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnClause,
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Numeric,
    Text,
    Time,
)
from sqlalchemy.types import TypeEngine

from cardwright_entities.expressions.moments import Period
from cardwright_entities.expressions.sql_types import ExactDecimal, Instant
from cardwright_entities.expressions.values import (
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    DURATION,
    NULL,
    PERIOD,
    TEXT,
    TIME,
    RecordRef,
    ValueType,
)

Element = ColumnElement[Any]


@dataclass(frozen=True, eq=False)
class Column:
    """A value that depends on the row.

    ``scale``: a decimal held as an integer, value × 10^scale; None for a decimal in calculated
    form. ``owner``: of a link to any entity, the column that says of which. ``given``: handed to
    the statement by whoever asks, and never empty.
    """

    type: ValueType
    element: Element
    scale: int | None = None
    owner: Element | None = None
    given: bool = False

    @property
    def is_plain(self) -> bool:
        """Tell whether it is a mere column, which may be written twice in a statement."""
        return isinstance(self.element, ColumnClause)


@dataclass(frozen=True, eq=False)
class Constant:
    """A value that is known before the statement runs; ``is_identity``: it came from ``$me``."""

    value: Any
    is_identity: bool = False

    @property
    def type(self) -> ValueType:
        """Return the kind of the value."""
        return type_of_value(self.value)


Operand = Column | Constant


def type_of_value(value: object) -> ValueType:
    """Return the kind of a Python value; an id is an integer."""
    for kind, type_ in _KINDS:
        if isinstance(value, kind):
            return type_
    return NULL


_KINDS: tuple[tuple[type | tuple[type, ...], ValueType], ...] = (
    (str, TEXT),
    (bool, BOOLEAN),
    ((Decimal, int), DECIMAL),
    (datetime, DATETIME),
    (date, DATE),
    (time, TIME),
    (timedelta, DURATION),
    (Period, PERIOD),
    (RecordRef, ValueType("record")),
    (tuple, ValueType("list")),
)


def column_operand(element: Element, type_: ValueType, dialect: str) -> Column:
    """Return a column as the names gave it, with the scale in which it holds a decimal."""
    if type_.kind == "decimal":
        return Column(type_, element, scale=_held_scale(element.type, type_, dialect))
    return Column(type_, element)


def _held_scale(held: TypeEngine[Any], type_: ValueType, dialect: str) -> int | None:
    if isinstance(held, Integer):
        return 0
    if dialect == "postgresql":
        return None
    if isinstance(held, ExactDecimal):
        return held.scale
    scale = getattr(held, "scale", None)
    return max(type_.scale, 0) if scale is None else int(scale)


def type_of_element(element: Element) -> ValueType:
    """Return the kind of an element of which nothing but its SQL type is known."""
    for sql_type_, type_ in (
        (Boolean, BOOLEAN),
        (Integer, DECIMAL),
        (Numeric, DECIMAL),
        (ExactDecimal, DECIMAL),
        (Date, DATE),
        (DateTime, DATETIME),
        (Instant, DATETIME),
    ):
        if isinstance(element.type, sql_type_):
            return type_
    return TEXT


def sql_type(type_: ValueType) -> TypeEngine[Any]:
    """Return the SQL type of calculated values of a kind."""
    if type_.kind == "list":
        return ARRAY(sql_type(type_.item or TEXT))
    return _SQL_TYPES.get(type_.kind, Text)()


_SQL_TYPES: dict[str, type[TypeEngine[Any]]] = {
    "text": Text,
    "decimal": ExactDecimal,
    "boolean": Boolean,
    "date": Date,
    "datetime": Instant,
    "time": Time,
    "record": BigInteger,
    "duration": BigInteger,
}
