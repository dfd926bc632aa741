"""Calling a function in Python: its arguments are values, an empty one makes the result empty."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from cardwright_entities.expressions import moments
from cardwright_entities.expressions.formats import write_value
from cardwright_entities.expressions.names import Clock
from cardwright_entities.expressions.numbers import NUMBER_FUNCTIONS, number_of
from cardwright_entities.expressions.texts import TEXT_FUNCTIONS, spell
from cardwright_entities.pinyin import readings


def call(name: str, arguments: Sequence[object], clock: Clock) -> object:
    """Return what a function gives; None for arguments that are empty or of a wrong kind."""
    given = [_prepared(each) for each in arguments]
    if name == "concat":
        return TEXT_FUNCTIONS[name](*given) or None
    if name == "replace" and len(given) == 3 and given[2] is None:
        given[2] = ""  # taking something out: there is one empty text, and it is null
    if any(each is None for each in given):
        return None
    try:
        return _run(name, given, clock)
    except (TypeError, AttributeError):  # kinds that the checker would have refused
        return None


def _prepared(value: object) -> object:
    number = number_of(value)
    return value if number is None else number


def _run(name: str, given: Sequence[Any], clock: Clock) -> object:
    if name in NUMBER_FUNCTIONS:
        number = NUMBER_FUNCTIONS[name](*given)
        return number if number is not None and number.is_finite() else None
    if name in TEXT_FUNCTIONS:
        result = TEXT_FUNCTIONS[name](*given)
        return None if result == "" else result
    if name in moments.DAY_PARTS:
        day = moments.day_of(given[0], clock.zone)
        return None if day is None else Decimal(moments.DAY_PARTS[name](day))
    if name in moments.SPANS and len(given) == 1:
        return moments.seconds(given[0], moments.SPANS[name])
    return _OTHERS[name](given, clock) if name in _OTHERS else _period(name, given, clock)


def _period(name: str, given: Sequence[Any], clock: Clock) -> object:
    return moments.period(name, clock, *given)


def _least(given: Sequence[Any], clock: Clock) -> object:
    return min(given)


def _greatest(given: Sequence[Any], clock: Clock) -> object:
    return max(given)


def _around_today(days: int) -> Callable[[Sequence[Any], Clock], object]:
    return lambda given, clock: moments.shift(moments.today(clock), timedelta(days=days))


def _now(given: Sequence[Any], clock: Clock) -> object:
    return clock.now.astimezone(UTC)


def _hour(given: Sequence[Any], clock: Clock) -> object:
    local = moments.local(given[0], clock.zone)
    return None if local is None else Decimal(local.hour)


def _minute(given: Sequence[Any], clock: Clock) -> object:
    local = moments.local(given[0], clock.zone)
    return None if local is None else Decimal(local.minute)


def _date(given: Sequence[Any], clock: Clock) -> object:
    return moments.day_of(given[0], clock.zone)


def _make_date(given: Sequence[Any], clock: Clock) -> object:
    try:
        return date(*(int(each) for each in given))
    except (ValueError, OverflowError):
        return None


def _edge(find: Callable[[str, date], date]) -> Callable[[Sequence[Any], Clock], object]:
    def edge(given: Sequence[Any], clock: Clock) -> object:
        day = moments.day_of(given[1], clock.zone) if len(given) > 1 else moments.today(clock)
        unit = moments.UNITS.get(given[0])
        return None if unit is None or day is None else find(unit, day)

    return edge


def _months(factor: int) -> Callable[[Sequence[Any], Clock], object]:
    def add(given: Sequence[Any], clock: Clock) -> object:
        moment, number = given
        months = number.to_integral_value("ROUND_DOWN") * factor
        if not isinstance(moment, datetime):
            return moments.add_months(moment, months)
        local = moments.local(moment, clock.zone)
        later = None if local is None else moments.add_months(local, months)
        return None if later is None else moments.local(later, UTC)  # type: ignore[arg-type]  # a datetime stays one

    return add


def _days(given: Sequence[Any], clock: Clock) -> object:
    """``days(from, to)``: whole local days between two moments."""
    start, end = (moments.day_of(each, clock.zone) for each in given)
    return None if start is None or end is None else moments.days_between(start, end)


def _pinyin(given: Sequence[Any], clock: Clock) -> object:
    return "".join(readings(sign)[0] if readings(sign) else sign for sign in given[0])


def _text(given: Sequence[Any], clock: Clock) -> object:
    return write_value(given[0], spell(given[1]) if len(given) > 1 else "", clock.zone) or None


_OTHERS: Mapping[str, Callable[[Sequence[Any], Clock], object]] = MappingProxyType(
    {
        "min": _least,
        "max": _greatest,
        "today": _around_today(0),
        "yesterday": _around_today(-1),
        "tomorrow": _around_today(1),
        "now": _now,
        "hour": _hour,
        "minute": _minute,
        "date": _date,
        "make_date": _make_date,
        "start_of": _edge(moments.start_of),
        "end_of": _edge(moments.end_of),
        "add_months": _months(1),
        "add_years": _months(12),
        "days": _days,
        "pinyin": _pinyin,
        "text": _text,
    }
)
