"""A report → its table as a file: titles as texts, numbers as programs read them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from cardwright_entities.exchange.cells import Cell
from cardwright_entities.exchange.neutral import neutral
from cardwright_entities.exchange.sheets import SheetColumn, SheetLayout
from cardwright_entities.expressions.numbers import number_of
from cardwright_entities.reports.listing import Listed
from cardwright_entities.reports.tables import Figure, Key, Values
from cardwright_platform.web.presenting.report_records import ListFace
from cardwright_platform.web.presenting.reports import ReportFace, kind_of

#: How a workbook shows numbers of a kind; what it holds is not rounded.
_FORMATS = {"money": "#,##0.00", "percent": "0.0%", "number": "#,##0.##", "plain": "General"}


@dataclass(frozen=True)
class ReportFile:
    """The table of one report for one reader, as lines."""

    face: ReportFace

    def csv(self) -> str:
        """Return the table as CSV, without its totals: programs add up themselves."""
        return _as_csv(self.titles(), self.rows())

    def layout(self) -> SheetLayout:
        """Return the sheet of a workbook: its columns with their titles and formats."""
        table = self.face.table
        numbers = [_FORMATS[kind_of(each)] for each in table.figures] * len(self._columns())
        formats = ["General"] * len(table.row_axes) + numbers
        name = self.face.reader.text(table.definition.label, table.definition.name)
        columns = (
            SheetColumn(title=title, format=format_, width=max(12, 2 * len(title) + 2))
            for title, format_ in zip(self.titles(), formats, strict=True)
        )
        return SheetLayout(name=name, columns=tuple(columns))

    def sheet(self) -> Iterator[list[Cell]]:
        """Yield the rows of a workbook, below them the totals that the page shows."""
        yield from self.rows()
        table = self.face.table
        if table.row_axes and len(table.rows) > 1:
            words: list[Cell] = [self.face.reader.t("report.total")]
            words += [None] * (len(table.row_axes) - 1)
            totals = [
                table.totals if each is None else table.column_totals[each]
                for each in self._columns()
            ]
            yield words + self._numbers(totals)

    def titles(self) -> list[str]:
        """Return the titles of the columns."""
        face, table = self.face, self.face.table
        over = [
            face.reader.t("report.total")
            if each is None
            else face.key_label(table.column_axes, each)
            for each in self._columns()
        ]
        prefix = [f"{each} · " if table.column_axes else "" for each in over]
        names = [face.figure_label(each) for each in table.figures]
        titles = [face.axis_label(each) for each in table.row_axes]
        return [*titles, *(f"{first}{name}" for first in prefix for name in names)]

    def rows(self) -> Iterator[list[Cell]]:
        """Yield the rows: what they are about, then their numbers."""
        face, table = self.face, self.face.table
        for row in table.rows:
            words: list[Cell] = [
                face.value_label(axis, each) for axis, each in zip(table.row_axes, row, strict=True)
            ]
            values = [
                table.row_totals[row] if each is None else table.cells[row, each]
                for each in self._columns()
            ]
            yield words + self._numbers(values)

    def _columns(self) -> tuple[Key | None, ...]:
        """Return the columns with their total, which alone is there without columns."""
        table = self.face.table
        return (*table.columns, None) if table.column_axes else (None,)

    def _numbers(self, values: Iterable[Values]) -> list[Cell]:
        return [
            self._cell(figure, each[figure.name])
            for each in values
            for figure in self.face.table.figures
        ]

    def _cell(self, figure: Figure, value: object) -> Cell:
        number = number_of(value)
        if number is not None or value is None:
            return number
        return self.face.number(figure, value)


@dataclass(frozen=True)
class RecordFile:
    """The records of one report for one reader, as lines."""

    face: ListFace

    def csv(self) -> str:
        """Return the records as CSV, values as programs read them."""
        return _as_csv(self.face.titles(), self.sheet())

    def layout(self) -> SheetLayout:
        """Return the sheet of a workbook: its columns with their titles and formats."""
        fields = (field for _, field in self.face.listed.columns)
        formats = ["@", "@", *(each.type.excel_format for each in fields)]
        columns = (
            SheetColumn(title=title, format=format_, width=max(12, 2 * len(title) + 2))
            for title, format_ in zip(self.face.titles(), formats, strict=True)
        )
        return SheetLayout(name=self.face.name, columns=tuple(columns))

    def sheet(self) -> Iterator[list[Cell]]:
        """Yield the rows of a workbook, with values as programs read them."""
        for each in self.face.listed.records:
            yield [*self.face.heads(each), *self._cells(each)]

    def _cells(self, each: Listed) -> Iterator[Cell]:
        for field, value in self.face.cells(each):
            cell = field.type.to_excel(value, field.definition, self.face.reader.locale)
            yield None if value is None else cast(Cell, cell)


def _as_csv(titles: Iterable[str], rows: Iterable[list[Cell]]) -> str:
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow([neutral(each) for each in titles])
    lines.writerows([_plain(cell) for cell in row] for row in rows)
    return text.getvalue()


def _plain(cell: Cell) -> str:
    number = number_of(cell)
    if number is not None:
        return f"{number:f}"
    return "" if cell is None else neutral(str(cell))
