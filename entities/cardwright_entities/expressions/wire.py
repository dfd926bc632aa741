"""Values as SQLite holds and passes them: exact decimals as text, times in UTC as text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from cardwright_entities.expressions.numbers import EXACT, write_number

#: The letter of each kind in the name of a call.
LETTERS: Mapping[str, str] = MappingProxyType(
    {
        "text": "t", "decimal": "n", "boolean": "b", "date": "d", "datetime": "s", "time": "m",
        "record": "r", "duration": "u", "null": "t", "json": "j", "list": "l",
        "span": "d",
    }
)  # fmt: skip

#: The kind of each letter.
KINDS: Mapping[str, str] = MappingProxyType(
    {letter: kind for kind, letter in LETTERS.items() if kind not in ("null", "span")}
)


def encode(value: object) -> str | int | None:
    """Return a value as it stands in the database."""
    match value:
        case bool():
            return int(value)
        case Decimal():
            return write_number(value)
        case datetime():
            return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("microseconds")
        case timedelta():
            return value // timedelta(seconds=1)
        case int() | None:
            return value
        case _:
            return str(value)


def _stamp(raw: str) -> datetime:
    return datetime.fromisoformat(raw).replace(tzinfo=UTC)


def _items(raw: str) -> tuple[object, ...]:
    return tuple(json.loads(raw))


def _span(raw: int) -> timedelta:
    return timedelta(seconds=raw)


_DECODERS: Mapping[str, Callable[[Any], object]] = MappingProxyType(
    {
        "t": str,
        "n": Decimal,
        "b": bool,
        "d": date.fromisoformat,
        "s": _stamp,
        "m": time.fromisoformat,
        "r": int,
        "u": _span,
        "l": _items,
        "j": json.loads,
    }
)


def decode(raw: object, letter: str) -> Any:
    """Return the value that the database holds for a kind; ``n2`` is an integer of scale 2."""
    if raw is None:
        return None
    if len(letter) > 1:
        return Decimal(str(raw)).scaleb(-int(letter[1:]), EXACT)
    return _DECODERS[letter](raw)


def sortable(value: Decimal) -> str:
    """Return a text that sorts among its like as the numbers do."""
    if not value:
        return "1"
    sign, digits, _ = value.normalize().as_tuple()
    shown = "".join(map(str, digits))
    power = 5_000 + value.adjusted()
    if not sign:
        return f"2{power:04}{shown}"
    return f"0{9_999 - power:04}" + "".join(str(9 - digit) for digit in digits) + "~"
