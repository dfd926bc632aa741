"""How PostgreSQL writes each function of the language, as templates over its arguments.

Where a number is limited or a moment kept within its years, functions such as
``numeric_smaller`` stand instead of ``least``: they keep to empty values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from cardwright_entities.expressions.moments import UNITS
from cardwright_entities.expressions.numbers import (
    DIVIDEND_SCALE,
    LEAST_PLACES,
    MOST_PLACES,
    QUOTIENT_SCALE,
)
from cardwright_entities.expressions.texts import LONGEST_REPLACED, MOST_CHARACTERS
from cardwright_metadata.expressions.errors import ExpressionError

#: The kinds of a call's arguments → its template; ``{z}`` stands for the zone.
Template = Callable[[Sequence[str]], str]

_MOST_SECONDS = 400_000_000_000
_MOST_MONTHS = 120_001
_NUMBER = "^ *(-?[0-9]{{1,18}}(?:\\.[0-9]{{1,18}})?) *$"
_LANGUAGE = 'COLLATE "und-x-icu"'

# Arithmetic on moments is done where nothing overflows: in days since the first one, or some
# cycles of 400 years later. One before the first and one behind the last are out.
_DAYS = 3_652_059
_LENGTHS: Mapping[str, str] = MappingProxyType(
    {"week": "1 week", "month": "1 month", "quarter": "3 months", "year": "1 year"}
)

#: Division, rounded half up; empty by zero.
QUOTIENT = f"round(round({{0}}, {DIVIDEND_SCALE}) / nullif({{1}}, 0), {QUOTIENT_SCALE})"

#: Days from the second datetime to the first, as a quotient.
DAYS_BETWEEN = (
    f"round(round(extract(epoch from ({{0}} - {{1}})), {DIVIDEND_SCALE}) / 86400, {QUOTIENT_SCALE})"
)


def limited(number: str, low: int, high: int) -> str:
    """Return a number cut to whole and to its limits, as an integer."""
    return f"numeric_smaller(numeric_larger(trunc({number}), {low}), {high})::integer"


def _inside(held: str, low: str, high: str) -> str:
    return f"nullif(nullif({held}, {low}), {high})"


def _shifted_day() -> str:
    first = "date '0001-01-01'"
    number = limited(f"{{0}} - {first} + div({{1}}, 86400)", -1, _DAYS)
    return f"({first} + {_inside(number, '-1', str(_DAYS))})"


def _shifted_moment(moment: str, seconds: str) -> str:
    first = "timestamp '0001-01-01 00:00:00'"
    low, high = "interval '-1 day'", f"interval '{_DAYS} days'"
    span = f"timezone('UTC', {moment}) - {first}"
    if seconds:
        span += f" + make_interval(0, 0, 0, 0, 0, 0, {seconds})"
    held = f"interval_smaller(interval_larger({span}, {low}), {high})"
    return f"timezone('UTC', {first} + {_inside(held, low, high)})"


#: A date or datetime later by seconds; empty outside the years 1 to 9999.
SHIFTED: Mapping[str, str] = MappingProxyType(
    {"date": _shifted_day(), "datetime": _shifted_moment("{0}", "{1}")}
)


def _day(kind: str, place: str) -> str:
    return f"timezone({{z}}, {place})::date" if kind == "datetime" else place


def _text(written: str) -> str:
    return f"nullif(({written}) COLLATE \"C\", '')"


def _count(place: str) -> str:
    return limited(place, 0, MOST_CHARACTERS)


def _places(kinds: Sequence[str]) -> str:
    return limited("{1}", LEAST_PLACES, MOST_PLACES) if len(kinds) > 1 else "0"


def _concat(kinds: Sequence[str]) -> str:
    forms = {"decimal": "trim_scale({})::text", "date": "to_char({}, 'YYYY-MM-DD')"}
    parts = [
        forms.get(kind, "{}").replace("{}", f"{{{index}}}") for index, kind in enumerate(kinds)
    ]
    return _text(f"concat({', '.join(parts)})")


def _part(field: str) -> Template:
    return lambda kinds: f"extract({field} from {_day(kinds[0], '{0}')})"


def _span(seconds: int) -> str:
    return (
        f"numeric_smaller(numeric_larger(trunc({{0}} * {seconds}), -{_MOST_SECONDS}),"
        f" {_MOST_SECONDS})"
    )


def _days(kinds: Sequence[str]) -> str:
    if len(kinds) == 1:
        return _span(86_400)
    return f"({_day(kinds[1], '{1}')} - {_day(kinds[0], '{0}')})::numeric"


def _months(factor: int) -> Template:
    def months(kinds: Sequence[str]) -> str:
        local = "timezone({z}, {0})" if kinds[0] == "datetime" else "{0}"
        count = limited(f"trunc({{1}}) * {factor}", -_MOST_MONTHS, _MOST_MONTHS)
        low, high = "timestamp '10000-12-31 00:00:00'", "timestamp '20000-01-01 00:00:00'"
        later = f"{local} + interval '10000 years' + make_interval(0, {count})"
        held = f"timestamp_smaller(timestamp_larger({later}, {low}), {high})"
        found = f"({_inside(held, low, high)} - interval '10000 years')"
        if kinds[0] == "date":
            return f"{found}::date"
        return _shifted_moment(f"timezone({{z}}, {found})", "")

    return months


def edge_template(name: str, unit: object, kind: str) -> str:
    """Return the template of ``start_of`` and ``end_of``, whose unit is known beforehand."""
    if unit not in UNITS:
        raise ExpressionError("not_allowed", "The unit must be a text such as 'month'.")
    name_of_unit = UNITS[str(unit)]
    start = f"date_trunc('{name_of_unit}', {_day(kind, '{1}')})"
    if name == "start_of":
        return f"{start}::date"
    following = f"{start} + interval '{_LENGTHS[name_of_unit]}' - interval '1 day'"
    return f"date_smaller(({following})::date, date '9999-12-31')"


# Each part is named once: nested ones would double otherwise, and ``offset 0`` keeps them apart.
_REPLACED = f"""(select case when length(t)::bigint
 + (length(t) - length(replace(t, o, ''))) / length(o) * (length(n) - length(o))::bigint
 > {LONGEST_REPLACED} then null else replace(t, o, n) end
 from (select {{0}} as t, nullif({{1}}, '') as o, coalesce({{2}}, '') as n offset 0) as parts)"""


def _always(template: str) -> Template:
    return lambda kinds: template


#: How each function is written; those that take no row, such as today, are bound before.
FUNCTIONS: Mapping[str, Template] = MappingProxyType(
    {
        "round": lambda kinds: f"round({{0}}, {_places(kinds)})",
        "truncate": lambda kinds: f"trunc({{0}}, {_places(kinds)})",
        "floor": _always("floor({0})"),
        "ceiling": _always("ceil({0})"),
        "abs": _always("abs({0})"),
        "sign": _always("sign({0})"),
        "mod": _always("mod({0}, nullif({1}, 0))"),
        "number": _always(f"substring({{0}} from '{_NUMBER}')::numeric"),
        "concat": _concat,
        "length": _always("length({0})::numeric"),
        "left": _always(_text(f"left({{0}}, {_count('{1}')})")),
        "right": _always(_text(f"right({{0}}, {_count('{1}')})")),
        "middle": _always(
            _text(f"substr({{0}}, {limited('{1}', 1, MOST_CHARACTERS)}, {_count('{2}')})")
        ),
        "lower": _always(_text(f"lower({{0}} {_LANGUAGE})")),
        "upper": _always(_text(f"upper({{0}} {_LANGUAGE})")),
        "trim": _always(_text("btrim({0}, U&' \\0009\\000A\\000D\\00A0\\3000')")),
        "replace": _always(_text(_REPLACED)),
        "year": _part("year"),
        "quarter": _part("quarter"),
        "month": _part("month"),
        "day": _part("day"),
        "weekday": _part("isodow"),
        "hour": _always("extract(hour from timezone({z}, {0}))"),
        "minute": _always("extract(minute from timezone({z}, {0}))"),
        "date": lambda kinds: _day(kinds[0], "{0}"),
        "add_months": _months(1),
        "add_years": _months(12),
        "minutes": _always(_span(60)),
        "hours": _always(_span(3_600)),
        "days": _days,
        "weeks": _always(_span(604_800)),
    }
)
