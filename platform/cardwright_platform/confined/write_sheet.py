"""Child program: rows that come as JSON lines become a workbook without a single formula."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import orjson
import xlsxwriter  # type: ignore[import-untyped]  # brings no types
from xlsxwriter.format import Format  # type: ignore[import-untyped]  # brings no types
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]  # brings no types

from cardwright_entities.exchange.cells import Cell, decode_cells
from cardwright_platform.confined.boundaries import run

#: What a cell of a workbook holds at most.
LONGEST_TEXT = 32_767
#: How a text ends that had to be cut; an import refuses it.
CUT = "…"
_ROWS = 1_048_576
#: What a workbook keeps of a number.
DIGITS = 15
_MAGNITUDE = 300
_SHEET_NAME = 31
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
#: XML cannot say these two characters at all.
NO_XML = re.compile("[\ufffe\uffff]")

#: No text ever becomes a formula, an address or a number.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_sheet(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write the rows on the input into a workbook; report rows and notes."""
    workbook = xlsxwriter.Workbook(request["path"], {**OPTIONS, "tmpdir": request["folder"]})
    writer = SheetWriter(workbook, request)
    for line in sys.stdin.buffer:
        writer.write(decode_cells(orjson.loads(line)))
    writer.close()
    workbook.close()
    return {"rows": writer.count, "notes": len(writer.notes)}


class SheetWriter:
    """Rows under a frozen header, on as many sheets as they need, and a sheet of notes."""

    def __init__(self, workbook: xlsxwriter.Workbook, request: Mapping[str, Any]) -> None:
        self.count = 0
        self.notes: list[tuple[str, str]] = []
        self._workbook = workbook
        self._request = request
        self._columns: Sequence[Mapping[str, Any]] = request["columns"]
        self._names = sheet_names(request["sheet"])
        self._bold = workbook.add_format({"bold": True, "text_wrap": False, "bg_color": "#EEF1F5"})
        self._formats = [_format(workbook, column) for column in self._columns]
        self._fallback = {
            kind: workbook.add_format({"num_format": pattern})
            for kind, pattern in _PATTERNS.items()
        }
        self._choices = self._choice_places()
        self._sheet: Worksheet
        self._open_sheet()

    def write(self, cells: tuple[Cell, ...]) -> None:
        """Write one row of typed cells."""
        if self._row == _ROWS:
            self._open_sheet()
        for column, cell in enumerate(cells):
            if cell is not None:
                _WRITERS[type(cell)](self, column, cell)
        self._row += 1
        self.count += 1

    def close(self) -> None:
        """Write the offered values, and what could not be said in the cells themselves."""
        self._write_choices()
        if self.notes:
            sheet = self._workbook.add_worksheet(self._request["notes"])
            for row, note in enumerate(self.notes):
                sheet.write_row(row, 0, note)

    def _open_sheet(self) -> None:
        sheet = self._sheet = self._workbook.add_worksheet(next(self._names))
        sheet.freeze_panes(1, 0)
        for number, column in enumerate(self._columns):
            sheet.set_column(number, number, column.get("width") or 14, self._formats[number])
        for number, (column, choices) in enumerate(zip(self._columns, self._choices, strict=True)):
            if column.get("note"):
                sheet.write_comment(0, number, column["note"])
            if choices:
                sheet.data_validation(
                    1, number, _ROWS - 1, number, {"validate": "list", "source": choices}
                )
        for number, column in enumerate(self._columns):
            sheet.write_string(0, number, self._fitting(column["title"], 0, number), self._bold)
        self._row = 1

    def _choice_places(self) -> list[str]:
        """Return where each column's offered values will stand, empty for a column without."""
        name = self._request["choices"].replace("'", "''")
        lengths = [len(column.get("choices") or ()) for column in self._columns]
        return [
            f"='{name}'!${_letters(number)}$1:${_letters(number)}${length}" if length else ""
            for number, length in enumerate(lengths)
        ]

    def _write_choices(self) -> None:
        lists = [column.get("choices") or () for column in self._columns]
        if not any(lists):
            return
        sheet = self._workbook.add_worksheet(self._request["choices"])
        sheet.hide()
        for row in range(max(map(len, lists))):
            for number, choices in enumerate(lists):
                if row < len(choices):
                    sheet.write_string(row, number, choices[row])

    def _fitting(self, text: str, row: int, column: int) -> str:
        said = NO_XML.sub("�", text)
        if len(said.encode("utf-16-le")) // 2 > LONGEST_TEXT:
            said = _shortened(said)
        if said != text:
            place = f"{self._sheet.name}!{_letters(column)}{row + 1}"
            self.notes.append((place, self._request["cut"].format(length=len(text))))
        return said

    def write_text(self, column: int, cell: str) -> None:
        """Write a text as a text, whatever it begins with."""
        text = cell
        if len(text) > LONGEST_TEXT // 2 or NO_XML.search(text):
            text = self._fitting(text, self._row, column)
        self._sheet.write_string(self._row, column, text, self._formats[column])

    def write_number(self, column: int, cell: int) -> None:
        """Write a whole number."""
        if abs(cell) >= 10**DIGITS:
            self._sheet.write_string(self._row, column, str(cell), self._formats[column])
        else:
            self._sheet.write_number(self._row, column, cell, self._formats[column])

    def write_decimal(self, column: int, cell: Decimal) -> None:
        """Write a decimal; one that a workbook would round becomes a text."""
        digits = len(cell.normalize().as_tuple().digits)
        if digits > DIGITS or abs(cell.adjusted()) > _MAGNITUDE:
            self._sheet.write_string(self._row, column, str(cell), self._formats[column])
        else:
            self._sheet.write_number(self._row, column, float(cell), self._formats[column])

    def write_boolean(self, column: int, cell: bool) -> None:
        """Write true or false."""
        self._sheet.write_boolean(self._row, column, cell, self._formats[column])

    def write_moment(self, column: int, cell: date | datetime | time | timedelta) -> None:
        """Write a date or time; one that a workbook does not know becomes a text."""
        own = self._formats[column] or self._fallback[type(cell).__name__]
        if isinstance(cell, date) and cell.year < 1900:
            self._sheet.write_string(self._row, column, str(cell), own)
        else:
            self._sheet.write_datetime(self._row, column, cell, own)


