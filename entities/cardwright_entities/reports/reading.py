"""A report is read: one statement for each number, then the table is put together exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import chain

from cardwright_entities.errors import LimitError, Message, NotFoundError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.model.measuring import TIMES, Way
from cardwright_entities.queries.aggregates import MOST_GROUPS, read_aggregate
from cardwright_entities.queries.conditions import typed_condition
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.requests import AggregateRequest, GroupKey, Measure
from cardwright_entities.queries.titles import Titles, titles_of
from cardwright_entities.reports.adding import Part, Place, Sums, add_up
from cardwright_entities.reports.finishing import finish_for
from cardwright_entities.reports.ordering import in_order, sorted_by, without_gaps
from cardwright_entities.reports.seeing import (
    Measured,
    axes_of,
    figures_of,
    joined,
    measured_for,
    narrowing,
)
from cardwright_entities.reports.tables import Axis, Key, ReportTable, Values
from cardwright_entities.store.sessions import Session
from cardwright_metadata.definitions.reports import ReportDefinition
from cardwright_metadata.expressions.tree import Node

#: How many records a number stands for, beside the number.
_THERE = "there"
#: Rows, columns, and numbers of one report at most.
MOST_ROWS = 2_000
MOST_COLUMNS = 100
MOST_CELLS = 50_000


def read_report(
    session: Session, reading: Reading, report: ReportDefinition, where: Node | None = None
) -> ReportTable:
    """Read a report with the rights of the reader.

    ``where`` narrows it by a condition over dimensions. Raise NotFoundError for one of which the
    reader may see nothing, QueryError, and LimitError for one with too many rows and columns.
    """
    measured = measured_for(reading, report)
    if not measured:
        raise NotFoundError(Message("not_found"))
    groups: dict[str, Groups] = {}
    for each in measured:
        # Of a trait the parts of each entity stand at the same places: they are added up.
        groups.setdefault(each.figure.name, []).extend(_groups(session, reading, each, where))
    _keep_inside(measured, groups)
    titles = _read_titles(session, reading, groups.values())
    functions = {each.figure.name: each.measure.function for each in measured}
    sums = {
        name: add_up(function, _seen(reading, groups[name], titles))
        for name, function in functions.items()
    }
    return replace(_put_together(reading, report, measured, sums, titles), where=where)


def _put_together(
    reading: Reading,
    report: ReportDefinition,
    measured: Sequence[Measured],
    sums: Mapping[str, Sums],
    titles: Titles,
) -> ReportTable:
    axes = _axes(reading, report, measured)
    rows = _keys(axes[0], titles, (row for each in sums.values() for row in each.rows))
    columns = _keys(axes[1], titles, (key for each in sums.values() for key in each.columns))
    figures = figures_of(report, measured)
    _check_size(len(rows), len(columns), len(figures))
    finish = finish_for(reading, report, figures)

    def shown(read: Callable[[Sums], object]) -> Values:
        return finish({name: read(each) for name, each in sums.items()})

    totals = {row: shown(partial(Sums.of_row, row=row)) for row in rows}
    return ReportTable(
        definition=report,
        figures=figures,
        row_axes=axes[0],
        column_axes=axes[1],
        rows=sorted_by(report.sort, rows, totals),
        columns=columns,
        cells={
            (row, column): shown(partial(Sums.of_cell, row=row, column=column))
            for row in rows
            for column in columns
        },
        row_totals=totals,
        column_totals={each: shown(partial(Sums.of_column, column=each)) for each in columns},
        totals=shown(Sums.of_all),
        titles=titles,
    )


Groups = list[tuple[Place, Part]]


def _axes(
    reading: Reading, report: ReportDefinition, measured: Sequence[Measured]
) -> tuple[tuple[Axis, ...], tuple[Axis, ...]]:
    first = measured[0]
    return (
        axes_of(reading.model, report.rows, first.rows, first.entity),
        axes_of(reading.model, report.columns, first.columns, first.entity),
    )


def _keys(axes: tuple[Axis, ...], titles: Titles, found: Iterable[Key]) -> tuple[Key, ...]:
    keys = set(found)
    _check_size(len(keys), 1, 1)
    return without_gaps(in_order(keys, axes, titles), axes)


def _groups(session: Session, reading: Reading, each: Measured, where: Node | None) -> Groups:
    """Read the parts of one number by row and column."""
    name = each.entity.name
    whole = joined(each.where, narrowing(each, where))
    ways = (*each.rows, *each.columns)
    grouped = [way for way in ways if not way.kind]
    answer = read_aggregate(
        session,
        reading,
        AggregateRequest(
            entity=name,
            where=None if whole is None else typed_condition(reading, name, whole),
            group_by=tuple(_group_key(way, each) for way in grouped),
            measures=_asked(each.value) if grouped or not ways else _with_count(each.value),
            limit=MOST_GROUPS,
            titles=False,
            totals=False,
        ),
    )
    if answer.cut:
        raise LimitError(Message.of("report_too_large", rows=MOST_ROWS, columns=MOST_COLUMNS))
    if not grouped:
        # An entity of which nothing is there is no row; without rows nothing is nought.
        there = answer.totals.get(_THERE, 1)
        return [(_key(each, ways, ()), _part(answer.totals))] if there else []
    found: Groups = []
    for group in answer.groups:
        values = [
            _as_reference(field, value) for field, value in zip(answer.keys, group.key, strict=True)
        ]
        found.append((_key(each, ways, values), _part(group.values)))
    return found


def _key(each: Measured, ways: Sequence[Way], values: Sequence[object]) -> Place:
    """Return at which row and column values stand, with the entity where one is asked for."""
    given = iter(values)
    whole = tuple(way.kind or next(given) for way in ways)
    width = len(each.rows)
    return whole[:width], whole[width:]


def _part(values: Mapping[str, object]) -> Part:
    return tuple(value for name, value in values.items() if name != _THERE)


def _group_key(way: Way, each: Measured) -> GroupKey:
    timed = way.type.kind in TIMES
    shift = each.figure.definition.shift if timed else None
    by = way.grain or (
        "day" if timed and (shift is not None or way.type.kind == "datetime") else ""
    )
    return GroupKey(way.path, by, shift)


def _asked(value: Measure) -> Mapping[str, Measure]:
    """Return what a number is added up from: a mean from its sum and its count."""
    if value.function != "average":
        return {"value": value}
    return {
        "sum": Measure("sum", value.path, value.value),
        "count": Measure("count", value.path, value.value),
    }


def _with_count(value: Measure) -> Mapping[str, Measure]:
    return {**_asked(value), _THERE: Measure("count")}


def _as_reference(field: FieldModel | None, value: object) -> object:
    """Return a link as a reference, so that those of different kinds of links are equal."""
    if field is None or not field.targets or not isinstance(value, int):
        return value
    return RecordRef(field.targets[0], value)


def _keep_inside(measured: Sequence[Measured], groups: Mapping[str, Groups]) -> None:
    """Drop what shifted numbers have at times before or after all others."""
    shifted = {each.figure.name for each in measured if each.figure.definition.shift is not None}
    days: defaultdict[int, list[date]] = defaultdict(list)
    for name, parts in groups.items():
        for (row, column), _ in parts if name not in shifted else ():
            for place, value in enumerate((*row, *column)):
                if isinstance(value, date):
                    days[place].append(value)
    ends = {place: (min(found), max(found)) for place, found in days.items()}
    for name in shifted:
        groups[name][:] = [
            (place, part)
            for place, part in groups[name]
            if not any(_is_outside(each, ends.get(at)) for at, each in enumerate(chain(*place)))
        ]


def _is_outside(value: object, ends: tuple[date, date] | None) -> bool:
    return isinstance(value, date) and ends is not None and not ends[0] <= value <= ends[1]


def _read_titles(session: Session, reading: Reading, groups: Iterable[Groups]) -> Titles:
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for parts in groups:
        for (row, column), _ in parts:
            for value in (*row, *column):
                if isinstance(value, RecordRef):
                    wanted[value.entity].add(value.id)
    titles: Titles = {}
    for entity, records in sorted(wanted.items()):
        titles |= titles_of(session, reading, entity, records)
    return titles


def _seen(reading: Reading, parts: Groups, titles: Titles) -> Iterator[tuple[Place, Part]]:
    """Yield the parts as the reader sees them: a record that he may not see reads as empty."""

    def see(value: object) -> object:
        if not isinstance(value, RecordRef) or (value.entity, value.id) in titles:
            return value
        entity = reading.model.entity(value.entity)
        named = entity.title is not None and entity.title.name in reading.readable(entity)
        return None if named else value

    for (row, column), part in parts:
        yield (tuple(map(see, row)), tuple(map(see, column))), part


def _check_size(rows: int, columns: int, figures: int) -> None:
    if rows > MOST_ROWS or columns > MOST_COLUMNS or rows * columns * figures > MOST_CELLS:
        raise LimitError(Message.of("report_too_large", rows=MOST_ROWS, columns=MOST_COLUMNS))
