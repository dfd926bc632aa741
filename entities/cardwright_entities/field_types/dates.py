"""Days, moments and times of day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, ClassVar

from sqlalchemy import Date, Time

from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import DATE, DATETIME, TIME, ValueType
from cardwright_entities.field_types.base import ColumnSpec, FieldType, Parser, refuse
from cardwright_entities.field_types.day_text import (
    is_second,
    local_to_utc,
    read_date,
    read_datetime,
    read_time,
    workbook_day,
    workbook_moment,
    workbook_time,
)
from cardwright_entities.locales import Locale
from cardwright_entities.store.column_types import UtcDateTime
from cardwright_metadata.definitions.entities import FieldDefinition

_OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "between", "empty")
#: Days and moments may lie in a period: ``in this_month()``.
_OF_PERIODS = ("in", *_OPERATORS)

#: Workbooks count days from here on without mistake; earlier days travel as text.
FIRST_WORKBOOK_DAY = date(1900, 3, 1)


class DateType(FieldType):
    """A day of the calendar, the same everywhere on earth."""

    name = "date"
    icon = "calendar"
    label: ClassVar[Mapping[str, str]] = {"zh": "日期", "en": "Date"}
    masks: ClassVar[bool] = True
    operators = _OF_PERIODS
    widget = "date"
    cell = "date"
    input_mode = "numeric"
    excel_format = "yyyy-mm-dd"
    matches: ClassVar[bool] = True

    def value_type(self, field: FieldDefinition) -> ValueType:
        return DATE

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(Date()),)

    def parser(self, field: FieldDefinition) -> Parser:
        return _parse_date

    def excel_parser(self, field: FieldDefinition) -> Parser:
        return _parse_date_cell

    def to_json(self, value: object, field: FieldDefinition) -> object:
        return value.isoformat() if isinstance(value, date) else None

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return locale.date(value) if isinstance(value, date) else ""

    def input_text(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return value.isoformat() if isinstance(value, date) else ""

    def to_excel(self, value: object, field: FieldDefinition, locale: Locale) -> object:
        if isinstance(value, date) and value < FIRST_WORKBOOK_DAY:
            return value.isoformat()
        return value

    def search_text(self, value: object, field: FieldDefinition) -> str:
        return ""

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        return {"type": ["string", "null"], "format": "date"}


class DateTimeType(FieldType):
    """A moment: kept in UTC, typed and shown in the reader's zone."""

    name = "datetime"
    icon = "calendar-time"
    label: ClassVar[Mapping[str, str]] = {"zh": "日期时间", "en": "Date and time"}
    masks: ClassVar[bool] = True
    operators = _OF_PERIODS
    widget = "datetime"
    cell = "datetime"
    excel_format = "yyyy-mm-dd hh:mm"

    def value_type(self, field: FieldDefinition) -> ValueType:
        return DATETIME

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(UtcDateTime()),)

    def parser(self, field: FieldDefinition) -> Parser:
        return _parse_datetime

    def excel_parser(self, field: FieldDefinition) -> Parser:
        return _parse_datetime_cell

    def to_json(self, value: object, field: FieldDefinition) -> object:
        if not isinstance(value, datetime):
            return None
        return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return locale.datetime(value) if isinstance(value, datetime) else ""

    def input_text(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        if not isinstance(value, datetime):
            return ""
        local = value.astimezone(locale.zone)
        # What clocks show twice is written with its offset; the first of the two needs none.
        shown = local if is_second(value, locale.zone) else local.replace(tzinfo=None)
        precise = "minutes" if not (local.second or local.microsecond) else "auto"
        return shown.isoformat(timespec=precise)

    def to_excel(self, value: object, field: FieldDefinition, locale: Locale) -> object:
        if not isinstance(value, datetime):
            return None
        local = value.astimezone(locale.zone).replace(tzinfo=None)
        if local.date() < FIRST_WORKBOOK_DAY or is_second(value, locale.zone):
            return self.input_text(value, field, locale)
        return local

    def search_text(self, value: object, field: FieldDefinition) -> str:
        return ""

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        return {"type": ["string", "null"], "format": "date-time"}


class TimeType(FieldType):
    """A time of day."""

    name = "time"
    icon = "clock"
    label: ClassVar[Mapping[str, str]] = {"zh": "时间", "en": "Time"}
    operators = _OPERATORS
    widget = "time"
    excel_format = "hh:mm"

    def value_type(self, field: FieldDefinition) -> ValueType:
        return TIME

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(Time()),)

    def parser(self, field: FieldDefinition) -> Parser:
        return _parse_time

    def excel_parser(self, field: FieldDefinition) -> Parser:
        return _parse_time_cell

    def from_row(self, cells: Sequence[object], field: FieldDefinition) -> object:
        return cells[0]

    def to_json(self, value: object, field: FieldDefinition) -> object:
        return value.isoformat() if isinstance(value, time) else None

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return locale.time(value) if isinstance(value, time) else ""

    def input_text(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        if not isinstance(value, time):
            return ""
        return value.isoformat("auto" if value.second or value.microsecond else "minutes")

    def to_excel(self, value: object, field: FieldDefinition, locale: Locale) -> object:
        return value

    def search_text(self, value: object, field: FieldDefinition) -> str:
        return ""

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        return {"type": ["string", "null"], "format": "time"}


def _parse_date(raw: object, context: Context) -> object:
    if isinstance(raw, str):
        return read_date(raw)
    if raw is None or raw.__class__ is date:
        return raw
    raise refuse("not_a_date")


def _parse_date_cell(cell: object, context: Context) -> object:
    if isinstance(cell, datetime):
        if cell.time() != time():
            raise refuse("date_with_time")
        return cell.date()
    if cell.__class__ in (int, float):
        try:
            return workbook_day(float(cell))
        except (ValueError, OverflowError) as error:
            raise refuse("not_a_date") from error
    return _parse_date(cell, context)


def _parse_datetime(raw: object, context: Context) -> object:
    if isinstance(raw, str):
        return read_datetime(raw, context.zone)
    if raw is None:
        return None
    if isinstance(raw, datetime):
        try:
            return raw.astimezone(UTC) if raw.tzinfo else local_to_utc(raw, context.zone)
        except OverflowError as error:
            raise refuse("not_a_datetime") from error
    raise refuse("not_a_datetime")


def _parse_datetime_cell(cell: object, context: Context) -> object:
    if cell.__class__ in (int, float):
        try:
            cell = workbook_moment(float(cell))
        except (ValueError, OverflowError) as error:
            raise refuse("not_a_datetime") from error
    elif cell.__class__ is date:
        cell = datetime.combine(cell, time())
    return _parse_datetime(cell, context)


def _parse_time(raw: object, context: Context) -> object:
    if isinstance(raw, str):
        return read_time(raw)
    if raw is None:
        return None
    if isinstance(raw, time) and raw.tzinfo is None:
        return raw
    raise refuse("not_a_time")


def _parse_time_cell(cell: object, context: Context) -> object:
    if cell.__class__ in (int, float):
        try:
            return workbook_time(float(cell))
        except (ValueError, OverflowError) as error:
            raise refuse("not_a_time") from error
    if isinstance(cell, datetime) and cell.date() <= FIRST_WORKBOOK_DAY:
        return cell.time()
    return _parse_time(cell, context)
