"""Workbooks read and written by confined children, for the exchange."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from cardwright_entities.exchange.cells import Cell, encode_cells
from cardwright_entities.exchange.sheets import SheetError, SheetLayout, SheetReading, SheetReport
from cardwright_platform.confined.running import ConfinedError, Limits, run_confined

_GIGABYTE = 1024 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class ConfinedWorkbooks:
    """The exchange's Workbooks: every file is opened and made in a child of its own."""

    folder: Path  #: where children keep temporary files
    reading: Limits = field(default_factory=lambda: Limits(memory=_GIGABYTE, cpu=60, wall=120))
    # A child that writes waits for the rows that the parent still has to find.
    writing: Limits = field(default_factory=lambda: Limits(memory=_GIGABYTE, cpu=600, wall=3600))

    def read(self, path: Path, spool: IO[bytes], reading: SheetReading) -> SheetReport:
        request = {
            "path": str(path.resolve()),
            "sheet": reading.sheet,
            "first": reading.first,
            "rows": reading.rows,
            "columns": reading.columns,
        }
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="read-") as place:
            try:
                done = run_confined(
                    "read_sheet", request, limits=self.reading, folder=Path(place), output=spool
                )
            except ConfinedError as error:
                raise SheetError(error.message) from error
        return SheetReport(rows=done["rows"], sheet=done["sheet"], sheets=tuple(done["sheets"]))

    def write(
        self, target: Path, layout: SheetLayout, rows: Iterable[Sequence[Cell]]
    ) -> Mapping[str, int]:
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="write-") as place:
            request = {
                "path": str(target.resolve()),
                "folder": place,
                "sheet": layout.name,
                "columns": [asdict(column) for column in layout.columns],
                "notes": layout.notes,
                "choices": layout.choices,
                "cut": layout.cut,
            }
            return run_confined(
                "write_sheet",
                request,
                limits=self.writing,
                folder=Path(place),
                lines=(encode_cells(row) for row in rows),
            )
