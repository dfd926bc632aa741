"""What the values of one field type become in another, by the types' own reading and writing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import ValueType
from cardwright_entities.field_types.base import FieldType, Parser
from cardwright_entities.locales import Locale
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_metadata.definitions.others import PicklistDefinition

#: Turns a value into one of the new type; raises ValueProblem for a value that has none.
Convert = Callable[[object, Locale], object]

_CHOICES = ("picklist", "picklists")
#: Types whose values follow from other fields, or are not for people to read.
_CLOSED = frozenset({"json", "secret", "attributes", "expression"})


@dataclass(frozen=True)
class TypedField:
    """A field with its type, its choices looked up."""

    definition: FieldDefinition
    type: FieldType

    @property
    def kind(self) -> str:
        """Return the kind of its values: text, decimal, choice, choices, record and so on."""
        value_type: ValueType = self.type.value_type(self.definition)
        if self.definition.type in _CHOICES:
            return "choice" if self.definition.type == "picklist" else "choices"
        return value_type.kind


def typed_field(
    field: FieldDefinition, field_type: FieldType, picklists: Mapping[str, PicklistDefinition]
) -> TypedField:
    """Join a field with its type, and with the choices of the picklist that it names."""
    of = picklists.get(str(field.options.get("of", "")))
    if field.type in _CHOICES and of is not None and "choices" not in field.options:
        field = replace(field, options={**field.options, "choices": of.choices})
    return TypedField(field, field_type)


def keeps_meaning(old: TypedField, new: TypedField) -> bool:
    """Tell whether what is stored for the one field is right for the other as it stands.

    Their columns are alike and point to the same records.
    """
    if old.definition.type == new.definition.type:
        return True
    return old.kind == new.kind and old.kind not in ("choice", "choices", "list")


def find_conversion(old: TypedField, new: TypedField, context: Context) -> Convert | None:
    """Return how values of the one field become those of the other; None if they cannot."""
    if not _is_open(old) or not _is_open(new):
        return None
    way = _WAYS.get((old.kind, new.kind))
    return way(old, new, context) if way is not None else None


def _is_open(field: TypedField) -> bool:
    if field.definition.type in _CLOSED or field.definition.system:
        return False
    if field.kind == "record":
        return field.type.relation == "one" and len(field.definition.targets) == 1
    return bool(field.type.columns(field.definition)) and not field.type.holds_file


def _bound(parse: Parser, context: Context) -> Convert:
    return lambda value, locale: parse(value, context)


def _by_value(old: TypedField, new: TypedField, context: Context) -> Convert:
    return _bound(new.type.parser(new.definition), context)


def _by_cell(old: TypedField, new: TypedField, context: Context) -> Convert:
    """Read a text as a cell of an import is read: thousands, labels, several ways of a date."""
    return _bound(new.type.excel_parser(new.definition), context)


def _by_words(old: TypedField, new: TypedField, context: Context) -> Convert:
    """Write a value as people read it: a choice's label, a record's title, yes or no."""
    parse = new.type.parser(new.definition)

    def convert(value: object, locale: Locale) -> object:
        return parse(old.type.display(value, old.definition, locale), context)

    return convert


def _by_input(old: TypedField, new: TypedField, context: Context) -> Convert:
    """Write a value as people type it: 1234.5, 15%, 2024-11-18."""
    parse = new.type.parser(new.definition)

    def convert(value: object, locale: Locale) -> object:
        written = old.type.input_text(value, old.definition, locale)
        if isinstance(value, Decimal) and "." in written and not written.endswith("%"):
            written = written.rstrip("0").rstrip(".")
        return parse(written, context)

    return convert


def _by_title(old: TypedField, new: TypedField, context: Context) -> Convert:
    parse = new.type.parser(new.definition)
    target = old.definition.targets[0]

    def convert(value: object, locale: Locale) -> object:
        return parse(locale.title(target, value) if isinstance(value, int) else None, context)

    return convert


def _by_choice(old: TypedField, new: TypedField, context: Context) -> Convert:
    """Keep a code where both know it, else go by the label."""
    parse = new.type.excel_parser(new.definition)
    known = new.definition.options.get("choices") or new.definition.options.get("values") or {}

    def convert(value: object, locale: Locale) -> object:
        codes = value if isinstance(value, tuple) else (value,)
        words = [
            code if code in known else old.type.display(code, old.definition, locale)
            for code in codes
        ]
        return parse("\n".join(map(str, words)), context)

    return convert


def _to_day(old: TypedField, new: TypedField, context: Context) -> Convert:
    parse = new.type.parser(new.definition)

    def convert(value: object, locale: Locale) -> object:
        local = value.astimezone(locale.zone).date() if isinstance(value, datetime) else value
        return parse(local, context)

    return convert


Way = Callable[[TypedField, TypedField, Context], Convert]

_FROM_TEXT = ("decimal", "boolean", "date", "datetime", "time", "choice", "choices")
_WAYS: Mapping[tuple[str, str], Way] = {
    ("text", "text"): _by_value,
    **{("text", kind): _by_cell for kind in _FROM_TEXT},
    ("decimal", "decimal"): _by_value,
    ("decimal", "text"): _by_input,
    ("date", "text"): _by_input,
    ("datetime", "text"): _by_input,
    ("time", "text"): _by_input,
    ("date", "datetime"): _by_input,
    ("datetime", "date"): _to_day,
    ("date", "date"): _by_value,
    ("datetime", "datetime"): _by_value,
    ("boolean", "boolean"): _by_value,
    ("boolean", "text"): _by_words,
    ("choice", "text"): _by_words,
    ("choices", "text"): _by_words,
    ("choice", "choice"): _by_choice,
    ("choice", "choices"): _by_choice,
    ("choices", "choices"): _by_choice,
    ("choices", "choice"): _by_choice,
    ("record", "text"): _by_title,
}
