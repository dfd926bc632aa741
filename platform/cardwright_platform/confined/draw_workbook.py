"""Child: the HTML of a print → a workbook without a single formula. Fetches nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # brings no types
from xlsxwriter.format import Format  # type: ignore[import-untyped]  # brings no types

from cardwright_platform.confined.boundaries import Refusal, run
from cardwright_platform.confined.print_rows import PrintedCell, rows_of
from cardwright_platform.confined.write_sheet import (
    CUT,
    DIGITS,
    LONGEST_TEXT,
    NO_XML,
    OPTIONS,
    sheet_names,
)

_MOST_ROWS = 20_000
_MOST_COLUMNS = 200
_NARROWEST, _WIDEST = 8, 60
#: Signs of a header; a sheet takes 255, and each may be an ampersand.
_LONGEST_HEADER = 120
_FIRST_WIDE_SIGN = 0x2E80

#: Where a cell stands, with its last row and column.
_Place = tuple[int, int, int, int]


def draw_workbook(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write the workbook to the output; refuse one with too many rows or columns."""
    rows = rows_of(Path(request["path"]).read_text("utf-8"))
    written = BytesIO()
    # Merged cells reach into rows to come, so it is kept in memory, within the child's limit.
    workbook = xlsxwriter.Workbook(written, {**OPTIONS, "constant_memory": False})
    _Sheet(workbook, request["title"], request["watermark"]).write(rows)
    workbook.close()
    sys.stdout.buffer.write(written.getvalue())
    sys.stdout.buffer.flush()
    return {"rows": len(rows)}


class _Sheet:
    def __init__(self, workbook: xlsxwriter.Workbook, title: str, watermark: str) -> None:
        self._workbook = workbook
        self._sheet = workbook.add_worksheet(next(sheet_names(title)))
        self._formats: dict[tuple[bool, bool, bool, str], Format] = {}
        self._widths: dict[int, int] = {}
        if watermark:
            # In a header & begins a code.
            text = NO_XML.sub("�", watermark[:_LONGEST_HEADER]).replace("&", "&&")
            self._sheet.set_header(f"&C{text}")

    def write(self, rows: list[list[PrintedCell]]) -> None:
        """Write all rows, then make the columns as wide as what stands in them."""
        for place, cell in _placed(rows):
            self._write(place, cell)
        for column, width in self._widths.items():
            self._sheet.set_column(column, column, min(max(width + 2, _NARROWEST), _WIDEST))

    def _write(self, place: _Place, cell: PrintedCell) -> None:
        row, column, last_row, last_column = place
        if not cell.alone and column == last_column:
            width = max((_width(line) for line in cell.text.split("\n")), default=0)
            self._widths[column] = max(self._widths.get(column, 0), width)
        wanted = self._format(cell)
        if (row, column) != (last_row, last_column):
            self._sheet.merge_range(row, column, last_row, last_column, "", wanted)
        if cell.is_number and cell.number is not None and _fits(cell.number):
            self._sheet.write_number(row, column, float(cell.number), wanted)
            return
        text = NO_XML.sub("�", cell.text)
        # Counted in UTF-16, a text may be twice as long as it looks.
        if len(text) > LONGEST_TEXT // 2:
            text = text[: LONGEST_TEXT // 2 - 1] + CUT
        self._sheet.write_string(row, column, text, wanted)

    def _format(self, cell: PrintedCell) -> Format:
        key = (cell.bold, cell.right, "\n" in cell.text, _pattern(cell))
        if key not in self._formats:
            bold, right, wrapped, pattern = key
            said = {"bold": bold, "text_wrap": wrapped, "num_format": pattern, "valign": "top"}
            said |= {"align": "right"} if right else {}
            self._formats[key] = self._workbook.add_format(said)
        return self._formats[key]


def _placed(rows: list[list[PrintedCell]]) -> Iterator[tuple[_Place, PrintedCell]]:
    """Yield each cell with its place: what reaches down from above moves others aside."""
    taken: set[tuple[int, int]] = set()
    for row, cells in enumerate(rows):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            last_row = min(row + cell.rows, len(rows)) - 1
            last_column = column + cell.columns - 1
            if last_row >= _MOST_ROWS or last_column >= _MOST_COLUMNS:
                raise Refusal("print_too_large")
            free = range(column, last_column + 1)
            if any((row, each) in taken for each in free):
                last_column = next(each for each in free if (row, each + 1) in taken)
            taken |= {
                (down, each)
                for down in range(row, last_row + 1)
                for each in range(column, last_column + 1)
            }
            yield (row, column, last_row, last_column), cell
            column = last_column + 1


def _pattern(cell: PrintedCell) -> str:
    if not cell.is_number:
        return "@" if not cell.alone else "General"
    text = cell.shown
    places = len(text.rpartition(".")[2].rstrip("%")) if "." in text else 0
    whole = "0" if text.endswith("%") else "#,##0"
    return whole + ("." + "0" * places if places else "") + ("%" if text.endswith("%") else "")


def _fits(number: Decimal) -> bool:
    return len(number.normalize().as_tuple().digits) <= DIGITS and abs(number.adjusted()) < DIGITS


def _width(text: str) -> int:
    return sum(2 if ord(each) >= _FIRST_WIDE_SIGN else 1 for each in text)


if __name__ == "__main__":
    run(draw_workbook)