_PATTERNS = {
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm:ss",
    "time": "hh:mm:ss",
    "timedelta": "[h]:mm:ss",
}
_WRITERS: dict[type, Callable[[SheetWriter, int, Any], None]] = {
    str: SheetWriter.write_text,
    int: SheetWriter.write_number,
    Decimal: SheetWriter.write_decimal,
    bool: SheetWriter.write_boolean,
    date: SheetWriter.write_moment,
    datetime: SheetWriter.write_moment,
    time: SheetWriter.write_moment,
    timedelta: SheetWriter.write_moment,
}


def _format(workbook: xlsxwriter.Workbook, column: Mapping[str, Any]) -> Format | None:
    pattern = column.get("format") or "General"
    return None if pattern == "General" else workbook.add_format({"num_format": pattern})


def sheet_names(wanted: str) -> Iterator[str]:
    """Yield names for sheets, as a workbook takes them."""
    plain = _NOT_IN_NAMES.sub(" ", wanted).strip(" '")[: _SHEET_NAME - 6].rstrip(" '") or "Sheet"
    # A name that a workbook keeps for itself.
    plain = f"{plain} 1" if plain.lower() == "history" else plain
    yield plain
    for number in range(2, 1000):
        yield f"{plain} ({number})"


def _shortened(text: str) -> str:
    room = (LONGEST_TEXT - len(CUT)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + CUT


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


if __name__ == "__main__":
    run(write_sheet)
