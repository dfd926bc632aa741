"""Groups with measures: counted, summed and averaged over what the reader may read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, Text, and_, collate, select

from cardwright_entities.errors import LimitError, Message, QueryError
from cardwright_entities.expressions.checking import check_condition
from cardwright_entities.expressions.sql import compile_condition, compile_order, compile_value
from cardwright_entities.expressions.values import ValueType
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.model.measuring import moved
from cardwright_entities.queries.conditions import refused
from cardwright_entities.queries.measures import Measured, base_path, measure_path, measure_value
from cardwright_entities.queries.names import RecordNames
from cardwright_entities.queries.pages import is_bare, open_parts
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
from cardwright_entities.queries.sources import Joins
from cardwright_entities.queries.titles import read_titles
from cardwright_entities.queries.ways import FEW_TO_GROUP, find_by_ways
from cardwright_entities.store.sessions import Session
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.tree import Call, Literal, Node, Path

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
    _refuse_excess(request)
    base = PageRequest(entity=request.entity, where=request.where, search=request.search)
    names, condition = _opened(session, reading, base)
    keys = [_key(names, each) for each in request.group_by]
    measured = {name: _measure(names, each) for name, each in request.measures.items()}
    measures = {name: each.column for name, each in measured.items()}
    clause = cast(Joins, names.joins).clause
    whole = select(*measures.values()).select_from(clause).where(condition)
    if not keys:
        row = session.row(whole) if measures else ()
        return Aggregate(groups=(), totals=_read(measured, row or ()))
    cells = [cell for key in keys for cell in key.cells]
    statement = (
        select(*(cell.label(f"k{index}") for index, cell in enumerate(cells)), *measures.values())
        .select_from(clause)
        .where(condition)
        .group_by(*cells)
        .order_by(*_order(names, request.sort, measured, keys))
        .limit(request.limit + 1)
    )
    if request.having is not None:
        statement = statement.having(_having(request.having, _MeasureNames(names, measured)))
    rows = session.rows(statement)
    cut = len(rows) > request.limit
    groups = tuple(_group(keys, measured, row) for row in rows[: request.limit])
    totals = None if cut or request.having is not None else _add_up(request.measures, groups)
    if totals is None:
        wanted = measures and request.totals
        totals = _read(measured, session.row(whole) or ()) if wanted else {}
    return Aggregate(
        groups=groups,
        totals=totals,
        titles=_titles(session, reading, keys, groups) if request.titles else {},
        cut=cut,
        keys=tuple(None if _is_period(key) else key.field for key in keys),
    )


def _opened(
    session: Session, reading: Reading, base: PageRequest
) -> tuple[RecordNames, ColumnElement[bool]]:
    names, rights, others = open_parts(reading, reading.model.entity(base.entity), base)
    condition = and_(others, rights)
    found = find_by_ways(session, names, rights, others, FEW_TO_GROUP, bare=is_bare(base))
    if found is not None and found.are_few:
        condition = and_(condition, found.among(names.source))
    return names, condition


def _refuse_excess(request: AggregateRequest) -> None:
    if len(request.group_by) > MOST_KEYS or len(request.measures) > MOST_MEASURES:
        raise LimitError(Message.of("too_many_measures", keys=MOST_KEYS, measures=MOST_MEASURES))
    if not 1 <= request.limit <= MOST_GROUPS:
        raise LimitError(Message.of("page_too_large", most=MOST_GROUPS))


def _add_up(measures: Mapping[str, Measure], groups: Sequence[Group]) -> dict[str, object] | None:
    """Return the totals of all groups without reading the records again, None where none follow."""
    totals: dict[str, object] = {}
    for name, measure in measures.items():
        combine = _COMBINED.get(measure.function)
        if combine is None:
            return None
        values = [group.values[name] for group in groups if group.values[name] is not None]
        empty = 0 if measure.function == "count" else None
        totals[name] = combine(values) if values else empty
    # Nothing at all is what the database itself says it is: the sum of nothing is 0.
    return totals if groups else None


#: Measures whose whole follows from their parts.
_COMBINED: Mapping[str, Callable[[Any], Any]] = {"count": sum, "sum": sum, "min": min, "max": max}


def _key(names: RecordNames, key: GroupKey) -> _Key:
    field, cells = names.cells(tuple(key.path.split(".")))
    if key.by and key.by not in PERIODS:
        raise QueryError(Message.of("unknown_period", name=key.by))
    if key.by and field.value_type.kind not in ("date", "datetime"):
        raise QueryError(Message.of("not_a_date_field", name=key.path))
    if field.value_type.kind == "datetime" or key.by:
        return _Key(key.path, field, (_period(names, key),), key.by)
    if field.value_type.kind in ("json", "list"):
        raise QueryError(Message.of("not_groupable", name=key.path))
    _, cells = names.cells(base_path(names, field, tuple(key.path.split("."))))
    return _Key(key.path, field, cells[:2] if field.type.relation == "any" else cells[:1], "")


def _period(names: RecordNames, key: GroupKey) -> ColumnElement[Any]:
    """Return the first day of the period in which a value lies, by the reader's clock."""
    moment = moved(Path(tuple(key.path.split("."))), key.shift)
    by = key.by or "day"
    if by == "day":
        return compile_value(Call("date", (moment,)), names)
    return compile_value(Call("start_of", (Literal(by), moment)), names)


