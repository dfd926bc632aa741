"""Text functions: the same on every back end, by code point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from cardwright_entities.expressions.capitals import capitals
from cardwright_entities.expressions.numbers import number_of, parse_number, write_number
from cardwright_entities.folding import fold

#: What ``trim`` takes off: blank, tab, line ends, no-break and ideographic space.
BLANKS = " \t\r\n\u00a0\u3000"

#: No text is longer than this many characters, so larger counts mean the same.
MOST_CHARACTERS = 10_000_000

#: What ``replace`` gives at most: each one within another would make it longer by a power.
LONGEST_REPLACED = 1_000_000


def contains(text: str, part: str) -> bool:
    """Tell whether a text contains another, whatever their case and width."""
    return fold(part) in fold(text)


def starts(text: str, part: str) -> bool:
    """Tell whether a text starts with another, whatever their case and width."""
    return fold(text).startswith(fold(part))


def spell(value: object) -> str:
    """Return a value as ``concat`` joins it: numbers without needless zeros, dates as ISO."""
    number = number_of(value)
    if number is not None:
        return write_number(number)
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def concat(*parts: object) -> str:
    """Return the parts joined; empty ones add nothing."""
    return "".join(spell(part) for part in parts)


def count_of(number: Decimal) -> int:
    """Return a number of characters: whole, not negative."""
    if number <= 0:
        return 0
    return MOST_CHARACTERS if number > MOST_CHARACTERS else int(number)


def _right(text: str, number: Decimal) -> str:
    count = count_of(number)
    return text[-count:] if count else ""


def _middle(text: str, start: Decimal, number: Decimal) -> str:
    first = max(1, count_of(start)) - 1
    return text[first : first + count_of(number)]


def replaced(text: str, old: str, new: str) -> str:
    """Return a text with each of its parts replaced; nothing when it would become too long."""
    length = len(text) + text.count(old) * (len(new) - len(old))
    return "" if length > LONGEST_REPLACED else text.replace(old, new)


#: Functions on texts; those but concat are called without an empty argument.
TEXT_FUNCTIONS: Mapping[str, Callable[..., object]] = MappingProxyType(
    {
        "concat": concat,
        "length": lambda text: Decimal(len(text)),
        "left": lambda text, number: text[: count_of(number)],
        "right": _right,
        "middle": _middle,
        "lower": str.lower,
        "upper": str.upper,
        "trim": lambda text: text.strip(BLANKS),
        "replace": replaced,
        "number": parse_number,
        "capitals": capitals,
    }
)
