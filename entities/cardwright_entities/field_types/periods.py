"""A period: a year, a quarter, a month, a week, or any span from one day to another."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from sqlalchemy import Date

from cardwright_entities.contexts import Context
from cardwright_entities.errors import ValueProblem
from cardwright_entities.expressions.values import DATE, SPAN, ValueType
from cardwright_entities.field_types.base import ColumnSpec, FieldType, Parser, refuse
from cardwright_entities.field_types.cleaning import plain_signs
from cardwright_entities.field_types.day_text import read_date
from cardwright_entities.field_types.numbers import NUMBER_OPERATORS
from cardwright_entities.locales import Locale
from cardwright_metadata.definitions.entities import FieldDefinition

GRAINS = ("year", "quarter", "month", "week", "range")

_YEAR = re.compile(r"(\d{4})年?")
_QUARTER = re.compile(r"(\d{4})年?[-/ ]?(?:q|第)?([1-4])(?:季度|季)?")
_MONTH = re.compile(r"(\d{4})(?:[-/.]|年)?(\d{1,2})月?")
_WEEK = re.compile(r"(\d{4})年?[-/ ]?(?:w|第)(\d{1,2})周?")
_SPAN = re.compile(r"(.*?)\s*(?:/|~|～|至|到|\.\.|–|—)\s*(.*)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, order=True)
class Span:
    """The days from ``start`` to ``end``, both in it; an empty end is open."""

    start: date
    end: date | None = None


class PeriodType(FieldType):
    """A period. All grains but ``range`` are known by their first day."""

    name = "period"
    icon = "calendar-stats"
    label: ClassVar[Mapping[str, str]] = {"zh": "期间", "en": "Period"}
    options: ClassVar[Mapping[str, Any]] = {
        "grain": {
            "enum": list(GRAINS),
            "description": (
                "What one period is. A year, quarter, month or week is a date in expressions: "
                "its first day. A range has .start and .end, and day in it asks for a day."
            ),
        }
    }
    required_options: ClassVar[tuple[str, ...]] = ("grain",)
    operators: tuple[str, ...] = NUMBER_OPERATORS
    widget = "period"
    cell = "date"
    excel_format = "@"
    parts: tuple[str, ...] = ("start", "end")

    def value_type(self, field: FieldDefinition) -> ValueType:
        return SPAN if _grain(field) == "range" else DATE

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        if _grain(field) == "range":
            return (ColumnSpec(Date()), ColumnSpec(Date(), "_end"))
        return (ColumnSpec(Date()),)

    def for_field(self, field: FieldDefinition) -> FieldType:
        face = PeriodType(self.others)
        grain = _grain(field)
        face.widget = "period" if grain == "range" else "text"
        if grain == "month":
            face.input_type = "month"
        face.operators = ("=", "empty") if grain == "range" else NUMBER_OPERATORS
        return face

    def parser(self, field: FieldDefinition) -> Parser:
        grain = _grain(field)

        def parse(raw: object, context: Context) -> object:
            if grain == "range":
                return _parse_range(raw)
            return _parse_unit(raw, grain)

        return parse

    def to_row(self, value: object, field: FieldDefinition) -> tuple[object, ...]:
        if _grain(field) != "range":
            return (value,)
        return (value.start, value.end) if isinstance(value, Span) else (None, None)

    def from_row(self, cells: Sequence[object], field: FieldDefinition) -> object:
        if _grain(field) != "range":
            return cells[0]
        start, end = cells
        if not isinstance(start, date):
            return None
        return Span(start, end if isinstance(end, date) else None)

    def to_json(self, value: object, field: FieldDefinition) -> object:
        if isinstance(value, Span):
            return {
                "start": value.start.isoformat(),
                "end": None if value.end is None else value.end.isoformat(),
            }
        return _spelled(value, _grain(field)) if isinstance(value, date) else None

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        if isinstance(value, Span):
            end = "" if value.end is None else value.end.isoformat()
            return f"{value.start.isoformat()} ~ {end}".rstrip()
        if not isinstance(value, date):
            return ""
        return shown_period(value, _grain(field), locale)

    def input_text(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        if isinstance(value, Span):
            return f"{value.start.isoformat()}/{value.end.isoformat() if value.end else ''}"
        return _spelled(value, _grain(field)) if isinstance(value, date) else ""

    def to_excel(self, value: object, field: FieldDefinition, locale: Locale) -> object:
        return self.input_text(value, field, locale) or None

    def search_text(self, value: object, field: FieldDefinition) -> str:
        return ""

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        if _grain(field) != "range":
            return {"type": ["string", "null"]}
        return {
            "type": ["object", "null"],
            "properties": {
                "start": {"type": "string", "format": "date"},
                "end": {"type": ["string", "null"], "format": "date"},
            },
            "required": ["start"],
            "additionalProperties": False,
        }


def _grain(field: FieldDefinition) -> str:
    return str(field.options.get("grain", "month"))


def first_day(day: date, grain: str) -> date:
    """Return the first day of the year, quarter, month or week in which a day lies."""
    match grain:
        case "year":
            return date(day.year, 1, 1)
        case "quarter":
            return date(day.year, day.month - (day.month - 1) % 3, 1)
        case "week":
            return day - timedelta(days=day.weekday()) if day > date(1, 1, 7) else day
    return day.replace(day=1)


def _parse_unit(raw: object, grain: str) -> object:
    if raw is None:
        return None
    if isinstance(raw, date):
        return first_day(raw if raw.__class__ is date else date(*raw.timetuple()[:3]), grain)
    if isinstance(raw, int) and grain == "year" and not isinstance(raw, bool):
        raw = str(raw)
    if not isinstance(raw, str):
        raise refuse("not_a_period")
    text = plain_signs(raw).strip().lower()
    if not text:
        return None
    try:
        return _read_unit(text, grain)
    except ValueError as error:
        raise refuse("not_a_period") from error


def _read_unit(text: str, grain: str) -> date:
    pattern = {"year": _YEAR, "quarter": _QUARTER, "month": _MONTH, "week": _WEEK}[grain]
    found = pattern.fullmatch(text)
    if found is None:
        try:
            return first_day(_day(text), grain)
        except ValueProblem as error:
            raise ValueError(text) from error
    year, number = int(found[1]), int(found[2]) if grain != "year" else 1
    match grain:
        case "quarter":
            return date(year, number * 3 - 2, 1)
        case "week":
            return date.fromisocalendar(year, number, 1)
    return date(year, number, 1)


def _parse_range(raw: object) -> object:
    if raw is None or isinstance(raw, Span):
        return _ordered(raw.start, raw.end) if raw is not None else None
    if isinstance(raw, str):
        text = plain_signs(raw).strip()
        if not text or text == "/":
            return None
        # A day may itself hold slashes: 2025/1/1~2025/2/1.
        found = _SPAN.fullmatch(text) if text.count("/") in (0, 1) else None
        found = found or re.fullmatch(r"(.*?)\s*(?:~|至|到|\.\.)\s*(.*)", text)
        if found is None:
            raise refuse("not_a_range")
        raw = {"start": found[1], "end": found[2]}
    if not isinstance(raw, Mapping) or not set(raw) <= {"start", "end"}:
        raise refuse("not_a_range")
    start, end = (_day_or_none(raw.get(part)) for part in ("start", "end"))
    if start is None and end is None:
        return None
    if start is None:
        raise refuse("range_without_start")
    return _ordered(start, end)


def _ordered(start: date, end: date | None) -> Span:
    if end is not None and end < start:
        raise refuse("range_backwards")
    return Span(start, end)


def _day_or_none(raw: object) -> date | None:
    if raw is None:
        return None
    if isinstance(raw, date):
        return raw
    if not isinstance(raw, str):
        raise refuse("not_a_range")
    return _day(raw) if raw.strip() else None


def _day(text: str) -> date:
    day = read_date(text)
    if not isinstance(day, date):
        raise refuse("not_a_date")
    return day


def _spelled(day: date, grain: str) -> str:
    match grain:
        case "year":
            return f"{day.year:04d}"
        case "quarter":
            return f"{day.year:04d}-Q{(day.month + 2) // 3}"
        case "week":
            year, week, _ = day.isocalendar()
            return f"{year:04d}-W{week:02d}"
    return f"{day.year:04d}-{day.month:02d}"


def shown_period(day: date, grain: str, locale: Locale) -> str:
    """Write a year, quarter, month or week for a reader."""
    chinese = locale.language == "zh"
    match grain:
        case "year":
            return f"{day.year}年" if chinese else f"{day.year}"
        case "quarter":
            number = (day.month + 2) // 3
            return f"{day.year}年第{number}季度" if chinese else f"Q{number} {day.year}"
        case "week":
            year, week, _ = day.isocalendar()
            return f"{year}年第{week}周" if chinese else f"Week {week}, {year}"
    return f"{day.year}年{day.month}月" if chinese else f"{_MONTHS[day.month - 1]} {day.year}"
