"""Cells of a table file as typed values, and how they travel as JSON between processes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import orjson


@dataclass(frozen=True, slots=True)
class FaultyCell:
    """A cell whose value cannot be known, with what stands there, such as ``#DIV/0!``."""

    text: str


#: What a cell may hold; None is an empty cell.
Cell = None | str | int | Decimal | bool | date | datetime | time | timedelta | FaultyCell


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that is not blank: its number in the file, from 1, and its cells."""

    number: int
    cells: tuple[Cell, ...]


_READERS: dict[str, Callable[[str], Cell]] = {
    "n": Decimal,
    "d": date.fromisoformat,
    "t": datetime.fromisoformat,
    "c": time.fromisoformat,
    "s": lambda seconds: timedelta(seconds=float(seconds)),
    "e": FaultyCell,
}
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
_PLAIN = (str, int, type(None))
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def encode_cells(cells: Sequence[Cell]) -> bytes:
    """Write the cells of a row as one JSON array without a line end."""
    try:
        return orjson.dumps(cells, default=_tagged, option=_OPTIONS)
    except orjson.JSONEncodeError:
        # Half a surrogate pair is no text; a big integer is no JSON number of orjson.
        return orjson.dumps([_encodable(cell) for cell in cells], default=_tagged, option=_OPTIONS)


def decode_cells(values: Iterable[object]) -> tuple[Cell, ...]:
    """Read the cells of a row from parsed JSON."""
    return tuple(value if isinstance(value, _PLAIN) else _untagged(value) for value in values)


def is_blank(cell: Cell) -> bool:
    """Tell whether a cell holds nothing but blanks."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def cell_text(cell: Cell) -> str:
    """Return a cell as a person would type it: 12 and not 12.0, a date as 2024-05-01."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}" if cell else "0"
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, FaultyCell):
        return cell.text
    return str(cell)


def _tagged(value: object) -> object:
    if isinstance(value, Decimal):
        return {"n": str(value)}
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time):
        return {"c": value.isoformat()}
    if isinstance(value, timedelta):
        return {"s": str(value.total_seconds())}
    if isinstance(value, FaultyCell):
        return {"e": value.text}
    raise TypeError(f"no cell: {type(value).__name__}")


def _untagged(value: object) -> Cell:
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, dict) and len(value) == 1:
        tag, text = next(iter(value.items()))
        return _READERS[tag](text)
    raise ValueError(f"no cell: {value!r}")


def _encodable(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return _LONE_SURROGATE.sub("�", cell)
    if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) >= 1 << 63:
        return Decimal(cell)
    return cell
