"""What a table file is to us: rows of typed cells out of it, titled columns into it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

import orjson

from cardwright_entities.errors import InputError, Message
from cardwright_entities.exchange.cells import Cell, SheetRow, decode_cells

#: What one file may hold.
MOST_ROWS = 1_048_576
MOST_COLUMNS = 1_000


class SheetError(InputError):
    """The file cannot be taken as a table."""

    def __init__(self, message: Message) -> None:
        self.reason = message
        super().__init__({"file": (message,)})


@dataclass(frozen=True, kw_only=True)
class SheetReading:
    """How a file is to be read. ``first`` stops after so many rows, for a preview.

    ``encoding`` and ``delimiter`` are for CSV; empty means found out. ``sheet`` is for workbooks;
    empty means the first that holds something.
    """

    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    first: int | None = None
    rows: int = MOST_ROWS
    columns: int = MOST_COLUMNS


@dataclass(frozen=True, kw_only=True)
class SheetReport:
    """What was found in a file: how many rows that are not blank, and in what form."""

    rows: int
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""


@dataclass(frozen=True, kw_only=True)
class SheetColumn:
    """A column that is written: title, number format, width, remark on the title, choices."""

    title: str
    format: str = "General"
    width: int = 0
    note: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SheetLayout:
    """A sheet that is written; the further names are of the sheets that may be added to it."""

    name: str
    columns: tuple[SheetColumn, ...]
    notes: str = "说明 Notes"
    choices: str = "选项 Choices"
    cut: str = "{length} 字，超出单元格上限，已截断 / characters, cut to fit the cell"


class Workbooks(Protocol):
    """Reads and writes workbooks; the platform does it in a confined child process."""

    def read(self, path: Path, spool: IO[bytes], reading: SheetReading) -> SheetReport:
        """Put the rows of one sheet into the spool, or raise SheetError."""

    def write(
        self, target: Path, layout: SheetLayout, rows: Iterable[Sequence[Cell]]
    ) -> Mapping[str, int]:
        """Write a workbook; return how many ``rows`` and ``notes`` it holds."""


def spooled_rows(spool: IO[bytes], *, after: int = 0) -> Iterator[SheetRow]:
    """Read rows back from a spool, those whose number in the file is greater than ``after``."""
    spool.seek(0)
    for line in spool:
        if after and int(line[1 : line.index(b",")]) <= after:
            continue
        values = orjson.loads(line)
        yield SheetRow(values[0], decode_cells(values[1]))
