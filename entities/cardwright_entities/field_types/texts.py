"""Text: one line, many lines, and codes that follow a pattern."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import re2  # type: ignore[import-untyped]  # it ships no stubs
from sqlalchemy import Text

from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message
from cardwright_entities.expressions.values import TEXT, ValueType
from cardwright_entities.field_types.base import (
    MASK,
    ColumnSpec,
    FieldType,
    Parser,
    problem,
    refuse,
)
from cardwright_entities.field_types.check_digits import CHECK_DIGITS
from cardwright_entities.field_types.cleaning import clean_line, clean_lines, plain_signs
from cardwright_entities.field_types.masking import part_of
from cardwright_entities.folding import letters, sort_key
from cardwright_metadata.definitions.entities import FieldDefinition

LONGEST_LINE = 4_000
LONGEST_TEXT = 1_000_000

_TEXT_OPERATORS = ("contains", "starts", "=", "!=", "in", "empty")

_PATTERN = {
    "type": "string",
    "maxLength": 500,
    "description": "RE2 pattern that the whole value matches, such as [A-Z]{2}[0-9]{4}.",
}


class TextType(FieldType):
    """One line of text."""

    name = "text"
    icon = "letter-case"
    label: ClassVar[Mapping[str, str]] = {"zh": "单行文本", "en": "Text"}
    options: ClassVar[Mapping[str, Any]] = {
        "max_length": {
            "type": "integer",
            "minimum": 1,
            "maximum": LONGEST_LINE,
            "default": 255,
            "description": "Characters at most; 255 unless said otherwise.",
        },
        "min_length": {
            "type": "integer",
            "minimum": 1,
            "maximum": LONGEST_LINE,
            "description": "Characters at least, where there is a value.",
        },
        "pattern": _PATTERN,
    }
    operators = _TEXT_OPERATORS
    excel_format = "@"
    searchable = True
    folded_sort = True
    matches: ClassVar[bool] = True
    masks: ClassVar[bool] = True

    def match_text(self, value: object, field: FieldDefinition, ignore: Sequence[str]) -> str:
        return letters(str(value), ignore)

    def mask(self, value: object, field: FieldDefinition) -> str:
        """Return the first and the last sign, of a short one the first: 张****."""
        text = str(value)
        return f"{text[0]}{MASK}{text[-1] if len(text) > 3 else ''}" if len(text) > 1 else MASK

    def value_type(self, field: FieldDefinition) -> ValueType:
        return TEXT

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(Text()),)

    def problems(self, field: FieldDefinition) -> tuple[Message, ...]:
        found = pattern_problems(field)
        if field.options.get("min_length", 0) > field.options.get("max_length", 255):
            found = (*found, problem("min_above_max"))
        return found

    def parser(self, field: FieldDefinition) -> Parser:
        longest: int = field.options.get("max_length", 255)
        shortest: int = field.options.get("min_length", 0)
        matches = compile_pattern(field)

        def parse(raw: object, context: Context) -> object:
            if raw.__class__ is not str:
                if raw is None:
                    return None
                raise refuse("not_a_text")
            text = clean_line(raw)
            if len(text) > longest:
                raise refuse("too_long", max=longest, length=len(text))
            if not text:
                return None
            if len(text) < shortest:
                raise refuse("too_short", min=shortest)
            if matches is not None and not matches(text):
                raise refuse("wrong_pattern")
            return text

        return parse

    def excel_parser(self, field: FieldDefinition) -> Parser:
        parse = self.parser(field)
        return lambda cell, context: parse(cell_text(cell), context)

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        longest = field.options.get("max_length", 255)
        return {"type": ["string", "null"], "maxLength": longest}


class PersonNameType(TextType):
    """A person's name: surnames such as 单 and 曾 are read as surnames when it is sorted."""

    name = "person_name"
    icon = "signature"
    label: ClassVar[Mapping[str, str]] = {"zh": "姓名", "en": "Person's name"}

    def mask(self, value: object, field: FieldDefinition) -> str:
        """Return the first sign: 张****, which tells neither the given name nor its length."""
        text = str(value)
        return f"{text[0]}{MASK}" if len(text) > 1 else MASK

    def sort_text(self, value: object, field: FieldDefinition) -> str | None:
        return sort_key(value, person=True) if isinstance(value, str) else None


