"""Lines as a matrix: one row for equal values, one column for each month or choice, sums around."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType

from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.requests import RecordView, RowOfPage
from cardwright_metadata.definitions.cards import MatrixDefinition, SectionDefinition
from cardwright_platform.views.cards import LinesTable
from cardwright_platform.views.cells import Cell, Choice
from cardwright_platform.views.forms import GridColumn, GridRow, Input, LinesGrid
from cardwright_platform.views.lists import Column, Row, Total
from cardwright_platform.web.presenting.cells import cell_of
from cardwright_platform.web.presenting.columns import grid_width
from cardwright_platform.web.presenting.form_requests import FormRequest
from cardwright_platform.web.presenting.inputs import Typed
from cardwright_platform.web.presenting.matrix_cells import (
    column_values,
    posted_columns,
    row_keys,
    text_at,
    year_of,
)
from cardwright_platform.web.presenting.reader import Reader

#: Makes the input of a line's field: prefix of its name, field, value, values of the line.
MakeInput = Callable[[str, FieldModel, object, Mapping[str, object]], Input]

#: Inputs of a row beside its values: what it adds up to, and how that is spread.
TOTAL, SPREAD = "total", "spread"


@dataclass(frozen=True)
class MatrixRow:
    """Lines that are alike but for their column: the values they share, and each by its column."""

    values: Mapping[str, object] = field(default_factory=dict)
    cells: Mapping[int, RowOfPage] = field(default_factory=dict)


@dataclass(frozen=True)
class Matrix:
    """One matrix of one entity, for the year of a record."""

    definition: MatrixDefinition
    line: EntityModel
    reader: Reader
    columns: Mapping[str, object]  #: what is posted for each, with the value of its lines

    @property
    def cell(self) -> FieldModel:
        """Return the field that is typed."""
        return self.line.fields[self.definition.cell]

    @property
    def row_fields(self) -> list[FieldModel]:
        """Return the fields that say in which row a line stands."""
        return [self.line.fields[name] for name in self.definition.rows]

    def labels(self) -> list[str]:
        """Return what stands over each column."""
        column = self.line.fields[self.definition.column]
        if column.type.name == "period":
            return self.reader.t(f"matrix.columns_{len(self.columns)}").split()
        shown, locale = column.type.display, self.reader.locale
        return [shown(each, column.definition, locale) for each in self.columns.values()]

    def rows(self, lines: Sequence[RowOfPage]) -> list[MatrixRow]:
        """Return stored lines by row and column; of two in one cell, one begins a further row."""
        places = {_key(value): index for index, value in enumerate(self.columns.values())}
        found: list[tuple[tuple[object, ...], dict[int, RowOfPage]]] = []
        for line in lines:
            place = places.get(_key(line.values.get(self.definition.column)))
            if place is None:
                continue
            key = tuple(line.values.get(name) for name in self.definition.rows)
            free = (cells for other, cells in found if other == key and place not in cells)
            cells = next(free, None)
            if cells is None:
                cells = {}
                found.append((key, cells))
            cells[place] = line
        names = self.definition.rows
        return [MatrixRow(dict(zip(names, key, strict=True)), cells) for key, cells in found]

    # -- the form ------------------------------------------------------------------------------

    def grid(self, label: str, asked: FormRequest, make: MakeInput) -> LinesGrid:
        """Return the matrix to type; behind the stored rows an empty one waits."""
        name = self.definition.lines
        if posted_columns(asked.typed, name):
            keys = row_keys(asked.typed, name)
            rows = [self._typed_row(asked.typed, key, make) for key in keys]
        else:
            stored = [*self.rows(asked.lines.get(name, ())), MatrixRow()]
            keys = list(range(len(stored)))
            rows = [self._row(str(index), each, make) for index, each in enumerate(stored)]
        columns = tuple(self._grid_columns())
        return LinesGrid(
            name=name,
            label=label,
            columns=columns,
            rows=tuple(rows),
            blank=self._row("__n__", MatrixRow(), make),
            next_key=max(keys, default=-1) + 1,
            totals=tuple("" for _ in columns),
            errors=tuple(asked.failure.errors.get(name, ())),
            add_label=self.reader.t("matrix.add"),
            can_sort=False,
            is_matrix=True,
        )

    def _grid_columns(self) -> Iterator[GridColumn]:
        for index, each in enumerate(self.row_fields):
            label = self.reader.field_label(each)
            yield GridColumn(name=each.name, label=label, width=grid_width(each, first=index == 0))
        summed, spread = self.definition.totals, self.definition.spread
        scale = max(self.cell.value_type.scale, 0)
        for index, label in enumerate(self.labels()):
            yield GridColumn(
                name=f"c{index}", label=label, numeric=True, width=104, scale=scale, total=summed
            )
        if summed or spread:
            label = self.reader.t("matrix.total")
            yield GridColumn(
                name=TOTAL, label=label, numeric=True, width=120, scale=scale, total=True
            )
        if spread:
            label, told = self.reader.t("matrix.spread"), self.reader.t("matrix.spread_help")
            yield GridColumn(name=SPREAD, label=label, width=130, help=told)

    def _row(self, key: str, row: MatrixRow, make: MakeInput) -> GridRow:
        place = f"{self.definition.lines}.r{key}."
        inputs = [
            make(place, each, row.values.get(each.name), row.values) for each in self.row_fields
        ]
        hidden = [(f"{self.definition.lines}.columns", ",".join(self.columns))]
        for index, label in enumerate(self.labels()):
            line, inside = row.cells.get(index), f"{place}c{index}."
            values = line.values if line is not None else {}
            one = make(inside, self.cell, values.get(self.definition.cell), values)
            inputs.append(replace(one, label=label))
            if line is not None:
                hidden += [(f"{inside}id", str(line.id))]
                hidden += [(f"{inside}version", str(line.values.get("version", "")))]
        inputs += self._sums(place, row)
        return GridRow(
            key=key,
            # Whether a row is whole is told by the gate: an empty one is no row.
            inputs=tuple(replace(each, required=False) for each in inputs),
            hidden=tuple(hidden),
            remove_name=f"{place}remove" if row.cells else "",
        )

    def _sums(self, place: str, row: MatrixRow) -> Iterator[Input]:
        definition, cell = self.definition, self.cell
        if definition.totals or definition.spread:
            total = _sum(self._figure(row, index) for index in range(len(self.columns)))
            text = cell.type.input_text(total, cell.definition, self.reader.locale)
            yield Input(
                name=place + TOTAL,
                widget="number",
                label=self.reader.t("matrix.total"),
                text="" if total is None else text,
                readonly=not definition.spread,
                scale=max(cell.value_type.scale, 0),
                input_mode="decimal",
            )
        if definition.spread:
            ways = tuple(
                Choice(value=way, label=self.reader.t(f"matrix.{way}")) for way in definition.spread
            )
            label = self.reader.t("matrix.spread")
            yield Input(name=place + SPREAD, widget="select", label=label, choices=ways)

    def _typed_row(self, typed: Typed, key: int, make: MakeInput) -> GridRow:
        place = f"{self.definition.lines}.r{key}."
        row = self._row(str(key), MatrixRow(), make)
        names = [f"{place}c{index}.{each}" for index in range(len(self.columns))
                 for each in ("id", "version")]  # fmt: skip
        stored = [(name, text_at(typed, name)) for name in names if text_at(typed, name)]
        inputs = tuple(
            replace(each, text=text_at(typed, each.name)) if each.name == place + TOTAL else each
            for each in row.inputs
        )
        return replace(
            row,
            inputs=inputs,
            hidden=(*row.hidden, *stored),
            remove_name=f"{place}remove" if stored else "",
            removed=bool(text_at(typed, f"{place}remove")),
        )

    # -- the card ------------------------------------------------------------------------------

    def table(self, label: str, lines: Sequence[RowOfPage]) -> LinesTable:
        """Return the matrix to read."""
        rows = self.rows(lines)
        columns = [
            Column(path=each.name, label=self.reader.field_label(each)) for each in self.row_fields
        ]
        columns += [
            Column(path=f"c{index}", label=name, numeric=True)
            for index, name in enumerate(self.labels())
        ]
        if self.definition.totals:
            columns.append(Column(path=TOTAL, label=self.reader.t("matrix.total"), numeric=True))
        return LinesTable(
            name=self.definition.lines,
            label=label,
            columns=tuple(columns),
            rows=tuple(
                Row(id=str(index), url="", cells=tuple(self._cells(row)))
                for index, row in enumerate(rows)
            ),
            totals=tuple(self._totals(rows)) if rows and self.definition.totals else (),
            count=str(len(rows)),
            empty=self.reader.t("lines.empty"),
        )

    def _cells(self, row: MatrixRow) -> Iterator[Cell]:
        for each in self.row_fields:
            yield cell_of(self.reader, each, row.values.get(each.name))
        figures = [self._figure(row, index) for index in range(len(self.columns))]
        for figure in figures:
            yield cell_of(self.reader, self.cell, figure)
        if self.definition.totals:
            yield cell_of(self.reader, self.cell, _sum(figures))

    def _totals(self, rows: Sequence[MatrixRow]) -> Iterator[Total]:
        yield from (Total() for _ in self.row_fields)
        places = range(len(self.columns))
        sums = [_sum(self._figure(row, index) for row in rows) for index in places]
        for each in [*sums, _sum(sums)]:
            text = "" if each is None else cell_of(self.reader, self.cell, each).text
            yield Total(function=self.reader.t("total.sum") if text else "", text=text)

    def _figure(self, row: MatrixRow, index: int) -> object:
        line = row.cells.get(index)
        return None if line is None else line.values.get(self.definition.cell)


def matrix_of(
    definition: MatrixDefinition,
    entity: EntityModel,
    line: EntityModel,
    reader: Reader,
    values: Mapping[str, object],
    typed: Typed = MappingProxyType({}),
) -> Matrix:
    """Return the matrix of a record, with the columns of its year."""
    column = line.fields[definition.column]
    year = year_of(entity, values, typed, reader.locale.today or datetime.now(UTC).date())
    return Matrix(definition, line, reader, column_values(column, year))


def matrix_table(
    desk: Desk,
    reader: Reader,
    entity: EntityModel,
    record: RecordView,
    section: SectionDefinition,
    label: str,
) -> LinesTable | None:
    """Return a matrix on a card, None where its reader does not have the lines."""
    found = entity.fields.get(section.lines)
    if found is None or section.matrix is None or section.lines not in record.lines:
        return None
    line = desk.model.lines_of(entity, section.lines)
    matrix = matrix_of(section.matrix, entity, line, reader, record.values)
    partly = desk.reading.masked(line)  # figures of which a part is shown add up to nothing
    rows = [
        RowOfPage(row.id, {name: value for name, value in row.values.items() if name not in partly})
        for row in record.lines[section.lines]
    ]
    return matrix.table(label or reader.field_label(found), rows)


def _sum(values: Iterable[object]) -> object:
    figures = [Decimal(str(each)) for each in values if each is not None]
    return sum(figures, Decimal(0)) if figures else None


def _key(value: object) -> object:
    return value[0] if isinstance(value, tuple) and value else value
