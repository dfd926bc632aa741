"""What is shown of a value to those who may see a part of it: 138****1234, z****@example.com.

How much that is, each type says in ``mask``; how long the rest is, the sign in between never tells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import TEXT, ValueType
from cardwright_entities.field_types.base import MASK, FieldType, Parser, refuse
from cardwright_metadata.definitions.entities import FieldDefinition

#: So many signs stay hidden at least, or nothing is shown.
_HIDDEN_AT_LEAST = 3


def part_of(text: str, first: int, last: int) -> str:
    """Return the first and last signs of a text, nothing of one that is too short for it."""
    if len(text) < first + last + _HIDDEN_AT_LEAST:
        return MASK
    return f"{text[:first]}{MASK}{text[len(text) - last :]}"


class MaskedType(FieldType):
    """The face of a field of which its reader sees a part: text that is shown and nothing else.

    It stands in place of the field's own type wherever values are read for such a reader, so the
    value itself goes no further than ``from_row``.
    """

    name = "masked"
    label: ClassVar[Mapping[str, str]] = {"zh": "部分隐藏", "en": "Partly hidden"}
    operators = ("=",)
    cell = "masked"
    excel_format = "@"
    sortable = False
    stored: ClassVar[bool] = False

    def __init__(self, of: FieldType) -> None:
        super().__init__(of.others)
        self._of = of

    def value_type(self, field: FieldDefinition) -> ValueType:
        return TEXT

    def parser(self, field: FieldDefinition) -> Parser:
        return _refuse

    def from_row(self, cells: Sequence[object], field: FieldDefinition) -> object:
        return self.part(self._of.from_row(cells, field), field)

    def part(self, value: object, field: FieldDefinition) -> str | None:
        """Return what is shown of a value of the field's own type."""
        return None if value is None else self._of.mask(value, field)


def _refuse(raw: object, context: Context) -> object:
    raise refuse("not_writable")
