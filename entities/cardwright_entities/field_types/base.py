"""What a field type is: one class that knows everything about a kind of value."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from marshmallow import fields as marshmallow_fields
from sqlalchemy.types import TypeEngine

from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import ValueType
from cardwright_entities.locales import Locale
from cardwright_metadata.definitions.entities import FieldDefinition


@dataclass(frozen=True)
class ColumnSpec:
    """One physical column of a field: its suffix to the field's column name, and its SQL type."""

    type: TypeEngine[Any]
    suffix: str = ""
    target: str = ""  #: entity whose id this column references, empty for none


class FieldType(ABC):
    """A kind of value. Stateless: everything of one field comes from its definition."""

    name: ClassVar[str]  #: what packs write after ``type:``
    label: ClassVar[Mapping[str, str]]  #: what people call it, by language
    options: ClassVar[Mapping[str, Any]] = {}  #: further keys of a field, as JSON Schema properties
    required_options: ClassVar[tuple[str, ...]] = ()
    operators: ClassVar[tuple[str, ...]] = ("=", "!=", "in", "empty")  #: offered in the builder
    widget: ClassVar[str] = "text"  #: template under widgets/ that draws the input
    cell: ClassVar[str] = "text"  #: template under cells/ that draws the value
    excel_format: ClassVar[str] = "General"
    numeric: ClassVar[bool] = False  #: aligned right, may be totalled
    sortable: ClassVar[bool] = True
    searchable: ClassVar[bool] = False  #: may stand in ``search:``
    stored: ClassVar[bool] = True  #: False: no column of its own (virtual formula, mirror, lines)
    editable: ClassVar[bool] = True  #: False: the engine fills it (serial, formula)
    #: how it points to records: "" not at all, one (link, user, parent …), any (link_any, owner),
    #: many (links: own n:m table), lines (records of a line entity)
    relation: ClassVar[str] = ""
    tree: ClassVar[bool] = False  #: a link to its own entity that makes it a tree (closure table)
    #: where a value that nobody types comes from: "" typed, formula, mirror, serial, mnemonic
    computed: ClassVar[str] = ""
    folded_sort: ClassVar[bool] = False  #: text that sorts by a stored sort key when it has one

    @abstractmethod
    def value_type(self, field: FieldDefinition) -> ValueType:
        """Return the kind of value that expressions see."""

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        """Return the physical columns; none for a virtual type."""
        return ()

    def parse(self, raw: object, field: FieldDefinition, context: Context) -> object:
        """Return the value of what was typed, posted or sent, or raise ValueProblem.

        Takes JSON values and text as a form posts it; None and blank text are empty (None).
        The one rule set: forms, API, import and the compiled loader all call it.
        """
        raise NotImplementedError

    def parser(self, field: FieldDefinition) -> Callable[[object, Context], object]:
        """Return ``parse`` bound to the field; override to prepare once what parse needs often."""
        return lambda raw, context: self.parse(raw, field, context)

    def to_row(self, value: object, field: FieldDefinition) -> tuple[object, ...]:
        """Return the value's cells, one for each of ``columns``."""
        return (value,)

    def from_row(self, cells: Sequence[object], field: FieldDefinition) -> object:
        """Return the value held by the cells of ``columns``."""
        return cells[0]

    def to_json(self, value: object, field: FieldDefinition) -> object:
        """Return what the API shows; None stays None."""
        return value

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        """Return the value as a person reads it; empty text for None."""
        return "" if value is None else str(value)

    def input_text(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        """Return what stands in the form's input; parse of it gives the value back."""
        return self.display(value, field, locale)

    def to_excel(self, value: object, field: FieldDefinition, locale: Locale) -> object:
        """Return the typed cell for a workbook: text, int, Decimal, bool, date or datetime."""
        return self.display(value, field, locale)

    def from_excel(self, cell: object, field: FieldDefinition, context: Context) -> object:
        """Return the value of a workbook's or CSV's cell, or raise ValueProblem."""
        return self.parse(cell, field, context)

    def search_text(self, value: object, field: FieldDefinition) -> str:
        """Return the text by which search finds the value."""
        return "" if value is None else str(value)

    @abstractmethod
    def form_field(self, field: FieldDefinition) -> marshmallow_fields.Field[Any]:
        """Return the thin marshmallow adapter that calls ``parse``."""

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        """Return the JSON Schema of the value in the API, for OpenAPI."""
        return {"type": ["string", "null"]}
