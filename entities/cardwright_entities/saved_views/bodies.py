"""What a view says, as a document of the language: read from a row with patience, written back.

What cannot be read any more is left out: a row may be older than the version that reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cardwright_metadata.definitions.lists import ColumnDefinition, SortDefinition

#: What may stand below a column.
FUNCTIONS = ("sum", "average", "min", "max", "count")
#: Columns, keys of an order, records on a page.
MOST_COLUMNS, MOST_KEYS, MOST_ROWS = 60, 4, 200
#: The width of a column in characters.
NARROWEST, WIDEST = 5, 120

_PATH = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*){0,9}")
_MODE = re.compile(r"[a-z]{1,20}")


@dataclass(frozen=True, kw_only=True)
class Body:
    """Which records, in which order, and how they are shown; what is empty is as shipped."""

    where: str = ""  #: a condition as text
    sort: tuple[SortDefinition, ...] = ()
    columns: tuple[ColumnDefinition, ...] = ()
    totals: Mapping[str, str] | None = None
    mode: str = ""
    size: int = 0


def read_body(document: object) -> Body:
    """Return what a stored document says."""
    if not isinstance(document, Mapping):
        return Body()
    where, mode = document.get("where"), document.get("mode")
    return Body(
        where=where if isinstance(where, str) else "",
        sort=read_sort(_list(document.get("sort"))),
        columns=read_columns(_list(document.get("columns"))),
        totals=read_totals(document.get("totals")),
        mode=mode if isinstance(mode, str) and _MODE.fullmatch(mode) else "",
        size=_between(document.get("size"), 1, MOST_ROWS),
    )


def write_body(body: Body) -> dict[str, Any]:
    """Return a body as the document that is stored; what is empty is left out."""
    document: dict[str, Any] = {
        "where": body.where,
        "sort": [f"{'-' if each.descending else ''}{each.path}" for each in body.sort],
        "columns": [
            {"path": each.path, **({"width": each.width} if each.width else {})}
            for each in body.columns
        ],
        "mode": body.mode,
        "size": body.size,
    }
    said = {name: value for name, value in document.items() if value}
    return said if body.totals is None else {**said, "totals": dict(body.totals)}


def read_sort(keys: Iterable[object]) -> tuple[SortDefinition, ...]:
    """Return the keys that are paths, those with a minus in front from high to low."""
    texts = [each for each in keys if isinstance(each, str)]
    return tuple(
        SortDefinition(path=each.removeprefix("-"), descending=each.startswith("-"))
        for each in texts[:MOST_KEYS]
        if _PATH.fullmatch(each.removeprefix("-"))
    )


def read_columns(columns: Iterable[object]) -> tuple[ColumnDefinition, ...]:
    """Return the columns that are paths, each once, as ``path`` or ``{path, width}``."""
    found: dict[str, ColumnDefinition] = {}
    for each in columns:
        path = each.get("path") if isinstance(each, Mapping) else each
        width = each.get("width") if isinstance(each, Mapping) else 0
        if isinstance(path, str) and _PATH.fullmatch(path) and len(found) < MOST_COLUMNS:
            width = _between(width, NARROWEST, WIDEST)
            found.setdefault(path, ColumnDefinition(path=path, width=width))
    return tuple(found.values())


def read_totals(totals: object) -> dict[str, str] | None:
    """Return functions by path, None where nothing is said of them."""
    if not isinstance(totals, Mapping):
        return None
    return {
        str(path): str(function)
        for path, function in totals.items()
        if function in FUNCTIONS and _PATH.fullmatch(str(path))
    }


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _between(value: object, low: int, high: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        return 0
    return max(low, min(value, high))
