"""Numbers of documents: a pattern of date and counter, filled when a record is saved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import Text

from cardwright_entities.errors import Message
from cardwright_entities.expressions.values import TEXT, ValueType
from cardwright_entities.field_types.base import ColumnSpec, FieldType, Parser, problem
from cardwright_entities.field_types.texts import CodeType
from cardwright_metadata.definitions.entities import FieldDefinition

_PART = re.compile(r"\{(YYYY|YY|MM|DD|0{1,12})\}")

#: Of a count that is read: more than anybody ever numbers.
_MOST_DIGITS = 12

#: What a pattern must hold so that no two periods make the same number. Two-digit years would
#: repeat, but only after a century.
_NEEDED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "never": (),
    "year": (("YYYY", "YY"),),
    "month": (("YYYY", "YY"), ("MM",)),
    "day": (("YYYY", "YY"), ("MM",), ("DD",)),
}


class SerialType(FieldType):
    """A document number such as Q202511-0042; nobody types it."""

    name = "serial"
    icon = "sort-ascending-numbers"
    label: ClassVar[Mapping[str, str]] = {"zh": "流水号", "en": "Number"}
    options: ClassVar[Mapping[str, Any]] = {
        "pattern": {
            "type": "string",
            "maxLength": 60,
            "description": (
                "How numbers look: {YYYY} {YY} {MM} {DD} of the day the record is created, one "
                "{0000} for the counter, and letters around them: Q{YYYY}{MM}-{0000}."
            ),
        },
        "reset": {
            "enum": ["never", "year", "month", "day"],
            "default": "never",
            "description": "When the counter starts again at 1; never unless said otherwise.",
        },
        "mode": {
            "enum": ["fast", "gapless"],
            "default": "fast",
            "description": (
                "fast: quick, a save that fails leaves a gap; gapless: none, saves wait in line."
            ),
        },
    }
    required_options: ClassVar[tuple[str, ...]] = ("pattern",)
    operators = ("=", "contains", "starts", "in", "empty")
    excel_format = "@"
    searchable = True
    folded_sort = True
    editable = False
    computed: ClassVar[str] = "serial"
    matches: ClassVar[bool] = True

    def value_type(self, field: FieldDefinition) -> ValueType:
        return TEXT

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(Text()),)

    def problems(self, field: FieldDefinition) -> tuple[Message, ...]:
        pattern = str(field.options.get("pattern", ""))
        kinds = [part for part in _PART.findall(pattern) if not part.startswith("0")]
        if len(_PART.findall(pattern)) - len(kinds) != 1:
            return (problem("serial_counter", example="{0000}"),)
        if any(sign in _PART.sub("", pattern) for sign in "{}"):
            return (problem("serial_part"),)
        reset = str(field.options.get("reset", "never"))
        missing = [each[0] for each in _NEEDED.get(reset, ()) if not set(each) & set(kinds)]
        if missing:
            return (problem("serial_collides", reset=reset, part="{" + missing[0] + "}"),)
        return ()

    def parser(self, field: FieldDefinition) -> Parser:
        # An import brings numbers from elsewhere; they are text like any code.
        return CodeType().parser(_PLAIN_CODE)


@dataclass(frozen=True)
class SerialPattern:
    """A pattern ready to make numbers."""

    pattern: str
    reset: str = "never"

    @classmethod
    def of(cls, field: FieldDefinition) -> SerialPattern:
        """Take the pattern from a field whose options have no problems."""
        return cls(str(field.options["pattern"]), str(field.options.get("reset", "never")))

    def period(self, day: date) -> str:
        """Return the key of the counter that a day belongs to: "", 2025, 2025-11, 2025-11-18."""
        lengths = {"never": 0, "year": 4, "month": 7, "day": 10}
        return day.isoformat()[: lengths[self.reset]]

    def number(self, count: int, day: date) -> str:
        """Return the document number for a count; a count too wide makes the number longer."""
        year = f"{day.year:04d}"
        parts = {
            "YYYY": year,
            "YY": year[2:],
            "MM": f"{day.month:02d}",
            "DD": f"{day.day:02d}",
        }
        return _PART.sub(
            lambda found: parts.get(found[1]) or f"{count:0{len(found[1])}d}", self.pattern
        )

    def read(self, number: str) -> tuple[str, int] | None:
        """Return period and count of a number of this pattern, None for any other text."""
        found = self._form().fullmatch(number)
        if found is None:
            return None
        parts = found.groupdict()
        year = parts.get("YYYY") or "20" + (parts.get("YY") or "00")
        day = (year, parts.get("MM") or "01", parts.get("DD") or "01")
        lengths = {"never": 0, "year": 1, "month": 2, "day": 3}
        return "-".join(day[: lengths[self.reset]]), int(parts["count"])

    def before_counter(self, day: date) -> str:
        """Return what numbers of a day have before their count."""
        head = self.pattern[: self._counter().start()]
        return replace(self, pattern=head).number(0, day)

    def _counter(self) -> re.Match[str]:
        return next(found for found in _PART.finditer(self.pattern) if found[1].startswith("0"))

    def _form(self) -> re.Pattern[str]:
        written, end, seen = "", 0, set[str]()
        for found in _PART.finditer(self.pattern):
            written += re.escape(self.pattern[end : found.start()])
            written += _form_of(found[1], seen)
            end = found.end()
        return re.compile(written + re.escape(self.pattern[end:]))


def _form_of(part: str, seen: set[str]) -> str:
    if part.startswith("0"):
        return f"(?P<count>[0-9]{{{len(part)},{_MOST_DIGITS}}})"
    if part in seen:
        return f"(?P={part})"
    seen.add(part)
    return f"(?P<{part}>[0-9]{{{len(part)}}})"


_PLAIN_CODE = FieldDefinition(
    name="code", type="code", options={"uppercase": False, "max_length": 120}
)
