"""Values that come from elsewhere: computed by a formula, or seen through links."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar, Self

from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message
from cardwright_entities.expressions.values import TEXT, ValueType
from cardwright_entities.field_types.base import ColumnSpec, FieldType, Parser, problem
from cardwright_entities.field_types.number_text import round_to_scale
from cardwright_entities.field_types.numbers import GROUPING
from cardwright_entities.locales import Locale
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_metadata.expressions.tree import Call, Expression, Node, Path

#: Types that a formula may return.
RETURNS = (
    "text",
    "integer",
    "decimal",
    "percent",
    "money",
    "boolean",
    "date",
    "datetime",
    "time",
    "duration",
    "picklist",
)


#: Numbers with more of them are refused, not rounded.
_MOST_DIGITS = 30


class ReturningType(FieldType):
    """A type that shows, exports and filters like the type of what it returns.

    ``for_field`` gives it that type's face; without one it looks like text.
    """

    inner: FieldType | None = None
    stored: ClassVar[bool] = False
    editable = False
    widget = "readonly"
    _known: tuple[FieldDefinition | None, tuple[FieldType | None, FieldDefinition] | None] = (
        None,
        None,
    )

    @abstractmethod
    def result(self, field: FieldDefinition) -> FieldDefinition | None:
        """Return the definition of the field that this one's values behave like."""

    def for_field(self, field: FieldDefinition) -> Self:
        result = self.result(field)
        returned = self.others.get(result.type) if result is not None else None
        if result is None or returned is None:
            return self
        inner = returned.for_field(result)
        face = type(self)(self.others)
        face.inner = inner
        face.operators = inner.operators
        face.cell = inner.cell
        face.input_type, face.input_mode = inner.input_type, inner.input_mode
        face.excel_format = inner.excel_format
        face.numeric, face.sortable = inner.numeric, inner.sortable
        face.grouped = inner.grouped
        face.parts = inner.parts
        face.searchable, face.folded_sort = inner.searchable, inner.folded_sort
        return face

    def value_type(self, field: FieldDefinition) -> ValueType:
        inner, result = self._behind(field)
        return inner.value_type(result) if inner is not None else TEXT

    def parser(self, field: FieldDefinition) -> Parser:
        inner, result = self._behind(field)
        if inner is None:
            return lambda raw, context: raw
        return inner.parser(result)

    def excel_parser(self, field: FieldDefinition) -> Parser:
        inner, result = self._behind(field)
        return self.parser(field) if inner is None else inner.excel_parser(result)

    def read_input(self, text: str, field: FieldDefinition) -> object:
        inner, result = self._behind(field)
        return text if inner is None else inner.read_input(text, result)

    def to_row(self, value: object, field: FieldDefinition) -> tuple[object, ...]:
        inner, result = self._behind(field)
        return (value,) if inner is None else inner.to_row(value, result)

    def to_row_at_rate(
        self, value: object, field: FieldDefinition, rate: Decimal
    ) -> tuple[object, ...]:
        inner, result = self._behind(field)
        return (value,) if inner is None else inner.to_row_at_rate(value, result, rate)

    def from_row(self, cells: Sequence[object], field: FieldDefinition) -> object:
        inner, result = self._behind(field)
        return cells[0] if inner is None else inner.from_row(cells, result)

    def to_json(self, value: object, field: FieldDefinition) -> object:
        inner, result = self._behind(field)
        return value if inner is None else inner.to_json(value, result)

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        inner, result = self._behind(field)
        return (
            super().display(value, field, locale)
            if inner is None
            else inner.display(value, result, locale)
        )

    def input_text(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        inner, result = self._behind(field)
        return (
            super().input_text(value, field, locale)
            if inner is None
            else inner.input_text(value, result, locale)
        )

    def to_excel(self, value: object, field: FieldDefinition, locale: Locale) -> object:
        inner, result = self._behind(field)
        return (
            super().to_excel(value, field, locale)
            if inner is None
            else inner.to_excel(value, result, locale)
        )

    def search_text(self, value: object, field: FieldDefinition) -> str:
        inner, result = self._behind(field)
        return (
            super().search_text(value, field) if inner is None else inner.search_text(value, result)
        )

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        inner, result = self._behind(field)
        schema = super().json_schema(field) if inner is None else inner.json_schema(result)
        return {**schema, "readOnly": not self.editable}

    def _behind(self, field: FieldDefinition) -> tuple[FieldType | None, FieldDefinition]:
        # Asked for every cell of a list, mostly about the same definition as the time before.
        asked, known = self._known
        if known is not None and asked is field:
            return known
        result = self.result(field)
        known = (self.inner, result) if result is not None else (None, field)
        self._known = (field, known)
        return known


class FormulaType(ReturningType):
    """A value computed from the record's other fields; nobody types it."""

    name = "formula"
    icon = "math-function"
    label: ClassVar[Mapping[str, str]] = {"zh": "公式", "en": "Formula"}
    options: ClassVar[Mapping[str, Any]] = {
        "formula": {
            "type": "string",
            "format": "expression",
            "description": "What is computed, such as round(total * (1 - discount), 2).",
        },
        "returns": {
            "enum": list(RETURNS),
            "description": "The type of the result; what the formula says by itself if left out.",
        },
        "stored": {
            "type": "boolean",
            "default": False,
            "description": (
                "Keep the result in the table, so that lists sort by it quickly; it may then not "
                "depend on today or on who reads."
            ),
        },
        "scale": {
            "type": "integer",
            "minimum": 0,
            "maximum": 12,
            "description": "Decimals of a number that is returned.",
        },
        **GROUPING,
        "of": {"type": "string", "description": "The picklist of a choice that is returned."},
        "values": {
            "type": ["object", "array"],
            "description": "Choices of a choice that is returned, written as those of a picklist.",
        },
    }
    required_options: ClassVar[tuple[str, ...]] = ("formula",)
    computed: ClassVar[str] = "formula"

    def result(self, field: FieldDefinition) -> FieldDefinition | None:
        returns = field.options.get("returns")
        if not returns:
            return None
        options = {"grouping": not _is_year(field), **field.options}
        return replace(field, type=str(returns), options=options)

    def parser(self, field: FieldDefinition) -> Parser:
        parse, scale = super().parser(field), self.value_type(field).scale

        def rounded(raw: object, context: Context) -> object:
            # What is computed has as many digits as it has; the field keeps its own.
            fits = scale >= 0 and isinstance(raw, Decimal) and raw.adjusted() < _MOST_DIGITS
            return parse(round_to_scale(raw, scale) if fits else raw, context)  # type: ignore[arg-type]  # a Decimal

        return rounded

    def inputs(self, field: FieldDefinition) -> tuple[Expression | Node, ...]:
        formula = field.options.get("formula")
        return (formula,) if isinstance(formula, Expression) else ()

    def problems(self, field: FieldDefinition) -> tuple[Message, ...]:
        if _is_stored(field) and not field.options.get("returns"):
            kept = not field.options.get("stored")
            return (problem("frozen_needs_returns" if kept else "stored_needs_returns"),)
        return ()

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        inner, result = self._behind(field)
        if inner is None or not _is_stored(field):
            return ()
        return inner.columns(result)


def _is_year(field: FieldDefinition) -> bool:
    formula = field.options.get("formula")
    tree = formula.tree if isinstance(formula, Expression) else None
    return isinstance(tree, Call) and tree.function == "year"


def _is_stored(field: FieldDefinition) -> bool:
    """Tell whether a formula is stored: by its author's wish, or because its entity closes."""
    return bool(field.options.get("stored") or field.options.get("kept"))


class MirrorType(ReturningType):
    """A field of another record, seen through links."""

    name = "mirror"
    icon = "square-rounded-arrow-right"
    label: ClassVar[Mapping[str, str]] = {"zh": "引用字段", "en": "Mirror"}
    options: ClassVar[Mapping[str, Any]] = {
        "path": {
            "type": "string",
            "description": "The way over links to the field, such as customer.region.",
        },
        "on_edit": {
            "type": "object",
            "properties": {
                "close": {
                    "type": "string",
                    "description": "Path of the record that ends the day before the change.",
                },
                "open": {
                    "type": "string",
                    "description": "Lines field in which the record of the time to come begins.",
                },
            },
            "additionalProperties": False,
            "description": (
                "Makes the mirror editable: the record it comes from ends and a new one begins."
            ),
        },
    }
    required_options: ClassVar[tuple[str, ...]] = ("path",)
    computed: ClassVar[str] = "mirror"

    def inputs(self, field: FieldDefinition) -> tuple[Expression | Node, ...]:
        path = field.options.get("path")
        return (Path(tuple(str(path).split("."))),) if path else ()

    def problems(self, field: FieldDefinition) -> tuple[Message, ...]:
        result = self.result(field)
        seen = self.others.get(result.type) if result is not None else None
        return (problem("secret_seen"),) if seen is not None and seen.write_only else ()

    def for_field(self, field: FieldDefinition) -> Self:
        face = super().for_field(field)
        if field.options.get("on_edit") and face.inner is not None:
            face.editable = True
            face.widget = face.inner.widget
        return face

    def result(self, field: FieldDefinition) -> FieldDefinition | None:
        result: FieldDefinition | None = field.options.get("result")
        return result

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        kept = field.options.get("kept")
        inner = self.others.get(str(kept["type"])) if isinstance(kept, Mapping) else None
        if inner is None or not isinstance(kept, Mapping):
            return ()
        plain = replace(field, type=str(kept["type"]), options={**kept})
        return tuple(replace(each, target="") for each in inner.for_field(plain).columns(plain))
