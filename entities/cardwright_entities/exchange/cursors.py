"""Where an import stands, committed with each of its batches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from cardwright_entities.exchange.batches import BatchResult

ROWS, LINKS = "rows", "links"


@dataclass(frozen=True, kw_only=True)
class ImportCursor:
    """Counts of rows (imported, rejected, warned) and of records (created, updated) so far."""

    phase: str = ROWS
    row: int = 0  #: number of the last row that is done
    change_set: int | None = None
    imported: int = 0
    rejected: int = 0
    created: int = 0
    updated: int = 0
    warned: int = 0

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> ImportCursor:
        """Read what a job keeps."""
        return cls(**written)

    def written(self) -> dict[str, Any]:
        """Return the cursor as a job keeps it."""
        return asdict(self)

    @property
    def done(self) -> int:
        """Return how many rows are done."""
        return self.imported + self.rejected

    def after(self, result: BatchResult, row: int) -> ImportCursor:
        """Return the cursor behind a batch of rows."""
        return replace(
            self,
            row=row,
            imported=self.imported + result.imported,
            rejected=self.rejected + result.rejected,
            created=self.created + result.created,
            updated=self.updated + result.updated,
            warned=self.warned + result.warned,
        )

    def after_links(self, warned: int, row: int) -> ImportCursor:
        """Return the cursor behind a batch of links of the second pass."""
        return replace(self, phase=LINKS, row=row, warned=self.warned + warned)
