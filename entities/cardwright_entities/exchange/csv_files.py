"""CSV files: any common encoding and delimiter in, UTF-8 that no spreadsheet can run out."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO

from cardwright_entities.errors import Message
from cardwright_entities.exchange.cells import Cell, cell_text, encode_cells
from cardwright_entities.exchange.encodings import detect_encoding, known_encoding
from cardwright_entities.exchange.neutral import neutral, restored
from cardwright_entities.exchange.sheets import (
    SheetError,
    SheetLayout,
    SheetReading,
    SheetReport,
)

_DELIMITERS = (",", ";", "\t", "|", "，")
_SAMPLE_LINES = 50
_LONGEST_FIELD = 131_072
#: A line holds a thousand long fields; one without an end would fill the memory.
_LONGEST_LINE = 16 * 1024 * 1024
_BATCH = 256 * 1024


def read_csv(path: Path, spool: IO[bytes], reading: SheetReading) -> SheetReport:
    """Put the rows of a CSV file into the spool; raise SheetError if it is no good CSV."""
    encoding = known_encoding(reading.encoding) if reading.encoding else detect_encoding(path)
    if not encoding:
        raise SheetError(Message.of("encoding_unknown", encoding=reading.encoding))
    try:
        with path.open(encoding=encoding, newline="") as file:
            start, skipped = _start(file)
            delimiter = reading.delimiter or _sniff(start)
            lines = _checked_lines(file)
            for _ in range(skipped):
                next(lines)
            count = _spool(_records(lines, delimiter, skipped), spool, reading)
    except UnicodeError as error:
        raise SheetError(Message.of("encoding_wrong", encoding=encoding)) from error
    return SheetReport(rows=count, encoding=encoding, delimiter=delimiter)


def write_csv(target: Path, layout: SheetLayout, rows: Iterable[Sequence[Cell]]) -> int:
    """Write a CSV file for people and programs; return how many rows it holds."""
    count = 0
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([neutral(column.title) for column in layout.columns])
        for row in rows:
            writer.writerow([_written(cell) for cell in row])
            count += 1
    return count


def _start(file: IO[str]) -> tuple[list[str], int]:
    """Return the first lines, and how many of them only speak to a spreadsheet (``sep=;``)."""
    lines = list(islice(iter(lambda: file.readline(_LONGEST_FIELD), ""), _SAMPLE_LINES))
    file.seek(0)
    skipped = 1 if lines and lines[0][:4].lower() == "sep=" else 0
    return lines, skipped


def _sniff(lines: Sequence[str]) -> str:
    if lines and lines[0][:4].lower() == "sep=" and len(lines[0].strip("\r\n")) == 5:
        return lines[0][4]
    scores = {delimiter: _score(lines, delimiter) for delimiter in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > 0 else ","


def _score(lines: Sequence[str], delimiter: str) -> float:
    """Return how many columns the rows have, less where they do not agree.

    The first row tells, unless it is a heading of one cell above most of the others.
    """
    try:
        widths = [len(record) for record in csv.reader(lines, delimiter=delimiter) if record]
    except csv.Error:
        return 0.0
    if not widths:
        return 0.0
    common, times = Counter(widths).most_common(1)[0]
    width = common if widths[0] == 1 and 1 < times > len(widths) / 2 else widths[0]
    return (width - 1) * widths.count(width) / len(widths)


def _checked_lines(file: IO[str]) -> Iterator[str]:
    for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), ""), 1):
        if "\0" in line:
            raise SheetError(Message.of("nul_in_file", row=number))
        if len(line) == _LONGEST_LINE:
            raise SheetError(Message.of("field_too_long", row=number, limit=_LONGEST_FIELD))
        yield line


def _records(lines: Iterator[str], delimiter: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = skipped
    while True:
        number += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            code = "field_too_long" if "limit" in str(error) else "csv_broken"
            raise SheetError(Message.of(code, row=number, limit=_LONGEST_FIELD)) from error
        yield number, record


def _spool(
    records: Iterator[tuple[int, list[str]]], spool: IO[bytes], reading: SheetReading
) -> int:
    buffer, count = bytearray(), 0
    for number, record in records:
        # Empty fields at the end are kept: a record with too many fields must be seen as one.
        cells = [restored(field) or None for field in record]
        if not any(cells):
            continue
        count += 1
        if count > reading.rows:
            raise SheetError(Message.of("too_many_rows", limit=reading.rows))
        if len(cells) > reading.columns:
            raise SheetError(Message.of("too_many_columns", limit=reading.columns))
        buffer += b"[%d,%s]\n" % (number, encode_cells(cells))
        if len(buffer) > _BATCH:
            spool.write(buffer)
            buffer.clear()
        if count == reading.first:
            break
    spool.write(buffer)
    spool.flush()
    return count


def _written(cell: Cell) -> str:
    if isinstance(cell, str):
        return neutral(cell)
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    return cell_text(cell)
