"""An uploaded file, opened: its rows lie in a spool, whole and checked, before one is imported."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from cardwright_entities.errors import Message
from cardwright_entities.exchange.cells import SheetRow
from cardwright_entities.exchange.csv_files import read_csv
from cardwright_entities.exchange.sheets import (
    SheetError,
    SheetReading,
    SheetReport,
    Workbooks,
    spooled_rows,
)
from cardwright_entities.files.blobs import Blobs
from cardwright_entities.files.register import StoredFile

_ZIP = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Source:
    """The rows of a file, to be read as often as needed."""

    report: SheetReport
    spool: IO[bytes]

    def first(self, count: int) -> list[SheetRow]:
        """Return the first rows."""
        return list(islice(spooled_rows(self.spool), count))

    def rows(self, *, after: int = 0) -> Iterator[SheetRow]:
        """Yield the rows behind a row number. One reader at a time."""
        return spooled_rows(self.spool, after=after)


@contextmanager
def open_source(
    blobs: Blobs, workbooks: Workbooks, file: StoredFile, reading: SheetReading
) -> Iterator[Source]:
    """Read a stored file into a spool that goes away after; raise SheetError."""
    path = blobs.path(file.sha256)
    with blobs.workplace() as folder, tempfile.TemporaryFile(dir=folder) as spool:
        if is_workbook(path):
            report = workbooks.read(path, spool, reading)
        else:
            report = read_csv(path, spool, reading)
        if not report.rows:
            raise SheetError(Message("file_empty"))
        yield Source(report, spool)


def is_workbook(path: Path) -> bool:
    """Tell a workbook from a text by its first bytes; raise SheetError for what is neither."""
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(_OLD_WORKBOOK):
        # An old or an encrypted workbook: the same container.
        raise SheetError(Message("old_workbook"))
    return head.startswith(_ZIP)
