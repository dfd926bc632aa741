"""What a step says must be true of a report: the numbers of one cell, of totals, or of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.queries.conditions import read_expression
from cardwright_entities.reports.tables import Axis, Key, ReportTable, Values
from cardwright_entities.scenarios.expecting import is_same, show
from cardwright_entities.scenarios.outcomes import StepFailure
from cardwright_entities.scenarios.values import Known
from cardwright_metadata.definitions.scenarios import StepDefinition


def check_report(desk: Desk, step: StepDefinition, known: Known) -> None:
    """Compare the numbers at a place of a report with what a step expects; raise StepFailure."""
    table = desk.report(step.word, read_expression(step.where) if step.where else None)
    shown = {each.name for each in table.figures}
    for name in step.hides:
        if name in shown:
            raise StepFailure(Message.of("scenario_shown", name=name))
    values = _values_at(table, {name: _meant(known, each) for name, each in step.at.items()})
    for name, expected in step.expect.items():
        if name not in shown:
            raise StepFailure(Message.of("scenario_hidden", name=name))
        if not is_same(values[name], expected):
            found = show(values[name])
            message = Message.of(
                "scenario_expected", name=name, expected=show(expected), found=found
            )
            raise StepFailure(message)


def _meant(known: Known, value: object) -> object:
    if not isinstance(value, str):
        return value
    return known.record(value) if value.startswith("$") else known.moment(value)


def _values_at(table: ReportTable, at: Mapping[str, object]) -> Values:
    row = _key(table.rows, table.row_axes, at)
    column = _key(table.columns, table.column_axes, at)
    if row is not None and column is not None:
        return table.cells[row, column]
    if row is not None:
        return table.row_totals[row]
    return table.totals if column is None else table.column_totals[column]


def _key(keys: Sequence[Key], axes: Sequence[Axis], at: Mapping[str, object]) -> Key | None:
    """Return the row or column at some values, None when none of its dimensions is named."""
    named = {
        index: at[axis.definition.path]
        for index, axis in enumerate(axes)
        if axis.definition.path in at
    }
    if not named:
        return None
    for key in keys:
        if all(_is_at(key[index], wanted) for index, wanted in named.items()):
            return key
    words = ", ".join(show(each) for each in named.values())
    raise StepFailure(Message.of("scenario_no_place", name=words))


def _is_at(found: object, wanted: object) -> bool:
    if isinstance(found, date):
        # A month may be written 2026-03, a year 2026.
        return found.isoformat() == wanted or found.isoformat().startswith(f"{wanted}-")
    if isinstance(found, RecordRef) or isinstance(wanted, RecordRef):
        return found == wanted
    return is_same(found, wanted)
