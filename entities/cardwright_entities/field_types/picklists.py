"""One or several choices of a maintained list, stored by code."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import Text as TextColumn

from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message, ValueProblem
from cardwright_entities.expressions.values import TEXT, TEXTS, ValueType
from cardwright_entities.field_types.base import ColumnSpec, FieldType, Parser, problem, refuse
from cardwright_entities.field_types.cleaning import clean_line
from cardwright_entities.folding import fold
from cardwright_entities.locales import Locale
from cardwright_entities.store.column_types import Texts
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_metadata.definitions.others import ChoiceDefinition
from cardwright_metadata.definitions.texts import Text

OPTIONS: Mapping[str, Any] = {
    "of": {"type": "string", "description": "The picklist whose choices are offered."},
    "values": {
        "type": ["object", "array"],
        "description": (
            "Choices written here instead of a picklist: codes in their order, or a map of code "
            "to label, or to a map of label, colour and parent."
        ),
    },
    "depends_on": {
        "type": "string",
        "description": (
            "The field whose choice decides which choices fit; left out, it is the field with the "
            "picklist's parent, if there is one."
        ),
    },
}

#: Characters of a wrong value that its message repeats.
_SHOWN = 60

_CHOICE_KEYS = frozenset({"label", "colour", "parent", "order", "retired"})

#: Most choices of one value; more belong into records with links.
MOST_CHOICES = 200

#: Between several choices in one text. A cell is first tried as one label.
_SEPARATORS = re.compile("[,;、，；|\n]")


class PicklistType(FieldType):
    """One choice."""

    name = "picklist"
    icon = "select"
    label: ClassVar[Mapping[str, str]] = {"zh": "单选", "en": "Picklist"}
    options: ClassVar[Mapping[str, Any]] = OPTIONS
    operators = ("in", "=", "!=", "empty")
    widget = "select"
    cell = "pill"
    matches: ClassVar[bool] = True

    def value_type(self, field: FieldDefinition) -> ValueType:
        return TEXT

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(TextColumn()),)

    def problems(self, field: FieldDefinition) -> tuple[Message, ...]:
        return picklist_problems(field)

    def parser(self, field: FieldDefinition) -> Parser:
        choices = choices_of(field)

        def parse(raw: object, context: Context) -> object:
            if raw.__class__ is str and raw in choices:
                return raw
            return _read_code(raw, choices)

        return parse

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return choice_label(str(value), field, locale) if value is not None else ""

    def excel_parser(self, field: FieldDefinition) -> Parser:
        read = labelled(field)
        return lambda cell, context: read(cell)

    def search_text(self, value: object, field: FieldDefinition) -> str:
        return choice_words(str(value), field) if value is not None else ""

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        return {"type": ["string", "null"], "enum": [*choices_of(field), None]}


class PicklistsType(FieldType):
    """Several choices, kept in the order of their codes."""

    name = "picklists"
    icon = "list-check"
    label: ClassVar[Mapping[str, str]] = {"zh": "多选", "en": "Picklist, several"}
    options: ClassVar[Mapping[str, Any]] = OPTIONS
    operators = ("contains", "empty")
    widget = "multiselect"
    cell = "pills"
    sortable = False

    def value_type(self, field: FieldDefinition) -> ValueType:
        return TEXTS

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(Texts()),)

    def problems(self, field: FieldDefinition) -> tuple[Message, ...]:
        return picklist_problems(field)

    def parser(self, field: FieldDefinition) -> Parser:
        choices = choices_of(field)

        def parse(raw: object, context: Context) -> object:
            return _several(raw, lambda item: _read_code(item, choices))

        return parse

    def from_row(self, cells: Sequence[object], field: FieldDefinition) -> object:
        # No choice at all is the one empty value.
        return cells[0] or None

    def to_json(self, value: object, field: FieldDefinition) -> object:
        return list(value) if isinstance(value, tuple) else None

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        if not isinstance(value, tuple):
            return ""
        return locale.listed(choice_label(code, field, locale) for code in value)

    def input_text(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return ",".join(value) if isinstance(value, tuple) else ""

    def to_excel(self, value: object, field: FieldDefinition, locale: Locale) -> object:
        if not isinstance(value, tuple):
            return None
        # A label may hold any sign but a line end.
        return "\n".join(choice_label(code, field, locale) for code in value)

    def excel_parser(self, field: FieldDefinition) -> Parser:
        read = labelled(field)

        def parse(cell: object, context: Context) -> object:
            if isinstance(cell, str) and "\n" in cell:
                return _several(cell.split("\n"), read)
            try:
                return _several([cell], read)
            except ValueProblem:
                return _several(cell, read)

        return parse

    def search_text(self, value: object, field: FieldDefinition) -> str:
        if not isinstance(value, tuple):
            return ""
        return " ".join(choice_words(code, field) for code in value)

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        item = {"type": "string", "enum": list(choices_of(field))}
        return {"type": ["array", "null"], "items": item, "uniqueItems": True}


def choices_of(field: FieldDefinition) -> Mapping[str, ChoiceDefinition]:
    """Return the choices of a field by code: its picklist's, or those written in the field."""
    resolved: Mapping[str, ChoiceDefinition] | None = field.options.get("choices")
    if resolved is not None:
        return resolved
    written = field.options.get("values", {})
    if not isinstance(written, Mapping):
        written = {str(code): {} for code in written}
    return {str(code): _written_choice(str(code), said) for code, said in written.items()}


