"""Measures and reports that could not be computed: said before anything is applied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from cardwright_entities.expressions.checking import check_types
from cardwright_entities.expressions.names import UnknownNameError
from cardwright_entities.expressions.values import BOOLEAN, DECIMAL
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.model.measuring import (
    TIMES,
    Way,
    field_at,
    figure_scope,
    fits,
    measured_in,
    over_dimensions,
    over_each,
    own_grain,
    way_of,
)
from cardwright_entities.model.model import Model
from cardwright_entities.model.scopes import EntityScope
from cardwright_entities.model.written import IN_STATEMENTS, Written
from cardwright_metadata.definitions.reports import (
    FigureDefinition,
    MeasureDefinition,
    ReportDefinition,
)
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.names import paths_of
from cardwright_metadata.expressions.tree import Expression
from cardwright_metadata.problems import Finding

#: Kinds of values that make rows and columns.
_GROUPED = frozenset({"text", "decimal", "boolean", "date", "datetime", "record"})


def written_in_reports(model: Model) -> Iterator[Written]:
    """Yield what measures add up and which records they are about."""
    catalog = model.catalog
    for measure in catalog.measures.values():
        for each in over_each(catalog, measure):
            yield from _of_measure(model, f"measure/{measure.name}", (), each)
    for report in catalog.reports.values():
        address = f"report/{report.name}"
        for figure, measure in measured_in(catalog, report):
            scope = EntityScope(model, model.entity(measure.entity))
            if figure.own is not None:
                at = ("records",) if report.records else ("measures", figure.name)
                yield from _of_measure(model, address, at, measure)
            if report.where is not None:
                tree = over_dimensions(report.where.tree, scope, measure, None)
                yield Written(
                    address=address,
                    path=("where",),
                    expression=Expression(report.where.text, tree),
                    scope=scope,
                    expected=BOOLEAN,
                    backends=IN_STATEMENTS,
                )


def _of_measure(
    model: Model, address: str, at: tuple[str, ...], measure: MeasureDefinition
) -> Iterator[Written]:
    scope = EntityScope(model, model.entity(measure.entity))
    if measure.value is not None:
        yield Written(
            address=address,
            path=(*at, measure.function),
            expression=measure.value,
            scope=scope,
            expected=DECIMAL if measure.function in ("sum", "average") else None,
            backends=IN_STATEMENTS,
        )
    if measure.where is not None:
        yield Written(
            address=address,
            path=(*at, "where"),
            expression=measure.where,
            scope=scope,
            backends=IN_STATEMENTS,
        )


def wrong_reports(model: Model) -> Iterator[Finding]:
    """Yield dimensions that cannot meet, and expressions over numbers that cannot be computed."""
    for report in model.catalog.reports.values():
        yield from _wrong_records(model, report)
        for key, axes in (("rows", report.rows), ("columns", report.columns)):
            for axis in axes:
                yield from _wrong_axis(model, report, (key, axis.path), axis.path)
        yield from _wrong_expressions(report)


@dataclass(frozen=True)
class _Seen:
    """A dimension as one number of a report knows it."""

    figure: FigureDefinition
    way: Way
    field: FieldModel | None

    @property
    def own(self) -> str:
        return own_grain(self.field, self.way)

    def meets(self, other: _Seen) -> bool:
        if self.way.type.kind in TIMES and other.way.type.kind in TIMES:
            return True
        return self.way.type.kind == other.way.type.kind


def _wrong_axis(
    model: Model, report: ReportDefinition, at: tuple[str, str], path: str
) -> Iterator[Finding]:
    address = f"report/{report.name}"
    seen: list[_Seen] = []
    for figure, measure in measured_in(model.catalog, report):
        entity = model.entity(measure.entity)
        try:
            way = way_of(EntityScope(model, entity), measure, path)
        except UnknownNameError as error:
            message = f"Of '{figure.name}' this leads to no value: '{error.name}'."
            yield Finding(
                address=address, path=at, code="unknown_dimension", message=message, found=path
            )
            return
        seen.append(_Seen(figure, way, field_at(model, entity, way)))
    for each in seen:
        problem = _problem_of(each, seen[0])
        if problem:
            code, message = problem
            yield Finding(address=address, path=at, code=code, message=message, found=path)
            return


def _problem_of(seen: _Seen, first: _Seen) -> tuple[str, str] | None:
    """Return why a number cannot be shown by a dimension, or not beside the first one."""
    name, kind = seen.figure.name, seen.way.type.kind
    if kind not in _GROUPED:
        return "not_groupable", f"Of '{name}' this holds values of kind {kind}, not single ones."
    if not seen.meets(first):
        return (
            "cannot_meet",
            f"Of '{first.figure.name}' this is of kind {first.way.type.kind}, "
            f"of '{name}' of kind {kind}: they never meet.",
        )
    grain, own = seen.way.grain, seen.own
    if grain and not fits(own, grain):
        return "too_fine", f"'{name}' is known by {own} and cannot be shown by {grain}."
    if not grain and own != first.own:
        return "cannot_meet", f"'{name}' is known by {own}, others by {first.own}: say a period."
    return None


def _wrong_records(model: Model, report: ReportDefinition) -> Iterator[Finding]:
    """Yield columns that hold other values in another entity, and sorts by what has no order."""
    listed = report.records
    asked = [("columns", each.path) for each in listed.columns] if listed is not None else []
    asked += [("sort", each.path) for each in listed.sort] if listed is not None else []
    for key, path in asked:
        found: list[FieldModel] = []
        for _, measure in measured_in(model.catalog, report):
            entity = model.entity(measure.entity)
            way = Way(tuple(path.split(".")), "", DECIMAL)
            field = field_at(model, entity, way)
            found += [] if field is None else [field]
        code = message = ""
        if len({each.value_type.kind for each in found}) > 1:
            code, message = "cannot_meet", f"'{path}' is of another kind in each of the entities."
        elif key == "sort" and not all(each.type.sortable for each in found):
            code, message = "not_sortable", f"Nothing can be sorted by '{path}'."
        if code:
            at = ("records", key, path)
            yield Finding(
                address=f"report/{report.name}", path=at, code=code, message=message, found=path
            )


def _wrong_expressions(report: ReportDefinition) -> Iterator[Finding]:
    scope = figure_scope(report)
    needs: dict[str, set[str]] = {}
    for figure in report.figures:
        if figure.expression is None:
            continue
        at = ("measures", figure.name, "value")
        needs[figure.name] = {".".join(each.names) for each in paths_of(figure.expression.tree)}
        try:
            check_types(figure.expression, scope, expected=DECIMAL, backends=frozenset({"python"}))
        except ExpressionError as error:
            yield Finding(
                address=f"report/{report.name}",
                path=at,
                code=error.code,
                message=error.message,
                found=error.found,
                expected=error.expected,
                nearest=error.nearest,
                at=error.at,
            )
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        names = " → ".join(error.args[1])
        path = ("measures", str(error.args[1][0]))
        yield Finding(
            address=f"report/{report.name}",
            path=path,
            code="circle",
            message=f"This needs itself: {names}.",
        )
