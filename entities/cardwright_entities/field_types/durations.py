"""How long something takes, kept to the second."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import BigInteger

from cardwright_entities.contexts import Context
from cardwright_entities.errors import ValueProblem
from cardwright_entities.expressions.values import DURATION, ValueType
from cardwright_entities.field_types.base import ColumnSpec, FieldType, Parser, refuse
from cardwright_entities.field_types.cleaning import plain_signs
from cardwright_entities.field_types.number_text import read_decimal
from cardwright_entities.field_types.numbers import NUMBER_OPERATORS
from cardwright_entities.locales import Locale
from cardwright_metadata.definitions.entities import FieldDefinition

#: Some 31 years: longer than any work, and far inside what both engines count exactly.
LONGEST = timedelta(seconds=10**9)

_SECONDS: Mapping[str, int] = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}

_WORDS: Mapping[str, int] = {
    **dict.fromkeys(("d", "day", "days", "天", "日"), 86_400),
    **dict.fromkeys(("h", "hour", "hours", "小时", "时", "个小时"), 3_600),
    **dict.fromkeys(("m", "min", "minute", "minutes", "分钟", "分"), 60),
    **dict.fromkeys(("s", "sec", "second", "seconds", "秒", "秒钟"), 1),
}
_CLOCK = re.compile(r"(-?)(\d{1,7}):([0-5]\d)(?::([0-5]\d))?")
_PIECE = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s*([a-z]+|[^\W\d_a-z]+)\s*")
_ISO = re.compile(r"(-?)p(?:(\d{1,7})d)?(?:t(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,10})s)?)?")


class DurationType(FieldType):
    """A length of time; a bare number counts in the unit of the field."""

    name = "duration"
    icon = "hourglass"
    label: ClassVar[Mapping[str, str]] = {"zh": "时长", "en": "Duration"}
    options: ClassVar[Mapping[str, Any]] = {
        "counted_in": {
            "enum": ["minutes", "hours", "days"],
            "default": "hours",
            "description": "What a bare number means: hours unless said otherwise.",
        }
    }
    operators = NUMBER_OPERATORS
    cell = "number"
    numeric = True
    excel_format = "[h]:mm:ss"

    def value_type(self, field: FieldDefinition) -> ValueType:
        return DURATION

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(BigInteger()),)

    def parser(self, field: FieldDefinition) -> Parser:
        unit = _SECONDS[str(field.options.get("counted_in", "hours"))]

        def parse(raw: object, context: Context) -> object:
            value = _read(raw, unit)
            if value is not None and abs(value) > LONGEST:
                raise refuse("duration_too_long")
            return value

        return parse

    def to_row(self, value: object, field: FieldDefinition) -> tuple[object, ...]:
        return (value // timedelta(seconds=1) if isinstance(value, timedelta) else None,)

    def from_row(self, cells: Sequence[object], field: FieldDefinition) -> object:
        return None if cells[0] is None else timedelta(seconds=int(str(cells[0])))

    def to_json(self, value: object, field: FieldDefinition) -> object:
        if not isinstance(value, timedelta):
            return None
        days, hours, minutes, seconds = _split(abs(value))
        clock = "".join(
            f"{number}{unit}"
            for number, unit in ((hours, "H"), (minutes, "M"), (seconds, "S"))
            if number
        )
        sign = "-" if value < timedelta(0) else ""
        text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
        return f"{sign}P{text or 'T0S'}"

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        if not isinstance(value, timedelta):
            return ""
        words = ("天", "小时", "分钟", "秒") if locale.language == "zh" else ("d", "h", "min", "s")
        gap = "" if locale.language == "zh" else " "
        pieces = [
            f"{number}{gap}{word}"
            for number, word in zip(_split(abs(value)), words, strict=True)
            if number
        ]
        sign = "-" if value < timedelta(0) else ""
        return sign + (" ".join(pieces) if pieces else f"0{gap}{words[2]}")

    def input_text(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        if not isinstance(value, timedelta):
            return ""
        seconds = abs(value) // timedelta(seconds=1)
        sign = "-" if value < timedelta(0) else ""
        text = f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}"
        return text + (f":{seconds % 60:02d}" if seconds % 60 else "")

    def to_excel(self, value: object, field: FieldDefinition, locale: Locale) -> object:
        # Text: a workbook knows no time below zero.
        return self.input_text(value, field, locale) or None

    def search_text(self, value: object, field: FieldDefinition) -> str:
        return ""

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        return {"type": ["string", "null"], "format": "duration"}


def _split(value: timedelta) -> tuple[int, int, int, int]:
    seconds = value // timedelta(seconds=1)
    return seconds // 86_400, seconds // 3_600 % 24, seconds // 60 % 60, seconds % 60


def _read(raw: object, unit: int) -> timedelta | None:
    if raw is None or isinstance(raw, timedelta):
        return None if raw is None else timedelta(seconds=raw // timedelta(seconds=1))
    if isinstance(raw, str):
        text = plain_signs(raw).strip().lower()
        if not text:
            return None
        for read in (_read_clock, _read_iso, _read_words):
            found = read(text)
            if found is not None:
                return found
    try:
        number = read_decimal(raw)
    except ValueProblem as error:
        raise refuse("not_a_duration") from error
    return None if number is None else _seconds(number * unit)


def _read_clock(text: str) -> timedelta | None:
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hours, minutes, seconds = int(found[2]), int(found[3]), int(found[4] or 0)
    return (-1 if found[1] else 1) * timedelta(seconds=hours * 3_600 + minutes * 60 + seconds)


def _read_iso(text: str) -> timedelta | None:
    found = _ISO.fullmatch(text)
    if found is None or text.strip("-") in ("p", "pt"):
        return None
    days, hours, minutes, seconds = (int(found[place] or 0) for place in (2, 3, 4, 5))
    length = timedelta(seconds=days * 86_400 + hours * 3_600 + minutes * 60 + seconds)
    return -length if found[1] else length


def _read_words(text: str) -> timedelta | None:
    negative, text = text.startswith("-"), text.removeprefix("-").strip()
    total, end = Decimal(0), 0
    for found in _PIECE.finditer(text):
        if found.start() != end or found[2] not in _WORDS:
            return None
        total += Decimal(found[1]) * _WORDS[found[2]]
        end = found.end()
    if not end or end != len(text):
        return None
    return _seconds(-total if negative else total)


def _seconds(number: Decimal) -> timedelta:
    if abs(number) > 10**12:
        raise refuse("duration_too_long")
    return timedelta(seconds=int(number.to_integral_value()))
