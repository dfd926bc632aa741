"""Groups with measures: counted, summed and averaged over what the reader may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import ColumnElement, Date, Text, func, literal, select, type_coerce
from sqlalchemy import cast as sql_cast

from cardwright_entities.errors import LimitError, Message, QueryError
from cardwright_entities.expressions.sql import compile_aggregate, compile_condition
from cardwright_entities.expressions.values import INTEGER, ValueType
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.queries.names import Joins, RecordNames
from cardwright_entities.queries.pages import FUNCTIONS, measured, open_records
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.requests import (
    Aggregate,
    AggregateRequest,
    Group,
    GroupKey,
    Measure,
    PageRequest,
    RowOfPage,
)
from cardwright_entities.queries.titles import read_titles
from cardwright_entities.store.sessions import Session
from cardwright_metadata.expressions.tree import Path

#: Groups answered at most, keys and measures asked at most.
MOST_GROUPS = 10_000
MOST_KEYS = 4
MOST_MEASURES = 20

PERIODS = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True)
class _Key:
    path: str
    field: FieldModel
    cells: tuple[ColumnElement[Any], ...]
    by: str


def read_aggregate(session: Session, reading: Reading, request: AggregateRequest) -> Aggregate:
    """Group and measure with the rights of the reader; raise QueryError and LimitError."""
    if len(request.group_by) > MOST_KEYS or len(request.measures) > MOST_MEASURES:
        raise LimitError(Message.of("too_many_measures", keys=MOST_KEYS, measures=MOST_MEASURES))
    if not 1 <= request.limit <= MOST_GROUPS:
        raise LimitError(Message.of("page_too_large", most=MOST_GROUPS))
    entity = reading.model.entity(request.entity)
    base = PageRequest(entity=request.entity, where=request.where, search=request.search)
    names, condition = open_records(reading, entity, base)
    keys = [_key(names, each) for each in request.group_by]
    typed = {name: _measure(names, each) for name, each in request.measures.items()}
    measures = {name: column for name, (column, _) in typed.items()}
    clause = cast(Joins, names.joins).clause
    totals_row = (
        session.row(select(*measures.values()).select_from(clause).where(condition))
        if measures
        else ()
    )
    totals = dict(zip(measures, totals_row or (), strict=False))
    if not keys:
        return Aggregate(groups=(), totals=totals)
    cells = [cell for key in keys for cell in key.cells]
    statement = (
        select(*(cell.label(f"k{index}") for index, cell in enumerate(cells)), *measures.values())
        .select_from(clause)
        .where(condition)
        .group_by(*cells)
        .order_by(*_order(request.sort, measures, cells))
        .limit(request.limit + 1)
    )
    if request.having is not None:
        statement = statement.having(
            compile_condition(request.having, _MeasureNames(names, typed))  # type: ignore[arg-type]
        )
    rows = session.rows(statement)
    cut = len(rows) > request.limit
    groups = tuple(_group(keys, list(measures), row) for row in rows[: request.limit])
    return Aggregate(
        groups=groups, totals=totals, titles=_titles(session, reading, keys, groups), cut=cut
    )


def _key(names: RecordNames, key: GroupKey) -> _Key:
    field, cells = names.cells(tuple(key.path.split(".")))
    if key.by and key.by not in PERIODS:
        raise QueryError(Message.of("unknown_period", name=key.by))
    if key.by and field.value_type.kind not in ("date", "datetime"):
        raise QueryError(Message.of("not_a_date_field", name=key.path))
    if field.value_type.kind == "datetime" or key.by:
        return _Key(key.path, field, (_period(names, field, cells[0], key.by or "day"),), key.by)
    if field.value_type.kind in ("json", "list"):
        raise QueryError(Message.of("not_groupable", name=key.path))
    return _Key(key.path, field, cells[:2] if field.type.relation == "any" else cells[:1], "")


def _period(
    names: RecordNames, field: FieldModel, cell: ColumnElement[Any], by: str
) -> ColumnElement[Any]:
    zone = str(names.reading.context.zone)
    if names.dialect == "postgresql":
        local = func.timezone(zone, cell) if field.value_type.kind == "datetime" else cell
        return type_coerce(sql_cast(func.date_trunc(by, local), Date), Date)
    text = type_coerce(cell, Text)
    if field.value_type.kind == "datetime":
        text = func.cw_local_day(text, literal(zone))
    return type_coerce(func.cw_period_start(text, literal(by)), Text)


def _measure(names: RecordNames, measure: Measure) -> tuple[ColumnElement[Any], ValueType]:
    if measure.function not in FUNCTIONS:
        raise QueryError(Message.of("unknown_function", name=measure.function))
    if measure.value is not None:
        return compile_aggregate(measure.function, measure.value, names)
    if not measure.path:
        if measure.function != "count":
            raise QueryError(Message.of("measure_needs_field", name=measure.function))
        return func.count(), INTEGER
    field, cells = names.cells(tuple(measure.path.split(".")))
    if measure.function in ("sum", "average") and not field.type.numeric:
        raise QueryError(Message.of("not_a_number_field", name=measure.path))
    column = getattr(func, FUNCTIONS[measure.function])(measured(field, cells))
    return column, INTEGER if measure.function == "count" else field.value_type


class _MeasureNames:
    """The names of measures, for ``having``."""

    def __init__(
        self, names: RecordNames, measures: dict[str, tuple[ColumnElement[Any], ValueType]]
    ) -> None:
        self.dialect = names.dialect
        self.context = names.context
        self._measures = measures

    def column(self, path: Path) -> tuple[ColumnElement[Any], ValueType]:
        """Return a measure by its name."""
        name = ".".join(path.names)
        if name not in self._measures:
            raise QueryError(Message.of("unknown_measure", name=name))
        return self._measures[name]


def _order(
    sort: Sequence[str], measures: dict[str, ColumnElement[Any]], cells: Sequence[ColumnElement[Any]]
) -> list[ColumnElement[Any]]:
    order: list[ColumnElement[Any]] = []
    for each in sort:
        name = each.lstrip("-")
        if name not in measures:
            raise QueryError(Message.of("unknown_measure", name=name))
        order.append(measures[name].desc() if each.startswith("-") else measures[name].asc())
    return order + list(cells)


def _group(keys: Sequence[_Key], measures: Sequence[str], row: Sequence[Any]) -> Group:
    values: list[object] = []
    start = 0
    for key in keys:
        cells = tuple(row[start : start + len(key.cells)])
        start += len(key.cells)
        if key.by or key.field.value_type.kind == "datetime":
            values.append(date.fromisoformat(cells[0]) if isinstance(cells[0], str) else cells[0])
        else:
            width = len(key.field.columns) or 1
            padded = cells + (None,) * (width - len(cells))
            values.append(key.field.type.from_row(padded, key.field.definition))
    return Group(tuple(values), dict(zip(measures, (_exact(each) for each in row[start:]), strict=False)))


def _exact(value: object) -> object:
    return Decimal(str(value)) if isinstance(value, float) else value


def _titles(
    session: Session, reading: Reading, keys: Sequence[_Key], groups: Sequence[Group]
) -> dict[tuple[str, int], str]:
    links = {key.path: key.field for key in keys if key.field.type.relation}
    rows = [
        RowOfPage(0, {key.path: value for key, value in zip(keys, group.key, strict=True)})
        for group in groups
    ]
    return read_titles(session, reading, links, rows) if links else {}
