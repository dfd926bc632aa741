"""Exact decimals: arithmetic that gives the same on every back end."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from types import MappingProxyType

#: Digits of a stored decimal, before and after the point together.
DIGITS = 18

#: Digits of calculation; the type checker refuses what could need more.
PRECISION = 300

#: Decimals of a quotient.
QUOTIENT_SCALE = 12

#: Decimals of a dividend that count; PostgreSQL divides to at least as many.
DIVIDEND_SCALE = 40

#: Places to which ``round`` rounds at most, before and behind the point.
LEAST_PLACES, MOST_PLACES = -20, 40

#: The context of all arithmetic; nothing raises in it, what does not fit is NaN.
EXACT = Context(prec=PRECISION, rounding=ROUND_HALF_UP, traps=[])
_NUMBER = re.compile(r" *(-?[0-9]{1,18}(?:\.[0-9]{1,18})?) *")


def number_of(value: object) -> Decimal | None:
    """Return the number that a value is, None for everything else."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return None


def divide(left: Decimal, right: Decimal) -> Decimal | None:
    """Return the quotient, rounded half up to 12 decimals; None for division by zero."""
    if not right:
        return None
    if -int(left.as_tuple().exponent) > DIVIDEND_SCALE:
        left = round_to(left, DIVIDEND_SCALE)
    return round_to(EXACT.divide(left, right), QUOTIENT_SCALE)


def round_to(value: Decimal, places: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    """Return the value rounded to places behind the point, half away from zero."""
    if -int(value.as_tuple().exponent) <= places:
        return value
    unit = Decimal(1).scaleb(-places)
    return value.quantize(unit, rounding=rounding, context=EXACT)


def places_of(value: Decimal) -> int:
    """Return how many places a rounding argument means."""
    if abs(value) > MOST_PLACES:
        return MOST_PLACES if value > 0 else LEAST_PLACES
    return max(LEAST_PLACES, int(value))


def remainder(left: Decimal, right: Decimal) -> Decimal | None:
    """Return what is left of a division, with the sign of the dividend."""
    return None if not right else EXACT.remainder(left, right)


def parse_number(text: str) -> Decimal | None:
    """Return the number that a text is, None if it is none."""
    match = _NUMBER.fullmatch(text)
    return None if match is None else Decimal(match.group(1))


def write_number(value: Decimal) -> str:
    """Return a number without needless zeros, the one spelling of a value."""
    if not value:
        return "0"
    written = format(value, "f")
    return written.rstrip("0").rstrip(".") if "." in written else written


def add(left: Decimal, right: Decimal) -> Decimal:
    """Return the exact sum."""
    return EXACT.add(left, right)


def _rounded(value: Decimal, places: Decimal = Decimal(0)) -> Decimal:
    return round_to(value, places_of(places))


def _truncated(value: Decimal, places: Decimal = Decimal(0)) -> Decimal:
    return round_to(value, places_of(places), ROUND_DOWN)


def _sign(value: Decimal) -> Decimal:
    return Decimal((value > 0) - (value < 0))


def average(values: Sequence[Decimal]) -> Decimal | None:
    """Return the mean, rounded as a quotient; None of nothing."""
    return divide(total(values), Decimal(len(values)))


def total(values: Sequence[Decimal]) -> Decimal:
    """Return the exact sum of numbers; 0 of nothing."""
    result = Decimal(0)
    for value in values:
        result = EXACT.add(result, value)
    return result


#: Operators on two numbers.
ARITHMETIC: Mapping[str, Callable[[Decimal, Decimal], Decimal | None]] = MappingProxyType(
    {"+": add, "-": EXACT.subtract, "*": EXACT.multiply, "/": divide}
)

#: Functions whose arguments are numbers, none of them empty.
NUMBER_FUNCTIONS: Mapping[str, Callable[..., Decimal | None]] = MappingProxyType(
    {
        "round": _rounded,
        "floor": lambda value: round_to(value, 0, ROUND_FLOOR),
        "ceiling": lambda value: round_to(value, 0, ROUND_CEILING),
        "truncate": _truncated,
        "abs": lambda value: EXACT.abs(value),
        "sign": _sign,
        "mod": remainder,
        "average": lambda *values: average(values),
    }
)
