"""How PostgreSQL writes each function of the language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import (
    Date,
    Integer,
    Interval,
    Numeric,
    Text,
    cast,
    collate,
    extract,
    func,
    literal_column,
)
from sqlalchemy import literal as bound

from cardwright_entities.expressions.moments import UNITS
from cardwright_entities.expressions.numbers import LEAST_PLACES, MOST_PLACES
from cardwright_entities.expressions.sql_operands import Constant, Element, Operand
from cardwright_entities.expressions.texts import BLANKS, MOST_CHARACTERS
from cardwright_metadata.expressions.errors import ExpressionError

_MOST_SECONDS = 400_000_000_000
_MOST_MONTHS = 120_001
_NUMBER = "^ *(-?[0-9]{1,18}(?:\\.[0-9]{1,18})?) *$"

# Arithmetic on moments is done where nothing overflows: in days since the first one, or some
# cycles of 400 years later. One before the first and one behind the last are out.
_DAYS = 3_652_059
_LATER = "interval '10000 years'"
_BEFORE = "timestamp '10000-12-31 00:00:00'"
_BEHIND = "timestamp '20000-01-01 00:00:00'"
_LENGTHS: Mapping[str, str] = MappingProxyType(
    {"week": "1 week", "month": "1 month", "quarter": "3 months", "year": "1 year"}
)


@dataclass(frozen=True)
class Writing:
    """A call to write: its arguments in calculated form, with their kinds."""

    elements: Sequence[Element]
    kinds: Sequence[str]
    operands: Sequence[Operand]
    zone: str

    def day(self, index: int) -> Element:
        """Return an argument as a local day."""
        element = self.elements[index]
        if self.kinds[index] == "datetime":
            return cast(func.timezone(self.zone, element), Date())
        return element

    def unit(self) -> str:
        """Return the unit that the first argument names; it must be known before."""
        first = self.operands[0]
        unit = UNITS.get(str(first.value)) if isinstance(first, Constant) else None
        if unit is None:
            raise ExpressionError("not_allowed", "The unit must be a text such as 'month'.")
        return unit


def shifted_day(day: Element, seconds: Element) -> Element:
    """Return a date later by the whole days of a span; empty outside the years 1 to 9999."""
    first: Element = literal_column("date '0001-01-01'")
    number = day.op("-")(first).op("+")(func.div(seconds, 86_400)).self_group()
    return first.op("+")(_inside(_whole(number, -1, _DAYS), -1, _DAYS))


def shifted_moment(moment: Element, seconds: Element) -> Element:
    """Return a datetime later by a span; empty outside the years 1 to 9999."""
    first: Element = literal_column("timestamp '0001-01-01 00:00:00'")
    since = func.timezone("UTC", moment).op("-")(first).self_group()
    span = since.op("+")(func.make_interval(0, 0, 0, 0, 0, 0, seconds)).self_group()
    low: Element = literal_column("interval '-1 day'")
    high: Element = literal_column(f"interval '{_DAYS} days'")
    held = func.interval_smaller(func.interval_larger(span, low), high)
    return func.timezone("UTC", first.op("+")(_inside(held, low, high)).self_group())


def _inside(held: Element, low: Element | int, high: Element | int) -> Element:
    return func.nullif(func.nullif(held, low), high)


def _whole(element: Element, low: int, high: int) -> Element:
    # Unlike greatest() and least(), these functions keep to empty values.
    held = func.numeric_smaller(func.numeric_larger(func.trunc(element), low), high)
    return cast(held, Integer())


def _places(writing: Writing) -> Element | int:
    if len(writing.elements) < 2:
        return 0
    return _whole(writing.elements[1], LEAST_PLACES, MOST_PLACES)


def _count(element: Element) -> Element:
    return _whole(element, 0, MOST_CHARACTERS)


def _text(element: Element) -> Element:
    return func.nullif(collate(element, "C"), "")


def _in_language(element: Element) -> Element:
    return collate(element, "und-x-icu")


def _spelled(writing: Writing, index: int) -> Element:
    element, kind = writing.elements[index], writing.kinds[index]
    if kind == "decimal":
        return cast(func.trim_scale(element), Text())
    return func.to_char(element, "YYYY-MM-DD") if kind == "date" else element


def _concat(writing: Writing) -> Element:
    return _text(func.concat(*(_spelled(writing, i) for i in range(len(writing.elements)))))


def _replace(writing: Writing) -> Element:
    text, old, new = writing.elements
    return _text(func.replace(text, old, func.coalesce(new, "")))


def _middle(writing: Writing) -> Element:
    text, start, number = writing.elements
    return _text(func.substr(text, _whole(start, 1, MOST_CHARACTERS), _count(number)))


def _part(field: str) -> Callable[[Writing], Element]:
    return lambda writing: cast(extract(field, writing.day(0)), Numeric())


def _time_part(field: str) -> Callable[[Writing], Element]:
    def part(writing: Writing) -> Element:
        local = func.timezone(writing.zone, writing.elements[0])
        return cast(extract(field, local), Numeric())

    return part


def _span(seconds: int) -> Callable[[Writing], Element]:
    def span(writing: Writing) -> Element:
        whole = func.trunc(writing.elements[0] * seconds)
        return func.numeric_smaller(func.numeric_larger(whole, -_MOST_SECONDS), _MOST_SECONDS)

    return span


def _days(writing: Writing) -> Element:
    if len(writing.elements) == 1:
        return _span(86_400)(writing)
    return cast(writing.day(1).op("-")(writing.day(0)), Numeric())


def _start_of(writing: Writing) -> Element:
    return cast(func.date_trunc(writing.unit(), writing.day(1)), Date())


def _end_of(writing: Writing) -> Element:
    unit = writing.unit()
    following = func.date_trunc(unit, writing.day(1)).op("+")(
        cast(literal_column(f"'{_LENGTHS[unit]}'"), Interval())
    )
    last = following.op("-")(cast(literal_column("'1 day'"), Interval()))
    greatest: Element = literal_column("date '9999-12-31'")
    return func.date_smaller(cast(last, Date()), greatest)


def _add_months(factor: int) -> Callable[[Writing], Element]:
    def add(writing: Writing) -> Element:
        moment, number = writing.elements
        if writing.kinds[0] == "date":
            return cast(_months_later(moment, number, factor), Date())
        local = _months_later(func.timezone(writing.zone, moment), number, factor)
        return shifted_moment(func.timezone(writing.zone, local), bound(0, Numeric()))

    return add


def _months_later(moment: Element, number: Element, factor: int) -> Element:
    count = _whole(func.trunc(number) * factor, -_MOST_MONTHS, _MOST_MONTHS)
    later: Element = literal_column(_LATER)
    low: Element = literal_column(_BEFORE)
    high: Element = literal_column(_BEHIND)
    found = moment.op("+")(later).op("+")(func.make_interval(0, count)).self_group()
    held = func.timestamp_smaller(func.timestamp_larger(found, low), high)
    return _inside(held, low, high).op("-")(later).self_group()


def _first(function: Callable[..., Element]) -> Callable[[Writing], Element]:
    return lambda writing: function(*writing.elements)


#: How each function is written; those that take no row, such as today, are bound before.
FUNCTIONS: Mapping[str, Callable[[Writing], Element]] = MappingProxyType(
    {
        "round": lambda writing: func.round(writing.elements[0], _places(writing)),
        "truncate": lambda writing: func.trunc(writing.elements[0], _places(writing)),
        "floor": _first(func.floor),
        "ceiling": _first(func.ceil),
        "abs": _first(func.abs),
        "sign": _first(func.sign),
        "mod": lambda writing: func.mod(writing.elements[0], func.nullif(writing.elements[1], 0)),
        "number": lambda writing: cast(func.substring(writing.elements[0], _NUMBER), Numeric()),
        "concat": _concat,
        "length": lambda writing: cast(func.length(writing.elements[0]), Numeric()),
        "left": lambda writing: _text(func.left(writing.elements[0], _count(writing.elements[1]))),
        "right": lambda writing: _text(
            func.right(writing.elements[0], _count(writing.elements[1]))
        ),
        "middle": _middle,
        "lower": lambda writing: _text(func.lower(_in_language(writing.elements[0]))),
        "upper": lambda writing: _text(func.upper(_in_language(writing.elements[0]))),
        "trim": lambda writing: _text(func.btrim(writing.elements[0], bound(BLANKS, Text()))),
        "replace": _replace,
        "year": _part("year"),
        "quarter": _part("quarter"),
        "month": _part("month"),
        "day": _part("day"),
        "weekday": _part("isodow"),
        "hour": _time_part("hour"),
        "minute": _time_part("minute"),
        "date": lambda writing: writing.day(0),
        "start_of": _start_of,
        "end_of": _end_of,
        "add_months": _add_months(1),
        "add_years": _add_months(12),
        "minutes": _span(60),
        "hours": _span(3_600),
        "days": _days,
        "weeks": _span(604_800),
    }
)