def choice_label(code: str, field: FieldDefinition, locale: Locale) -> str:
    """Return a choice's label in the reader's language, its code when it has none or is gone."""
    choice = choices_of(field).get(code)
    return choice.label.in_language(locale.language, name=code) if choice else code


def choice_words(code: str, field: FieldDefinition) -> str:
    """Return a choice's labels in every language, by which search finds the record."""
    choice = choices_of(field).get(code)
    return " ".join(words for _, words in choice.label.words) if choice else code


def picklist_problems(field: FieldDefinition) -> tuple[Message, ...]:
    """Return the problem of a picklist field that says not exactly one place of its choices."""
    if ("of" in field.options) == ("values" in field.options):
        return (problem("choices_once"),)
    return ()


def labelled(field: FieldDefinition) -> Callable[[object], str | None]:
    """Return what reads a choice by its code or by its label in any language."""
    choices = choices_of(field)
    by_words: dict[str, str] = {}
    for code, choice in choices.items():
        for word in (code, *(words for _, words in choice.label.words)):
            by_words.setdefault(fold(word), code)

    def read(raw: object) -> str | None:
        if isinstance(raw, float) and raw.is_integer():
            raw = int(raw)
        if isinstance(raw, int) and not isinstance(raw, bool):
            raw = str(raw)
        if isinstance(raw, str):
            text = clean_line(raw)
            return _read_code(text if text in choices else by_words.get(fold(text), text), choices)
        return _read_code(raw, choices)

    return read


def _read_code(raw: object, choices: Mapping[str, ChoiceDefinition]) -> str | None:
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise refuse("not_in_list", value=str(raw)[:_SHOWN])
    code = clean_line(raw)
    if not code:
        return None
    if code not in choices:
        raise refuse("not_in_list", value=code[:_SHOWN])
    return code


def _several(raw: object, read: Callable[[object], str | None]) -> tuple[str, ...] | None:
    if raw is None:
        return None
    if isinstance(raw, str):
        raw = _SEPARATORS.split(raw)
    if not isinstance(raw, (list, tuple)):
        raise refuse("not_a_list")
    if len(raw) > MOST_CHOICES:
        raise refuse("too_many", max=MOST_CHOICES)
    codes = {code for code in map(read, raw) if code is not None}
    return tuple(sorted(codes)) or None


def _written_choice(code: str, said: object) -> ChoiceDefinition:
    if isinstance(said, ChoiceDefinition):
        return said
    if not isinstance(said, Mapping):
        return ChoiceDefinition(code=code, label=_text(said))
    if (
        "label" not in said
        and "colour" not in said
        and "parent" not in said
        and "order" not in said
    ):
        return ChoiceDefinition(code=code, label=_text(said))
    return ChoiceDefinition(
        code=code,
        label=_text(said.get("label")),
        colour=str(said.get("colour", "")),
        parent=str(said.get("parent", "")),
        retired=bool(said.get("retired", False)),
    )


def _text(said: object) -> Text:
    if isinstance(said, Text):
        return said
    if isinstance(said, Mapping):
        return Text.of({str(language): str(words) for language, words in said.items()})
    # A plain label is in the pack's first language; readers of others fall back to it.
    return Text.of({"zh": str(said)}) if said else Text()
