"""Child program: one sheet of a workbook as JSON lines ``[row number, [cells]]``."""

from __future__ import annotations

import sys
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from defusedxml import ElementTree
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from cardwright_entities.exchange.cells import Cell, FaultyCell, encode_cells
from cardwright_platform.confined.boundaries import Refusal, run
from cardwright_platform.confined.faulty_cells import find_faulty_cells
from cardwright_platform.confined.zip_guard import ArchiveLimits, check_archive

_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINKS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
#: Whole numbers above this are no longer exact in a workbook.
_EXACT = 10**15
_BATCH = 256 * 1024

Faults = Mapping[tuple[int, int], str]


def read_sheet(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Check the workbook, write the rows of one sheet, report the names of all."""
    faults = _checked(request["path"])
    try:
        with CalamineWorkbook.from_path(request["path"]) as workbook:
            names = _sheet_names(workbook)
            name = _chosen(workbook, names, request.get("sheet"), faults)
            sheet = workbook.get_sheet_by_name(name)
            count = _write_rows(_rows(sheet, faults(name), request["columns"]), request)
    except CalamineError as error:
        raise Refusal("file_unreadable") from error
    return {"sheets": names, "sheet": name, "rows": count}


def _checked(path: str) -> Callable[[str], Faults]:
    found: dict[str, Faults] = {}

    def look(part: str, pieces: Iterator[bytes]) -> None:
        if part.startswith("xl/worksheets/") and part.endswith(".xml"):
            found[part] = find_faulty_cells(pieces)
        else:
            for _ in pieces:
                pass  # reading to the end is the check

    try:
        with zipfile.ZipFile(path) as archive:
            check_archive(archive, ArchiveLimits(), look)
            parts = _parts(archive)
    except zipfile.BadZipFile as error:
        raise Refusal("not_a_workbook") from error
    return lambda name: found.get(parts.get(name, ""), {})


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the name of each sheet → the part that holds it."""
    try:
        book = ElementTree.fromstring(archive.read(_WORKBOOK))
        relations = ElementTree.fromstring(archive.read(_RELATIONS))
    except (KeyError, ElementTree.ParseError) as error:
        raise Refusal("not_a_workbook") from error
    targets = {item.get("Id"): item.get("Target") or "" for item in relations}
    return {
        sheet.get("name") or "": _part(targets.get(sheet.get(f"{_LINKS}id")) or "")
        for sheet in book.iter(f"{_MAIN}sheet")
    }


def _part(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _sheet_names(workbook: CalamineWorkbook) -> list[str]:
    return [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]


def _chosen(
    workbook: CalamineWorkbook,
    names: list[str],
    wanted: str | None,
    faults: Callable[[str], Faults],
) -> str:
    if wanted:
        if wanted not in names:
            raise Refusal("sheet_unknown", sheet=wanted)
        return wanted
    for name in names:
        if workbook.get_sheet_by_name(name).height or faults(name):
            return name
    raise Refusal("sheet_empty")


def _rows(
    sheet: CalamineSheet, faults: Faults, most_columns: int
) -> Iterator[tuple[int, list[Cell]]]:
    """Yield number and cells of each row, faulty cells put where the reader saw nothing."""
    first_row, first_column = sheet.start or (0, 0)
    widest = max((column for _, column in faults), default=0)
    if max(sheet.width, widest + 1) > most_columns:
        raise Refusal("too_many_columns", limit=most_columns)
    by_row: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for (row, column), text in faults.items():
        by_row[row][column] = text
    end = first_row + sheet.height
    for number in sorted(row for row in by_row if row < first_row):
        yield number, _marked([], by_row[number])
    for number, values in enumerate(sheet.iter_rows(), first_row):
        cells = [None] * first_column + [_READERS[type(value)](value) for value in values]
        yield number, _marked(cells, by_row[number]) if number in by_row else cells
    for number in sorted(row for row in by_row if row >= end):
        yield number, _marked([], by_row[number])


def _marked(cells: list[Cell], faults: Mapping[int, str]) -> list[Cell]:
    cells += [None] * (max(faults) + 1 - len(cells))
    for column, text in faults.items():
        cells[column] = FaultyCell(text)
    return cells


def _write_rows(rows: Iterator[tuple[int, list[Cell]]], request: Mapping[str, Any]) -> int:
    buffer, count = bytearray(), 0
    for number, cells in rows:
        while cells and cells[-1] is None:
            cells.pop()
        if not cells:
            continue
        count += 1
        if count > request["rows"]:
            raise Refusal("too_many_rows", limit=request["rows"])
        buffer += b"[%d,%s]\n" % (number + 1, encode_cells(cells))
        if len(buffer) > _BATCH:
            sys.stdout.buffer.write(buffer)
            buffer.clear()
        if count == request.get("first"):
            break
    sys.stdout.buffer.write(buffer)
    sys.stdout.buffer.flush()
    return count


def _read_text(value: str) -> Cell:
    return value or None


def _read_number(value: float) -> Cell:
    # A workbook shows 15 digits and no more; 0.30000000000000004 is what it keeps of 0.3.
    if value.is_integer() and abs(value) < _EXACT:
        return int(value)
    return Decimal(f"{value:.15g}")


def _read_other(value: Cell) -> Cell:
    return value


_READERS: dict[type, Callable[[Any], Cell]] = {
    str: _read_text,
    float: _read_number,
    int: _read_other,
    bool: _read_other,
    date: _read_other,
    datetime: _read_other,
    time: _read_other,
    timedelta: _read_other,
}

if __name__ == "__main__":
    run(read_sheet)
