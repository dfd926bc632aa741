"""Totals and measures of many records: exact, and alike on both engines."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any

from sqlalchemy import ColumnElement

from cardwright_entities.errors import Message, QueryError
from cardwright_entities.expressions.sql import compile_aggregate
from cardwright_entities.expressions.typed import TypedExpression
from cardwright_entities.expressions.values import DECIMAL, INTEGER, ValueType
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.queries.names import RecordNames
from cardwright_metadata.expressions.tree import Path

#: Functions that may stand in totals and aggregates.
FUNCTIONS = ("sum", "average", "min", "max", "count")

_ADDING = frozenset({"sum", "average"})
#: Kinds of which there is a smallest and a largest.
_COMPARABLE = frozenset({"decimal", "text", "date", "datetime", "time"})
_WIDE = Context(prec=300)


@dataclass(frozen=True, eq=False)
class Measured:
    """One measure of a statement: its column, and the kind of what comes out."""

    column: ColumnElement[Any]
    type: ValueType

    def read(self, value: object) -> object:
        """Return the value as both engines mean it: whole numbers int, others Decimal."""
        if value is None or self.type.kind != "decimal":
            return value
        number = value if isinstance(value, Decimal) else Decimal(str(value))
        if self.type.scale == 0:
            return int(number)
        if self.type.scale > 0:
            return number.quantize(Decimal(1).scaleb(-self.type.scale), context=_WIDE)
        return number.normalize(_WIDE)


def measure_path(names: RecordNames, function: str, path: str) -> Measured:
    """Measure a field, or count records without one; raise QueryError for what has no measure."""
    _check_function(function)
    if not path:
        if function != "count":
            raise QueryError(Message.of("measure_needs_field", name=function))
        return Measured(compile_aggregate("count", None, names), INTEGER)
    parts = tuple(path.split("."))
    field, _ = names.cells(parts)
    if function in _ADDING and not field.type.numeric:
        raise QueryError(Message.of("not_a_number_field", name=path))
    comparable = function == "count" or field.value_type.kind in _COMPARABLE
    if field.type.write_only or not comparable:
        raise QueryError(Message.of("not_comparable", name=path))
    column = compile_aggregate(function, Path(base_path(names, field, parts)), names)
    return Measured(column, _type_of_result(function, field.value_type))


def measure_value(names: RecordNames, function: str, value: TypedExpression) -> Measured:
    """Measure a calculated value, such as the sum of quantity * price."""
    _check_function(function)
    if function in _ADDING and value.type.kind != "decimal":
        raise QueryError(Message.of("not_a_number_field", name=function))
    if function != "count" and value.type.kind not in _COMPARABLE:
        raise QueryError(Message.of("not_comparable", name=function))
    column = compile_aggregate(function, value.tree, names)
    return Measured(column, _type_of_result(function, ValueType(value.type.kind)))


def _check_function(function: str) -> None:
    if function not in FUNCTIONS:
        raise QueryError(Message.of("unknown_function", name=function[:60]))


def base_path(names: RecordNames, field: FieldModel, parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the path of what adds up: of money in several currencies the base amount."""
    base = (*parts, "base")
    # What says .amount or .base means just that.
    said = parts[-1] != field.name
    if said or not field.is_amount or not names.exists(".".join(base)):
        return parts
    return base


def _type_of_result(function: str, measured: ValueType) -> ValueType:
    if function == "count":
        return INTEGER
    return DECIMAL if function == "average" else measured
