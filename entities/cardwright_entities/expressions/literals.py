"""Texts that stand for dates, times and numbers where such a value is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from types import MappingProxyType

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?")
_DATETIME = re.compile(rf"{_DATE.pattern}[T ]{_TIME.pattern}(?:Z|[+-][0-9]{{2}}:?[0-9]{{2}})?")
_NUMBER = re.compile(r"-?[0-9]{1,38}(?:\.[0-9]{1,38})?")

#: How each kind is written, for messages.
EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "date": "'2026-01-31'",
        "datetime": "'2026-01-31 09:30'",
        "time": "'09:30'",
        "decimal": "12.5",
    }
)


def value_of_text(text: str, kind: str) -> date | datetime | time | Decimal | None:
    """Return the value of a kind that a text stands for, None if it stands for none.

    A day stands for a datetime too: it is compared with the local day. A datetime without an
    offset is local and stays without a zone.
    """
    reader = _READERS.get(kind)
    if reader is None:
        return None
    try:
        return reader(text.strip())
    except ValueError:
        return None


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if _DATE.fullmatch(text) else None


def _datetime(text: str) -> date | datetime | None:
    return datetime.fromisoformat(text) if _DATETIME.fullmatch(text) else _date(text)


def _time(text: str) -> time | None:
    return time.fromisoformat(text) if _TIME.fullmatch(text) else None


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None


_READERS: Mapping[str, Callable[[str], date | datetime | time | Decimal | None]] = MappingProxyType(
    {"date": _date, "datetime": _datetime, "time": _time, "decimal": _decimal}
)
