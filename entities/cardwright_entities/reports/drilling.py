"""The condition that finds the records behind a number of a report."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.measuring import TIMES, Way, field_grain, moved
from cardwright_entities.reports.ordering import following
from cardwright_entities.reports.seeing import Measured, joined, narrowing
from cardwright_entities.reports.tables import Axis, Key, ReportTable
from cardwright_metadata.definitions.reports import ShiftDefinition
from cardwright_metadata.expressions.text import write
from cardwright_metadata.expressions.tree import Binary, Call, Emptiness, Literal, Node, Path


def condition_behind(
    table: ReportTable, each: Measured, row: Key | None = None, column: Key | None = None
) -> str:
    """Return the condition of the list behind a cell; without a row or column, of a total."""
    shift = each.figure.definition.shift
    places = [
        *(zip(each.rows, table.row_axes, row, strict=True) if row is not None else ()),
        *(zip(each.columns, table.column_axes, column, strict=True) if column is not None else ()),
    ]
    # The list behind a cell is one entity's already.
    asked = [_at(way, axis, value, shift) for way, axis, value in places if not way.kind]
    whole = joined(each.where, narrowing(each, table.where), *asked)
    return "" if whole is None else write(whole)


def _at(way: Way, axis: Axis, value: object, shift: ShiftDefinition | None) -> Node:
    """Return the condition that a dimension has a value."""
    path = Path(way.names)
    match value:
        case None:
            return Emptiness(path)
        case date():
            return _in_period(path, way, axis, value, shift)
        case RecordRef() if way.type.entity:
            return Binary("=", path, Literal(Decimal(value.id)))
        case RecordRef():
            named = (Literal(value.entity), Literal(Decimal(value.id)))
            return Binary("=", path, Call("record", named))
        case int() if not isinstance(value, bool):
            return Binary("=", path, Literal(Decimal(value)))
        case str() | bool() | Decimal():
            return Binary("=", path, Literal(value))
    return Binary("=", path, Literal(str(value)))


def _in_period(path: Path, way: Way, axis: Axis, day: date, shift: ShiftDefinition | None) -> Node:
    grain = axis.grain or field_grain(axis.field)
    if shift is not None and way.type.kind in TIMES:
        shown = moved(path, shift)
        return Binary("=", Call("start_of", (Literal(grain), shown)), Literal(day.isoformat()))
    start: Node = Call("date", (path,)) if way.type.kind == "datetime" else path
    last = following(day, grain) - timedelta(days=1)
    if grain == "day" or not grain:
        return Binary("=", start, Literal(day.isoformat()))
    return Binary(
        "and",
        Binary(">=", start, Literal(day.isoformat())),
        Binary("<=", start, Literal(last.isoformat())),
    )
