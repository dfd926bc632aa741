"""Which numbers of a report exist for a reader: none that needs what he may not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cardwright_entities.errors import Message, QueryError
from cardwright_entities.expressions.checking import check_types
from cardwright_entities.expressions.names import UnknownNameError
from cardwright_entities.expressions.values import DECIMAL
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.measuring import Way, field_at, measures_of, over_dimensions, way_of
from cardwright_entities.model.model import Model
from cardwright_entities.model.scopes import EntityScope
from cardwright_entities.queries.conditions import reader_scope, refused, typed_condition
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.requests import Measure
from cardwright_entities.reports.tables import Axis, Figure
from cardwright_metadata.definitions.reports import (
    AxisDefinition,
    FigureDefinition,
    MeasureDefinition,
    ReportDefinition,
)
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.names import paths_of
from cardwright_metadata.expressions.tree import Binary, Find, Node, Path, RecordAt, Related
from cardwright_metadata.expressions.walking import walk


@dataclass(frozen=True, eq=False)
class Measured:
    """One number over records, as its reader may compute it."""

    figure: Figure
    measure: MeasureDefinition
    entity: EntityModel
    scope: EntityScope
    value: Measure
    where: Node | None
    rows: tuple[Way, ...]
    columns: tuple[Way, ...]


def measured_for(reading: Reading, report: ReportDefinition) -> tuple[Measured, ...]:
    """Return what this reader may measure in a report, without a statement.

    A number over a trait comes once for each of its entities that he may read.
    """
    found: list[Measured] = []
    for figure in report.figures:
        for measure in measures_of(reading.model.catalog, figure):
            try:
                found.append(_measured(reading, report, figure, measure))
            except (QueryError, UnknownNameError):
                continue  # it needs a field that does not exist for this reader
    return tuple(found)


def may_see(reading: Reading, report: ReportDefinition) -> bool:
    """Tell whether there is anything in a report for this reader."""
    return bool(measured_for(reading, report))


def figures_of(report: ReportDefinition, measured: Sequence[Measured]) -> tuple[Figure, ...]:
    """Return the numbers that remain, in their order: an expression only with all it needs."""
    known = {each.figure.name: each.figure for each in measured}
    waiting = [each for each in report.figures if each.expression is not None]
    while True:
        ready = [each for each in waiting if needs_of(each) <= set(known)]
        if not ready:
            break
        known |= {each.name: Figure(each) for each in ready}
        waiting = [each for each in waiting if each.name not in known]
    return tuple(known[each.name] for each in report.figures if each.name in known)


def needs_of(figure: FigureDefinition) -> set[str]:
    """Return the numbers that an expression reads."""
    if figure.expression is None:
        return set()
    return {".".join(each.names) for each in paths_of(figure.expression.tree)}


def axes_of(
    model: Model, axes: Sequence[AxisDefinition], ways: Sequence[Way], entity: EntityModel
) -> tuple[Axis, ...]:
    """Return dimensions with the field that says what their values are called."""
    return tuple(
        Axis(axis, field_at(model, entity, way), way.grain, bool(way.kind))
        for axis, way in zip(axes, ways, strict=True)
    )


def narrowing(each: Measured, tree: Node | None) -> Node | None:
    """Return a condition over dimensions as one over the records of a number."""
    if tree is None:
        return None
    for node in walk(tree):
        if isinstance(node, Related | RecordAt | Find):
            raise QueryError(Message("dimensions_only"))
    try:
        return over_dimensions(tree, each.scope, each.measure, each.figure.definition.shift)
    except UnknownNameError as error:
        name, entity = error.name, each.entity.name
        raise QueryError(Message.of("unknown_field", name=name, entity=entity)) from error


def joined(*parts: Node | None) -> Node | None:
    """Return conditions as one that asks for all of them."""
    whole: Node | None = None
    for each in parts:
        if each is not None:
            whole = each if whole is None else Binary("and", whole, each)
    return whole


def _measured(
    reading: Reading,
    report: ReportDefinition,
    figure: FigureDefinition,
    measure: MeasureDefinition,
) -> Measured:
    principal = reading.context.principal
    entity = reading.model.entity(measure.entity)
    if not reading.policy.may(principal, entity.name, "read"):
        raise UnknownNameError(entity.name)
    scope = reader_scope(reading, entity)
    value = _value_of(scope, measure)
    rows = tuple(way_of(scope, measure, each.path) for each in report.rows)
    columns = tuple(way_of(scope, measure, each.path) for each in report.columns)
    whole = report.where.tree if report.where is not None else None
    shown = Figure(figure, measure, _field_of(reading.model, entity, value))
    found = Measured(shown, measure, entity, scope, value, None, rows, columns)
    where = joined(
        measure.where.tree if measure.where is not None else None, narrowing(found, whole)
    )
    if where is not None:
        typed_condition(reading, entity.name, where)
    return replace(found, where=where)


def _value_of(scope: EntityScope, measure: MeasureDefinition) -> Measure:
    """Return what the compiler is asked; raise QueryError for what the reader may not read."""
    if measure.value is None:
        return Measure("count")
    try:
        typed = check_types(measure.value, scope, backends=frozenset({"sql"}))
    except ExpressionError as error:
        raise refused(error) from error
    tree = measure.value.tree
    if isinstance(tree, Path) and not tree.root:
        # Of money in several currencies this adds up what it is worth.
        return Measure(measure.function, path=".".join(tree.names))
    return Measure(measure.function, value=typed)


def _field_of(model: Model, entity: EntityModel, value: Measure) -> FieldModel | None:
    """Return the field that is measured, None for a count and for an expression."""
    names = tuple(value.path.split(".")) if value.path else ()
    ways = (names, names[:-1])
    found = (field_at(model, entity, Way(each, "", DECIMAL)) for each in ways if each)
    return next((each for each in found if each is not None), None)