class LongTextType(FieldType):
    """Text of several lines."""

    name = "long_text"
    icon = "align-left"
    label: ClassVar[Mapping[str, str]] = {"zh": "多行文本", "en": "Long text"}
    options: ClassVar[Mapping[str, Any]] = {
        "max_length": {
            "type": "integer",
            "minimum": 1,
            "maximum": LONGEST_TEXT,
            "default": 20_000,
            "description": "Characters at most; 20,000 unless said otherwise.",
        }
    }
    operators = ("contains", "empty")
    widget = "textarea"
    cell = "long_text"
    excel_format = "@"
    sortable = False
    searchable = True

    def value_type(self, field: FieldDefinition) -> ValueType:
        return TEXT

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(Text()),)

    def parser(self, field: FieldDefinition) -> Parser:
        longest: int = field.options.get("max_length", 20_000)

        def parse(raw: object, context: Context) -> object:
            if not isinstance(raw, str):
                if raw is None:
                    return None
                raise refuse("not_a_text")
            text = clean_lines(raw)
            if len(text) > longest:
                raise refuse("too_long", max=longest, length=len(text))
            return text or None

        return parse

    def excel_parser(self, field: FieldDefinition) -> Parser:
        parse = self.parser(field)
        return lambda cell, context: parse(cell_text(cell), context)

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        return {"type": ["string", "null"], "maxLength": field.options.get("max_length", 20_000)}


class RichTextType(LongTextType):
    """Text with headings, lists, links and emphasis, kept as Markdown without HTML."""

    name = "rich_text"
    icon = "typography"
    label: ClassVar[Mapping[str, str]] = {"zh": "富文本", "en": "Rich text"}
    widget = "rich_text"
    cell = "rich_text"


class CodeType(FieldType):
    """A code people type exactly: no blanks inside unless allowed, full-width signs made plain."""

    name = "code"
    icon = "code"
    label: ClassVar[Mapping[str, str]] = {"zh": "编码", "en": "Code"}
    options: ClassVar[Mapping[str, Any]] = {
        "pattern": _PATTERN,
        "check_digit": {
            "enum": sorted(CHECK_DIGITS),
            "description": (
                "What proves the code: uscc (统一社会信用代码, GB 32100), luhn (bank cards), "
                "mod11_2 (居民身份证)."
            ),
        },
        "uppercase": {
            "type": "boolean",
            "default": True,
            "description": "Letters are kept as capitals; true unless said otherwise.",
        },
        "max_length": {
            "type": "integer",
            "minimum": 1,
            "maximum": 255,
            "default": 64,
            "description": "Characters at most; 64 unless said otherwise.",
        },
    }
    operators = ("=", "!=", "in", "starts", "contains", "empty")
    excel_format = "@"
    searchable = True
    folded_sort = True
    matches: ClassVar[bool] = True
    masks: ClassVar[bool] = True

    def match_text(self, value: object, field: FieldDefinition, ignore: Sequence[str]) -> str:
        return letters(str(value), ignore)

    def mask(self, value: object, field: FieldDefinition) -> str:
        """Return the first three and the last four signs: 110****002X."""
        return part_of(str(value), 3, 4)

    def value_type(self, field: FieldDefinition) -> ValueType:
        return TEXT

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(Text()),)

    def problems(self, field: FieldDefinition) -> tuple[Message, ...]:
        return pattern_problems(field)

    def parser(self, field: FieldDefinition) -> Parser:
        longest: int = field.options.get("max_length", 64)
        uppercase: bool = field.options.get("uppercase", True)
        matches = compile_pattern(field)
        proves = CHECK_DIGITS.get(field.options.get("check_digit", ""))

        def parse(raw: object, context: Context) -> object:
            if not isinstance(raw, str):
                if raw is None:
                    return None
                raise refuse("not_a_text")
            text = clean_line(plain_signs(raw))
            if uppercase:
                text = text.upper()
            if len(text) > longest:
                raise refuse("too_long", max=longest, length=len(text))
            if not text:
                return None
            if matches is not None and not matches(text):
                raise refuse("wrong_pattern")
            if proves is not None and not proves(text):
                raise refuse("wrong_check_digit")
            return text

        return parse

    def excel_parser(self, field: FieldDefinition) -> Parser:
        parse = self.parser(field)
        return lambda cell, context: parse(cell_text(cell), context)

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        return {"type": ["string", "null"], "maxLength": field.options.get("max_length", 64)}


def cell_text(cell: object) -> object:
    """Return a workbook's cell as the text a person sees: 12.0 is 12; other kinds as they are."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e16:
        return str(int(cell))
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return repr(cell)
    if isinstance(cell, str) or cell is None:
        return cell
    return str(cell)


def compile_pattern(field: FieldDefinition) -> Callable[[str], object] | None:
    """Return what matches the field's whole value, None without a pattern; RE2 cannot hang."""
    pattern = field.options.get("pattern", "")
    if not pattern:
        return None
    matches: Callable[[str], object] = re2.compile(pattern, _quiet()).fullmatch
    return matches


def pattern_problems(field: FieldDefinition) -> tuple[Message, ...]:
    """Return the problem of a pattern that RE2 cannot read."""
    try:
        compile_pattern(field)
    except re2.error as error:
        reason = error.args[0]
        text = reason.decode() if isinstance(reason, bytes) else str(reason)
        return (problem("bad_pattern", reason=text),)
    return ()


def _quiet() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    return options
