"""The functions of expressions on a SQLite connection: the same Python as the evaluator's."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from cardwright_entities.expressions import moments
from cardwright_entities.expressions.calling import call
from cardwright_entities.expressions.numbers import (
    ARITHMETIC,
    EXACT,
    divide,
    write_number,
)
from cardwright_entities.expressions.wire import decode, encode, sortable
from cardwright_entities.folding import fold

#: What ``cw_sum`` was split into, so that SQLite's own fast sum cannot overflow.
SPLIT = 1_000_000_000


def register(connection: sqlite3.Connection) -> None:
    """Give a new connection the functions that compiled expressions call."""
    for name, arguments, function in (
        ("cw_fold", 1, _fold),
        ("cw_add", 2, _arithmetic("+")),
        ("cw_sub", 2, _arithmetic("-")),
        ("cw_mul", 2, _arithmetic("*")),
        ("cw_div", 2, _arithmetic("/")),
        ("cw_neg", 1, _negative),
        ("cw_compare", 2, _compare),
        ("cw_between", 3, _between),
        ("cw_decimal", 2, _decimal),
        ("cw_split_sum", 3, _split_sum),
        ("cw_sortable", 1, _sortable),
        ("cw_day", 2, _day),
        ("cw_call", -1, _call),
    ):
        connection.create_function(name, arguments, function, deterministic=True)
    for name, aggregate in (
        ("cw_sum", Sum),
        ("cw_average", Average),
        ("cw_least", Least),
        ("cw_greatest", Greatest),
    ):
        connection.create_aggregate(name, 1, aggregate)  # type: ignore[arg-type]  # steps take text


def _fold(text: str | None) -> str | None:
    return None if text is None else fold(str(text))


def _arithmetic(operator: str) -> Callable[[object, object], str | None]:
    operate = ARITHMETIC[operator]

    def arithmetic(left: object, right: object) -> str | None:
        if left is None or right is None:
            return None
        result = operate(Decimal(str(left)), Decimal(str(right)))
        return None if result is None else write_number(result)

    return arithmetic


def _negative(value: object) -> str | None:
    return None if value is None else write_number(EXACT.minus(Decimal(str(value))))


def _compare(left: object, right: object) -> int | None:
    if left is None or right is None:
        return None
    first, second = Decimal(str(left)), Decimal(str(right))
    return (first > second) - (first < second)


def _between(value: object, low: object, high: object) -> bool | None:
    if value is None or low is None or high is None:
        return None
    return Decimal(str(low)) <= Decimal(str(value)) <= Decimal(str(high))


def _decimal(scaled: int | None, scale: int) -> str | None:
    return None if scaled is None else write_number(Decimal(scaled).scaleb(-scale, EXACT))


def _split_sum(high: int | None, low: int | None, scale: int) -> str | None:
    return None if high is None or low is None else _decimal(high * SPLIT + low, scale)


def _sortable(value: object) -> str | None:
    return None if value is None else sortable(Decimal(str(value)))


def _day(stamp: str | None, zone: str) -> str | None:
    if stamp is None:
        return None
    day = moments.day_of(decode(stamp, "s"), _zone(zone))
    return None if day is None else day.isoformat()


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@dataclass(frozen=True)
class _StatementClock:
    """The zone of a statement; its now is never asked: such calls are bound before."""

    zone: ZoneInfo
    now: datetime = datetime(1, 1, 1, tzinfo=UTC)


def _call(signature: str, zone: str, *raw: object) -> str | int | None:
    """``cw_call('round nn', 'Asia/Shanghai', x, n)``: a function with the kinds it is given."""
    name, letters = signature.split(" ")
    arguments = [decode(each, letter) for each, letter in zip(raw, letters, strict=True)]
    clock = _StatementClock(_zone(zone))
    if name in _SPECIAL:
        result = None if None in arguments else _SPECIAL[name](*arguments)
    else:
        result = call(name, arguments, clock)
    return encode(result)


_SPECIAL: dict[str, Callable[..., object]] = {
    "shift": moments.shift,
    "days_between": moments.days_between,
}


class Sum:
    """The exact sum of decimals as text; 0 of nothing."""

    def __init__(self) -> None:
        self.total = Decimal(0)
        self.count = 0

    def step(self, value: object) -> None:
        """Take one value."""
        if value is not None:
            self.total = EXACT.add(self.total, Decimal(str(value)))
            self.count += 1

    def finalize(self) -> str | None:
        """Return the result."""
        return write_number(self.total)


class Average(Sum):
    """The mean of decimals as text, rounded as a quotient; empty of nothing."""

    def finalize(self) -> str | None:
        mean = divide(self.total, Decimal(self.count))
        return None if mean is None else write_number(mean)


class Least:
    """The smallest of decimals as text; empty of nothing."""

    def __init__(self) -> None:
        self.chosen: Decimal | None = None

    def step(self, value: object) -> None:
        """Take one value."""
        if value is not None:
            number = Decimal(str(value))
            if self.chosen is None or self.is_better(number, self.chosen):
                self.chosen = number

    def is_better(self, number: Decimal, chosen: Decimal) -> bool:
        """Tell whether a number takes the place of the one chosen so far."""
        return number < chosen

    def finalize(self) -> str | None:
        """Return the result."""
        return None if self.chosen is None else write_number(self.chosen)


class Greatest(Least):
    """The largest of decimals as text; empty of nothing."""

    def is_better(self, number: Decimal, chosen: Decimal) -> bool:
        return number > chosen
