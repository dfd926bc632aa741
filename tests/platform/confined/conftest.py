"""A reader of workbooks that strangers made."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from cardwright_entities.exchange.cells import Cell
from cardwright_entities.exchange.sheets import SheetReading, spooled_rows
from cardwright_platform.confined.workbooks import ConfinedWorkbooks

PLAIN = SheetReading()
Rows = list[tuple[int, tuple[Cell, ...]]]


@pytest.fixture
def workbooks(tmp_path: Path) -> ConfinedWorkbooks:
    folder = tmp_path / "work"
    folder.mkdir()
    return ConfinedWorkbooks(folder=folder)


@pytest.fixture
def read(workbooks: ConfinedWorkbooks, tmp_path: Path) -> Callable[..., Rows]:
    """Reads the content of a workbook, or the file at a path, in a child."""

    def read(source: bytes | Path, reading: SheetReading = PLAIN) -> Rows:
        path = source if isinstance(source, Path) else tmp_path / "upload"
        if isinstance(source, bytes):
            path.write_bytes(source)
        with tempfile.TemporaryFile(dir=tmp_path) as spool:
            workbooks.read(path, spool, reading)
            return [(row.number, row.cells) for row in spooled_rows(spool)]

    return read
