"""Comparing two values: two-valued, by code point, datetimes with dates by their local day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from operator import ge, gt, le, lt
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from cardwright_entities.expressions.literals import value_of_text
from cardwright_entities.expressions.moments import Period, aware, day_of
from cardwright_entities.expressions.values import RecordRef

#: Comparisons that need two values.
ORDERINGS: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {"<": lt, "<=": le, ">": gt, ">=": ge}
)

_KINDS: tuple[tuple[type, str], ...] = (
    (datetime, "datetime"),
    (date, "date"),
    (time, "time"),
    (Decimal, "decimal"),
)


def are_equal(left: object, right: object, zone: ZoneInfo) -> bool:
    """Tell whether two values are equal; two empty ones are."""
    if left is None or right is None:
        return left is right
    pair = _alike(left, right, zone)
    return pair is not None and bool(pair[0] == pair[1])


def are_ordered(operator: str, left: object, right: object, zone: ZoneInfo) -> bool:
    """Tell whether ``<``, ``<=``, ``>`` or ``>=`` holds; never with an empty side."""
    if left is None or right is None:
        return False
    pair = _alike(left, right, zone)
    if pair is None or isinstance(pair[0], RecordRef | tuple):
        return False
    return ORDERINGS[operator](*pair)


def is_member(value: object, item: object, zone: ZoneInfo) -> bool:
    """Tell whether a value equals an item, is among its values, or lies in its period."""
    if value is None or item is None:
        return False
    if isinstance(item, Period):
        return item.holds(value, zone)
    if isinstance(item, tuple):
        return any(each is not None and are_equal(value, each, zone) for each in item)
    return are_equal(value, item, zone)


def _alike(left: object, right: object, zone: ZoneInfo) -> tuple[Any, Any] | None:
    """Return both as values of one kind; None if they are of different kinds."""
    if isinstance(left, str) != isinstance(right, str):
        left, right = _read(left, right), _read(right, left)
    if isinstance(left, date) and isinstance(right, date):
        return _moments(left, right, zone)
    if isinstance(left, bool) or isinstance(right, bool):
        return (left, right) if isinstance(left, bool) and isinstance(right, bool) else None
    if isinstance(left, RecordRef) != isinstance(right, RecordRef):
        return _ids(left, right)
    for kind in (str, Decimal | int, RecordRef, time, timedelta, tuple):
        if isinstance(left, kind) and isinstance(right, kind):
            return left, right
    return None


def _read(value: object, other: object) -> object:
    """Return what a text means beside a date, a time or a number."""
    if not isinstance(value, str):
        return value
    for kind, name in _KINDS:
        if isinstance(other, kind):
            return value_of_text(value, name)
    return value


def _moments(left: date, right: date, zone: ZoneInfo) -> tuple[Any, Any] | None:
    left_timed, right_timed = isinstance(left, datetime), isinstance(right, datetime)
    if left_timed and right_timed:
        return aware(left, zone), aware(right, zone)  # type: ignore[arg-type]  # both are datetimes
    days = day_of(left, zone), day_of(right, zone)
    return None if None in days else days


def _ids(left: object, right: object) -> tuple[Any, Any] | None:
    """Compare a reference with a bare id: the checker made sure that they are of one entity."""
    first = left.id if isinstance(left, RecordRef) else left
    second = right.id if isinstance(right, RecordRef) else right
    numeric = isinstance(first, int | Decimal) and isinstance(second, int | Decimal)
    return (first, second) if numeric else None
