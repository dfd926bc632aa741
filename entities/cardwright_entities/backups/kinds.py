"""Kinds of columns that mean the same on every engine, and how their values stand in JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, Integer, Text, Time
from sqlalchemy.types import TypeEngine

from cardwright_entities.store.column_types import (
    JsonDocument,
    Scaled,
    Texts,
    Tokens,
    UtcDateTime,
)

#: Turns a value into JSON, or JSON into a value; raises ValueError for what is no such value.
Turn = Callable[[Any], Any]

_DECIMAL = "decimal:"
_WIDEST = 2**63


@dataclass(frozen=True)
class Kind:
    """One kind of column."""

    sql: TypeEngine[Any]
    write: Turn
    read: Turn


def kind_of(sql: TypeEngine[Any]) -> str:
    """Return the kind of a declared column; raise TypeError for one that no backup carries."""
    if isinstance(sql, Scaled):
        return f"{_DECIMAL}{sql.scale}"
    for known, name in _OF_TYPES:
        if isinstance(sql, known):
            return name
    raise TypeError(f"no backup carries columns of {sql!r}")


def kind_of_words(words: str) -> str:
    """Return the kind of a column of which only the database's own word for its type is known."""
    plain = words.lower()
    scaled = re.fullmatch(r"numeric\(18, ?(\d+)\)", plain)
    return f"{_DECIMAL}{scaled[1]}" if scaled else _OF_WORDS.get(plain, "text")


def find_kind(name: str) -> Kind:
    """Return a kind by its name; raise ValueError if there is none of that name."""
    if name in _KINDS:
        return _KINDS[name]
    scale = name.removeprefix(_DECIMAL)
    if name.startswith(_DECIMAL) and re.fullmatch(r"\d|1[0-8]", scale):
        return _decimals(int(scale))
    raise ValueError(f"{name!r} is no kind")


def _decimals(scale: int) -> Kind:
    return Kind(Scaled(scale), lambda value: f"{value:.{scale}f}", _read_decimal)


def _read_decimal(value: object) -> Decimal:
    if not isinstance(value, str) or not re.fullmatch(r"-?\d{1,18}(\.\d{1,18})?", value):
        raise ValueError(value)
    return Decimal(value)


def _same(value: object) -> object:
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not -_WIDEST <= value < _WIDEST:
        raise ValueError(value)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(value)
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or set(map(type, value)) - {str}:
        raise ValueError(value)
    return tuple(value)


def _write_moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _read_moment(value: object) -> datetime:
    found = datetime.fromisoformat(_text(value))
    if found.tzinfo is None:
        raise ValueError(value)
    return found


def _alike(value: object) -> object:
    """Return JSON with its numbers as both engines give them: 5.0 is 5."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _WIDEST:
        return int(value)
    if isinstance(value, Mapping):
        return {key: _alike(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_alike(each) for each in value]
    return value


_OF_TYPES: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (JsonDocument, "json"),
    (Texts, "texts"),
    (Tokens, "tokens"),
    (UtcDateTime, "moment"),
    (Boolean, "boolean"),
    (Date, "date"),
    (Time, "time"),
    (Integer, "integer"),
    (Text, "text"),
)
_OF_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "bigint": "integer",
        "boolean": "boolean",
        "date": "date",
        "integer": "integer",
        "jsonb": "json",
        "smallint": "integer",
        "text[]": "texts",
        "time": "time",
        "time without time zone": "time",
        "timestamp with time zone": "moment",
    }
)
_KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "boolean": Kind(Boolean(), bool, _flag),
        "date": Kind(Date(), date.isoformat, lambda value: date.fromisoformat(_text(value))),
        "integer": Kind(BigInteger(), _same, _whole),
        "json": Kind(JsonDocument(), _alike, _same),
        "moment": Kind(UtcDateTime(), _write_moment, _read_moment),
        "text": Kind(Text(), _same, _text),
        "texts": Kind(Texts(), list, _texts),
        "time": Kind(
            Time(),
            lambda value: value.isoformat(timespec="microseconds"),
            lambda value: time.fromisoformat(_text(value)),
        ),
        "tokens": Kind(Tokens(), list, _texts),
    }
)
