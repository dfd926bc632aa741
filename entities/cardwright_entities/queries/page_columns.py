"""The columns of a page: where their cells stand in a row that was found, and what they mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement

from cardwright_entities.errors import QueryError
from cardwright_entities.field_types.base import FieldType
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.queries.masked import shown_cells
from cardwright_entities.queries.names import RecordNames
from cardwright_entities.queries.requests import RowOfPage

RowReader = Callable[[Sequence[object]], RowOfPage]


@dataclass(frozen=True)
class PageColumn:
    """One asked column: its path, the field it ends in, and where its cells stand in the row."""

    path: str
    field: FieldModel
    cells: tuple[ColumnElement[Any], ...]
    start: int


def page_columns(
    names: RecordNames, paths: Sequence[str], *, masked: bool = False
) -> tuple[tuple[PageColumn, ...], tuple[str, ...]]:
    """Return the columns of paths behind the id, and the paths that do not exist for the reader.

    What is read by a statement of its own, such as lines, is in neither. ``masked``: what the
    reader may see a part of is a column too, which holds that part.
    """
    columns: list[PageColumn] = []
    missing: list[str] = []
    start = 1
    for path in dict.fromkeys(paths):
        parts = tuple(path.split("."))
        own = names.entity.fields.get(parts[0])
        if own is not None and len(parts) == 1 and _is_read_apart(own):
            if not names.reading.has_field(names.entity, own.name):
                missing.append(path)
            continue
        try:
            field, cells = shown_cells(names, parts) if masked else names.cells(parts)
        except QueryError:
            missing.append(path)
            continue
        columns.append(PageColumn(path, field, cells, start))
        start += len(cells)
    return tuple(columns), tuple(missing)


def _is_read_apart(field: FieldModel) -> bool:
    return field.type.relation in ("many", "lines")


def row_reader(columns: Sequence[PageColumn]) -> RowReader:
    """Return what makes a row of what was found; per value only what its type really does."""
    paths = [column.path for column in columns]
    starts = [column.start for column in columns]
    converts = [
        (column.path, column.start, column.start + len(column.cells), column.field)
        for column in columns
        if len(column.cells) != 1 or type(column.field.type).from_row is not FieldType.from_row
    ]

    def read(found: Sequence[object]) -> RowOfPage:
        values = dict(zip(paths, map(found.__getitem__, starts), strict=True))
        for path, start, end, field in converts:
            values[path] = field.type.from_row(tuple(found[start:end]), field.definition)
        return RowOfPage(int(cast(int, found[0])), values)

    return read
