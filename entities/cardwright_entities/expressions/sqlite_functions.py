"""The functions of expressions on a SQLite connection: the same Python as the evaluator's."""

from __future__ import annotations

import sqlite3
from decimal import ROUND_HALF_UP, Decimal

from cardwright_entities.expressions import moments
from cardwright_entities.expressions.numbers import (
    DIGITS,
    EXACT,
    divide,
    write_number,
)
from cardwright_entities.expressions.programs import run, zone_of
from cardwright_entities.expressions.wire import decode, sortable
from cardwright_entities.folding import fold

#: What ``cw_sum`` was split into, so that SQLite's own fast sum cannot overflow.
SPLIT = 1_000_000_000


def register(connection: sqlite3.Connection) -> None:
    """Give a new connection the functions that compiled expressions call."""
    for name, arguments, function in (
        ("cw_fold", 1, _fold),
        ("cw_scaled", 2, _scaled),
        ("cw_div", 2, _divide),
        ("cw_compare", 2, _compare),
        ("cw_between", 3, _between),
        ("cw_decimal", 2, _decimal),
        ("cw_split_sum", 3, _split_sum),
        ("cw_sortable", 1, _sortable),
        ("cw_day", 2, _day),
        ("cw_run", -1, run),
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


def _divide(left: object, right: object) -> str | None:
    if left is None or right is None:
        return None
    result = divide(Decimal(str(left)), Decimal(str(right)))
    return None if result is None else write_number(result)


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
    day = moments.day_of(decode(stamp, "s"), zone_of(zone))
    return None if day is None else day.isoformat()


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


def _scaled(text: str | None, scale: int) -> int | None:
    """Return an exact number as the integer that a column of some decimals holds."""
    if text is None:
        return None
    number = Decimal(str(text)).scaleb(scale, EXACT).to_integral_value(ROUND_HALF_UP, EXACT)
    if abs(number) >= 10**DIGITS:
        raise ValueError("too large")
    return int(number)