def _measure(names: RecordNames, measure: Measure) -> Measured:
    if measure.value is not None:
        return measure_value(names, measure.function, measure.value)
    return measure_path(names, measure.function, measure.path)


def _having(tree: Node, names: _MeasureNames) -> ColumnElement[bool]:
    try:
        return compile_condition(check_condition(tree, names), names)  # type: ignore[arg-type] # of SqlNames only what measures have
    except ExpressionError as error:
        raise refused(error) from error


class _MeasureNames:
    """The names of measures, for ``having``: both their types and their columns."""

    def __init__(self, names: RecordNames, measures: Mapping[str, Measured]) -> None:
        self.dialect = names.dialect
        self.context = names.context
        self._measures = measures

    def column(self, path: Path) -> tuple[ColumnElement[Any], ValueType]:
        """Return a measure by its name."""
        found = self._find(path)
        return found.column, found.type

    def type_of(self, path: Path) -> ValueType:
        """Return the type of a measure."""
        return self._find(path).type

    def related(self, path: Path) -> _MeasureNames:
        """Refuse: a measure has no records behind it."""
        raise _unknown(path)

    def period(self) -> None:
        """Tell that a measure is not valid for a time."""

    def is_entity(self, name: str) -> bool:
        """Tell that no entity is known here."""
        return False

    def _find(self, path: Path) -> Measured:
        found = self._measures.get(".".join(path.names))
        if found is None or path.root:
            raise _unknown(path)
        return found


def _unknown(path: Path) -> QueryError:
    return QueryError(Message.of("unknown_measure", name=".".join((path.root, *path.names))[:60]))


def _order(
    names: RecordNames,
    sort: Sequence[str],
    measures: Mapping[str, Measured],
    keys: Sequence[_Key],
) -> list[ColumnElement[Any]]:
    """Return the terms of the order: measures as asked, then the keys, empty ones first."""
    order: list[ColumnElement[Any]] = []
    for each in sort:
        name = each.removeprefix("-")
        if name not in measures:
            raise QueryError(Message.of("unknown_measure", name=name))
        falls = each.startswith("-")
        value = compile_order(Path((name,)), _MeasureNames(names, measures))  # type: ignore[arg-type] # of SqlNames only what measures have
        term = value.desc() if falls else value.asc()
        order.append(term.nulls_last() if falls else term.nulls_first())
    for key in keys:
        for cell in _sorted_cells(names, key):
            text = names.dialect == "postgresql" and isinstance(cell.type, Text)
            order.append((collate(cell, "C") if text else cell).asc().nulls_first())
    return order


def _sorted_cells(names: RecordNames, key: _Key) -> tuple[ColumnElement[Any], ...]:
    if names.dialect == "postgresql" or key.field.columns or _is_period(key):
        return key.cells
    # SQLite holds calculated decimals as text, which does not stand in the order of numbers.
    path = base_path(names, key.field, tuple(key.path.split(".")))
    return (compile_order(Path(path), names),)


def _is_period(key: _Key) -> bool:
    return bool(key.by) or key.field.value_type.kind == "datetime"


def _group(keys: Sequence[_Key], measures: Mapping[str, Measured], row: Sequence[Any]) -> Group:
    values: list[object] = []
    start = 0
    for key in keys:
        cells = tuple(row[start : start + len(key.cells)])
        start += len(key.cells)
        if _is_period(key):
            values.append(date.fromisoformat(cells[0]) if isinstance(cells[0], str) else cells[0])
        else:
            width = len(key.field.columns) or 1
            padded = cells + (None,) * (width - len(cells))
            values.append(key.field.type.from_row(padded, key.field.definition))
    return Group(tuple(values), _read(measures, row[start:]))


def _read(measures: Mapping[str, Measured], values: Sequence[Any]) -> dict[str, object]:
    return {
        name: each.read(value)
        for (name, each), value in zip(measures.items(), values, strict=False)
    }


def _titles(
    session: Session, reading: Reading, keys: Sequence[_Key], groups: Sequence[Group]
) -> dict[tuple[str, int], str]:
    links = {key.path: key.field for key in keys if key.field.targets}
    rows = [
        RowOfPage(0, {key.path: value for key, value in zip(keys, group.key, strict=True)})
        for group in groups
    ]
    return read_titles(session, reading, links, rows) if links else {}
