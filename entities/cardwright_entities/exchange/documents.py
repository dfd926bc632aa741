"""Rows that belong together: a head with its lines in one sheet, or one row alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from cardwright_entities.errors import InputError, Message
from cardwright_entities.exchange.cells import Cell, SheetRow, cell_text, is_blank
from cardwright_entities.exchange.mapping import ImportPlan
from cardwright_entities.exchange.row_values import RowValues
from cardwright_entities.jobs.outcomes import LATER, REJECTED, WARNED, RowOutcome

#: Code of the message that keeps a link's text until the second pass.
WAITS = "comes_later"
#: Rows in one transaction; a document is never cut.
BATCH = 500


class Grouping:
    """Tells where a document begins: at another key, or at any row that is not a continuation."""

    def __init__(self, plan: ImportPlan) -> None:
        heads = [use for use in plan.columns if len(use.names) == 1]
        self.has_lines = len(heads) < len(plan.columns)
        self._heads = [use.index for use in heads]
        keys = [use.index for use in heads if use.path in plan.key]
        self._keys = keys or self._heads

    def key(self, row: SheetRow) -> tuple[str, ...]:
        """Return the texts by which rows of one document are alike."""
        return tuple(cell_text(_at(row, index)).strip() for index in self._keys)

    def batches(self, rows: Iterable[SheetRow]) -> Iterator[list[list[SheetRow]]]:
        """Yield documents as lists of rows, about BATCH rows at a time."""
        batch: list[list[SheetRow]] = []
        count = 0
        for row in rows:
            if batch and self.has_lines and self._continues(batch[-1], row):
                batch[-1].append(row)
            else:
                if count >= BATCH:
                    yield batch
                    batch, count = [], 0
                batch.append([row])
            count += 1
        if batch:
            yield batch

    def _continues(self, document: Sequence[SheetRow], row: SheetRow) -> bool:
        if all(is_blank(_at(row, index)) for index in self._heads):
            return True
        return self.key(row) == self.key(document[0]) and any(self.key(row))


@dataclass
class Document:
    """One record to be stored: the values of its head, its lines, and the rows that say so."""

    rows: list[RowValues]
    head: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, list[tuple[RowValues, dict[str, Any]]]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Sequence[RowValues]) -> Document:
        """Join rows; rows that say other things of the head than the first are refused."""
        document = cls(list(rows), dict(rows[0].head))
        for row in rows:
            for name, value in row.head.items():
                if document.head.setdefault(name, value) != value:
                    row.refuse(name, Message("differs_from_first_row"))
            for name, line in row.lines.items():
                document.lines.setdefault(name, []).append((row, line))
        return document

    @property
    def refused(self) -> bool:
        """Tell whether any row of the document cannot be taken."""
        return any(row.problems for row in self.rows)

    def values(self) -> dict[str, Any]:
        """Return what the gate is given."""
        lines = {name: [line for _, line in rows] for name, rows in self.lines.items()}
        head = {name: value for name, value in self.head.items() if name not in ("id", "version")}
        return {**head, **lines}

    def refuse(self, error: InputError) -> None:
        """Note the gate's messages at the rows that they are about."""
        for place, messages in error.fields.items():
            row, path = self._row_at(place)
            for message in messages:
                row.refuse(path, message)
        for message in error.confirm.values():
            self.rows[0].refuse("", message)
        if not self.refused:
            self.rows[0].refuse("", Message("invalid"))

    def warn(self, messages: Iterable[Message]) -> None:
        """Note at the first row what the gate only warned of."""
        said = list(messages)
        if said:
            noted = self.rows[0].notes
            noted[""] = [*noted.get("", []), *said]

    def rejections(self) -> list[RowOutcome]:
        """Return what is said of each row of a refused document."""
        bad = next(row.row.number for row in self.rows if row.problems)
        other = {"": [Message.of("other_row_refused", row=bad)]}
        return [RowOutcome(row.row.number, REJECTED, row.problems or other) for row in self.rows]

    def outcomes(self, record: int | None) -> list[RowOutcome]:
        """Return what is said of rows that were stored: notes, and links that wait."""
        return [
            RowOutcome(
                row.row.number,
                LATER if row.later else WARNED,
                {**row.notes, **_waiting(row)},
                record,
            )
            for row in self.rows
            if row.later or row.notes
        ]

    def _row_at(self, place: str) -> tuple[RowValues, str]:
        names = place.split(".")
        if len(names) >= 2 and names[0] in self.lines and names[1].isdigit():
            rows = self.lines[names[0]]
            index = int(names[1])
            if index < len(rows):
                return rows[index][0], ".".join([names[0], *names[2:]])
        return self.rows[0], place


def _waiting(row: RowValues) -> dict[str, list[Message]]:
    return {path: [Message.of(WAITS, text=text)] for path, text in row.later.items()}


def _at(row: SheetRow, index: int) -> Cell:
    return row.cells[index] if index < len(row.cells) else None
