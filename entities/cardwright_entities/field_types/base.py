"""What a field type is: one class that knows everything about a kind of value.

Besides what an author writes, ``field.options`` holds what the model has looked up in the catalog
for the type, so that types stay free of state:

=================== ============================================================================
``choices``         of picklists: Mapping of code to ChoiceDefinition
``parent_picklist`` of picklists that depend on another: its name
``depends_on``      of picklists that depend on another: the field that holds the parent's choice
``targets``         of everything that points to records: names of the entities, a tuple
``target_ids``      their stable ids by name; what a link to any entity keeps in its type column
``target_tree``     true when the one target is a tree
``result``          of a mirror: the FieldDefinition at the end of its path, itself resolved
=================== ============================================================================
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, ClassVar

from marshmallow import fields as marshmallow_fields
from sqlalchemy.types import TypeEngine

from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message, ValueProblem
from cardwright_entities.expressions.values import ValueType
from cardwright_entities.field_types.forms import ValueField
from cardwright_entities.folding import fold, sort_key
from cardwright_entities.locales import Locale
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_metadata.expressions.tree import Expression, Node

#: What stands for the part of a value that is not shown.
MASK = "****"

#: The rules of one field: raw value and context in, value out, or ValueProblem.
Parser = Callable[[object, Context], object]


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
    icon: ClassVar[str] = "forms"  #: of Tabler's set, where fields are listed by what they hold
    options: ClassVar[Mapping[str, Any]] = {}  #: further keys of a field, as JSON Schema properties
    required_options: ClassVar[tuple[str, ...]] = ()
    operators: tuple[str, ...] = ("=", "!=", "in", "empty")  #: offered in the builder
    widget: str = "text"  #: template under widgets/ that draws the input
    cell: str = "text"  #: template under cells/ that draws the value
    input_type: str = "text"  #: of the text widget: text, email, tel, url
    input_mode: str = ""  #: keyboard of a phone: numeric, decimal, tel
    excel_format: str = "General"
    numeric: bool = False  #: aligned right, may be totalled
    grouped: bool = True  #: thousands are written apart; not those of years
    sortable: bool = True
    matches: ClassVar[bool] = False  #: may stand in rules of duplicates, see ``match_text``
    searchable: bool = False  #: may stand in ``search:``: the main column holds words
    stored: ClassVar[bool] = True  #: False: no column of its own (virtual formula, mirror, lines)
    editable: bool = True  #: False: the engine fills it (serial, formula)
    #: how it points to records: "" not at all, one (link, user, parent …), any (link_any, owner),
    #: many (links: own n:m table), lines (records of a line entity)
    relation: ClassVar[str] = ""
    reference: ClassVar[str] = ""  #: key of the option that names the target entity
    plays: ClassVar[str] = ""  #: part whose player is the target; several with blanks between
    tree: ClassVar[bool] = False  #: a link to its own entity that makes it a tree (closure table)
    #: where a value that nobody types comes from: "" typed, formula, mirror, serial, mnemonic
    computed: ClassVar[str] = ""
    parts: tuple[str, ...] = ()  #: names that may follow in a path: amount, base
    #: what was stored is never shown again: only whether there is a value
    write_only: ClassVar[bool] = False
    masks: ClassVar[bool] = False  #: a part of a value can be shown, see ``mask``
    holds_file: ClassVar[bool] = False  #: the value is the id of a stored file, or several
    takes_several: ClassVar[bool] = False  #: files: the value is a tuple
    folded_sort: bool = False  #: text that sorts by a stored sort key when it has one

    def __init__(self, others: Mapping[str, FieldType] = MappingProxyType({})) -> None:
        self.others = others  #: all types of the installation, for types that return another's

    def for_field(self, field: FieldDefinition) -> FieldType:
        """Return the type as this field has it: a formula takes the face of what it returns."""
        return self

    def problems(self, field: FieldDefinition) -> tuple[Message, ...]:
        """Return what is wrong with the options beyond what their JSON Schema can say."""
        return ()

    @abstractmethod
    def value_type(self, field: FieldDefinition) -> ValueType:
        """Return the kind of value that expressions see."""

    def inputs(self, field: FieldDefinition) -> tuple[Expression | Node, ...]:
        """Return the expressions that the value follows from, seen from its record.

        Whatever they read makes a new value; the graph of values, its circles and what has to be
        computed anew are found from them. Nothing for a value that people fill.
        """
        return ()

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        """Return the physical columns, the main one first; none for a virtual type.

        The value is empty exactly when the main column is null.
        """
        return ()

    def parse(self, raw: object, field: FieldDefinition, context: Context) -> object:
        """Return the value of what was typed, posted or sent, or raise ValueProblem.

        Takes JSON values, Python values and text as a form posts it; None and blank text are
        empty (None). The one rule set: forms, API, import and the compiled loader all call it.
        """
        return self.parser(field)(raw, context)

    @abstractmethod
    def parser(self, field: FieldDefinition) -> Parser:
        """Return the rules of one field, with its limits prepared once."""

    def read_input(self, text: str, field: FieldDefinition) -> object:
        """Return what ``parse`` takes for what was typed into the form's input."""
        return text

    def to_row(self, value: object, field: FieldDefinition) -> tuple[object, ...]:
        """Return the value's cells, one for each of ``columns``."""
        return (value,)

    def to_row_at_rate(
        self, value: object, field: FieldDefinition, rate: Decimal
    ) -> tuple[object, ...]:
        """Return ``to_row`` where the record has a currency: its rate to the base currency."""
        return self.to_row(value, field)

    def from_row(self, cells: Sequence[object], field: FieldDefinition) -> object:
        """Return the value held by the cells of ``columns``."""
        return cells[0]

    def to_json(self, value: object, field: FieldDefinition) -> object:
        """Return what the API shows; None stays None. ``parse`` of it gives the value back."""
        return value

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        """Return the value as a person reads it; empty text for None."""
        return "" if value is None else str(value)

    def input_text(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        """Return what stands in the form's input; read_input and parse give the value back."""
        return "" if value is None else str(value)

    def to_excel(self, value: object, field: FieldDefinition, locale: Locale) -> object:
        """Return the typed cell for a workbook: text, int, Decimal, bool, date or datetime."""
        return None if value is None else self.display(value, field, locale)

    def from_excel(self, cell: object, field: FieldDefinition, context: Context) -> object:
        """Return the value of a workbook's or CSV's cell, or raise ValueProblem."""
        return self.excel_parser(field)(cell, context)

    def excel_parser(self, field: FieldDefinition) -> Parser:
        """Return the rules for cells of one field, prepared once; ``parser`` where they agree."""
        return self.parser(field)

    def files_of(self, value: object) -> tuple[int, ...]:
        """Return the stored files that a value holds, of a type with ``holds_file``."""
        return (value,) if self.holds_file and isinstance(value, int) else ()

    def search_text(self, value: object, field: FieldDefinition) -> str:
        """Return the text by which search finds the value.

        Of a searchable type: what stands in its main column, where a hit is checked again, or
        what people type instead of it.
        """
        return "" if value is None else str(value)

    def search_word(self, word: str, field: FieldDefinition) -> str:
        """Return a folded word of a search as this type's search text spells it."""
        return word

    def match_text(self, value: object, field: FieldDefinition, ignore: Sequence[str]) -> str:
        """Return the text in which values that look equal are equal, of a type with ``matches``.

        ``ignore`` are words that say nothing.
        """
        return fold(str(value))

    def mask(self, value: object, field: FieldDefinition) -> str:
        """Return what is shown to those who may see a part of the value, of a type with ``masks``.

        It depends on nothing but that part: values that differ in the rest look the same.
        """
        return MASK

    def sort_text(self, value: object, field: FieldDefinition) -> str | None:
        """Return the stored sort key of a type with ``folded_sort``, None for no value."""
        return None if value is None else sort_key(str(value))

    def form_field(self, field: FieldDefinition) -> marshmallow_fields.Field[Any]:
        """Return the thin marshmallow adapter that calls ``parse``."""
        return ValueField(self, field)

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        """Return the JSON Schema of the value in the API, for OpenAPI."""
        return {"type": ["string", "null"]}


def refuse(code: str, **params: object) -> ValueProblem:
    """Make the problem that a parser raises; its words stand in the platform's messages."""
    return ValueProblem(Message.of(code, **params))


def problem(code: str, **params: object) -> Message:
    """Make a message about a field's options."""
    return Message.of(code, **params)
