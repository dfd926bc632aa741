"""Parts of a number, added up exactly: for each cell, each row, each column and everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from cardwright_entities.expressions.numbers import EXACT, divide, number_of
from cardwright_entities.reports.tables import Key

#: What a number is made of in one group: its value; of a mean the sum and the count.
Part = tuple[object, ...]
Place = tuple[Key, Key]


@dataclass
class Sums:
    """One number by row and column, with all its totals."""

    function: str
    cells: dict[Place, Part] = field(default_factory=dict)
    rows: dict[Key, Part] = field(default_factory=dict)
    columns: dict[Key, Part] = field(default_factory=dict)
    whole: Part | None = None

    def of_cell(self, row: Key, column: Key) -> object:
        """Return the number of a cell."""
        return self._read(self.cells.get((row, column)))

    def of_row(self, row: Key) -> object:
        """Return the number of a row, all columns together."""
        return self._read(self.rows.get(row))

    def of_column(self, column: Key) -> object:
        """Return the number of a column, all rows together."""
        return self._read(self.columns.get(column))

    def of_all(self) -> object:
        """Return the number of everything."""
        return self._read(self.whole)

    def _read(self, part: Part | None) -> object:
        """Return the number that a part is: of nothing 0 for sums and counts, else empty."""
        if self.function == "average":
            return _mean(part)
        if part is None:
            return 0 if self.function in ("sum", "count") else None
        return part[0]


def add_up(function: str, parts: Iterable[tuple[Place, Part]]) -> Sums:
    """Add the parts of one number up; several may stand for the same place."""
    sums = Sums(function)
    add = _ADDING[function]
    for (row, column), part in parts:
        _put(sums.cells, (row, column), part, add)
        _put(sums.rows, row, part, add)
        _put(sums.columns, column, part, add)
        sums.whole = part if sums.whole is None else _together(sums.whole, part, add)
    return sums


def _put(held: dict[Any, Part], key: object, part: Part, add: Callable[[Any, Any], Any]) -> None:
    before = held.get(key)
    held[key] = part if before is None else _together(before, part, add)


def _together(left: Part, right: Part, add: Callable[[Any, Any], Any]) -> Part:
    return tuple(
        other if one is None else one if other is None else add(one, other)
        for one, other in zip(left, right, strict=True)
    )


def _sum(left: int | Decimal, right: int | Decimal) -> int | Decimal:
    if isinstance(left, int) and isinstance(right, int):
        return left + right
    return EXACT.add(left, right)


def _mean(part: Part | None) -> object:
    total, count = (number_of(each) for each in part or (None, None))
    return None if total is None or count is None else divide(total, count)


#: How two parts of a number become one.
_ADDING: Mapping[str, Callable[[Any, Any], Any]] = {
    "sum": _sum,
    "count": _sum,
    "average": _sum,
    "min": min,
    "max": max,
}
