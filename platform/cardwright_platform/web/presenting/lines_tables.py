"""The lines of a record → the table of them on its card; of very many the first ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add
from typing import Any

from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.requests import RecordView, RowOfPage
from cardwright_metadata.definitions.cards import SectionDefinition
from cardwright_platform.views.cards import LinesTable
from cardwright_platform.views.lists import Column, Row
from cardwright_platform.web.presenting.cells import cells_of_row
from cardwright_platform.web.presenting.columns import totals_row
from cardwright_platform.web.presenting.reader import Reader

#: Lines that a card shows before somebody asks for all.
MOST_ON_CARD = 100


def lines_table(
    desk: Desk,
    reader: Reader,
    entity: EntityModel,
    record: RecordView,
    section: SectionDefinition,
    *,
    whole: bool,
) -> LinesTable | None:
    """Return the table with the sums of all lines; ``whole`` draws all of them."""
    field = entity.fields.get(section.grid)
    if field is None or section.grid not in record.lines:
        return None
    line = desk.model.lines_of(entity, section.grid)
    rows = record.lines[section.grid]
    shown, readable = desk.reading.shown(line), desk.reading.readable(line)
    columns = _told(grid_columns(line, section, shown), section, rows)
    functions = {path: "sum" for path in section.totals if path in columns and path in readable}
    sums = {path: _sum([row.values.get(path) for row in rows]) for path in functions}
    return LinesTable(
        name=section.grid,
        label=reader.text(section.label) or reader.field_label(field),
        columns=tuple(
            Column(
                path=path,
                label=reader.field_label(each),
                numeric=each.type.numeric,
                unit=reader.text(each.definition.unit),
            )
            for path, each in columns.items()
        ),
        rows=tuple(
            Row(id=str(row.id), url="", cells=cells_of_row(reader, columns, row))
            for row in (rows if whole else rows[:MOST_ON_CARD])
        ),
        totals=totals_row(reader, columns, functions, sums) if rows else (),
        count=f"{len(rows):,}",
        empty=reader.t("lines.empty"),
        shortened=not whole and len(rows) > MOST_ON_CARD,
    )


def grid_columns(
    line: EntityModel, section: SectionDefinition, known: Mapping[str, FieldModel]
) -> dict[str, FieldModel]:
    """Return the known columns of a grid: those the card names, else all that are typed."""
    named = section.grid_columns or tuple(
        name for name, each in line.fields.items() if not each.definition.system
    )
    return {name: known[name] for name in named if name in known}


def _told(
    columns: dict[str, FieldModel], section: SectionDefinition, rows: Sequence[RowOfPage]
) -> dict[str, FieldModel]:
    """Return the first column, those that are summed, and those in which some line has a value.

    What is empty in every line takes the room of what is not; the form has all columns.
    """
    empty: tuple[object, ...] = (None, "", (), [])
    kept = {*section.totals, *list(columns)[:1]}
    return {
        path: each
        for path, each in columns.items()
        if path in kept or any(row.values.get(path) not in empty for row in rows)
    }


def _sum(values: Sequence[object]) -> object:
    """Add what is there up: numbers or lengths of time, in one column all of one kind."""
    there: list[Any] = [value for value in values if value is not None]
    return reduce(add, there) if there else None
