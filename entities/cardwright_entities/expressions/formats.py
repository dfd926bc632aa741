"""``text(x, pattern)``: numbers and moments written as a pattern says."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from cardwright_entities.expressions.numbers import number_of, round_to
from cardwright_entities.expressions.texts import spell

_PARTS = re.compile(r"YYYY|YY|MM|M|DD|D|HH|H|mm|ss")
_NUMBER = re.compile(r"[#0,]*0(?:\.(0+))?%?")


def write_value(value: object, pattern: str, zone: ZoneInfo) -> str | None:
    """Return a number as ``#,##0.00`` or ``0%``, a moment as ``YYYY年M月D日`` or ``HH:mm``.

    Without a pattern as ``concat`` would; None for a pattern that does not fit the value.
    """
    if isinstance(value, datetime):
        return _moment(value.astimezone(zone), pattern or "YYYY-MM-DD HH:mm")
    if isinstance(value, date):
        return _moment(value, pattern or "YYYY-MM-DD")
    number = number_of(value)
    if number is None or not pattern:
        return spell(value)
    return _number(number, pattern)


def _number(number: Decimal, pattern: str) -> str | None:
    match = _NUMBER.fullmatch(pattern)
    if match is None:
        return None
    percent = pattern.endswith("%")
    places = len(match.group(1) or "")
    shown = round_to(number.scaleb(2) if percent else number, places)
    written = format(shown, f"{',' if ',' in pattern else ''}.{places}f")
    return f"{written}%" if percent else written


def _moment(moment: date, pattern: str) -> str:
    hour, minute, second = 0, 0, 0
    if isinstance(moment, datetime):
        hour, minute, second = moment.hour, moment.minute, moment.second
    parts = {
        "YYYY": f"{moment.year:04}", "YY": f"{moment.year % 100:02}", "MM": f"{moment.month:02}",
        "M": str(moment.month), "DD": f"{moment.day:02}", "D": str(moment.day),
        "HH": f"{hour:02}", "H": str(hour), "mm": f"{minute:02}", "ss": f"{second:02}",
    }  # fmt: skip
    return _PARTS.sub(lambda match: parts[match.group()], pattern)
