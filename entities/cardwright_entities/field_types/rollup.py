"""A number over other records: the lines of a head, the records that point here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Self

from cardwright_entities.errors import Message
from cardwright_entities.field_types.base import ColumnSpec, problem
from cardwright_entities.field_types.formula import ReturningType
from cardwright_entities.field_types.numbers import GROUPING
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_metadata.expressions.tree import Expression, Node

#: What may be asked of many records.
FUNCTIONS = ("sum", "count", "average", "min", "max")

#: Types of what a rollup may give.
RETURNS = ("integer", "decimal", "percent", "money", "date", "datetime", "time", "text", "duration")

#: Options that say how it is computed; they mean nothing to the type that shows the result.
_OWN = frozenset({*FUNCTIONS, "of", "where", "sees", "formula", "returns"})


def _measured(words: str) -> dict[str, Any]:
    return {"type": "string", "format": "expression", "description": words}


class RollupType(ReturningType):
    """A value computed over the lines of a record, its links, or the records that link to it."""

    name = "rollup"
    icon = "sum"
    label: ClassVar[Mapping[str, str]] = {"zh": "汇总", "en": "Rollup"}
    options: ClassVar[Mapping[str, Any]] = {
        "of": {
            "type": "string",
            "description": (
                "Whose values: a field of lines or links of this entity, an entity that links "
                "here, or entity.link where several of its fields do."
            ),
        },
        "sum": _measured("The field or expression of those records that is added up."),
        "average": _measured("The field or expression of which the mean is taken."),
        "min": _measured("The field or expression whose least value is taken."),
        "max": _measured("The field or expression whose greatest value is taken."),
        "count": {"type": "boolean", "description": "Only count the records."},
        "where": _measured("Which of those records count; all of them if left out."),
        "sees": {
            "enum": ["all", "reader"],
            "default": "all",
            "description": (
                "all: one value for everybody, kept in the record. reader: computed for each "
                "reader over what he may read; lists do not sort by it."
            ),
        },
        "returns": {
            "enum": list(RETURNS),
            "description": "The type of the result; that of the field if left out.",
        },
        "scale": {
            "type": "integer",
            "minimum": 0,
            "maximum": 12,
            "description": "Decimals of the result.",
        },
        **GROUPING,
    }
    required_options: ClassVar[tuple[str, ...]] = ("of",)
    computed: ClassVar[str] = "rollup"

    def for_field(self, field: FieldDefinition) -> Self:
        face = super().for_field(field)
        if not is_kept(field) and face.inner is not None:
            face.sortable = False
        return face

    def result(self, field: FieldDefinition) -> FieldDefinition | None:
        options = {key: value for key, value in field.options.items() if key not in _OWN}
        returns = str(field.options.get("returns") or "decimal")
        return replace(field, type=returns, options=options)

    def problems(self, field: FieldDefinition) -> tuple[Message, ...]:
        said = [key for key in FUNCTIONS if field.options.get(key)]
        if len(said) > 1:
            return (problem("rollup_asks_twice", functions=", ".join(said)),)
        return ()

    def inputs(self, field: FieldDefinition) -> tuple[Expression | Node, ...]:
        formula = field.options.get("formula")
        return (formula,) if isinstance(formula, Expression) else ()

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        inner, result = self._behind(field)
        if inner is None or not is_kept(field):
            return ()
        return inner.columns(result)


def is_kept(field: FieldDefinition) -> bool:
    """Tell whether a rollup is one value for everybody, kept in the record."""
    return bool(field.options.get("sees", "all") == "all")
