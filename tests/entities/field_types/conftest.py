"""One field of any type, ready to be tried the ways a form, the API, a table and Excel try it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from marshmallow import Schema, ValidationError
from marshmallow.experimental.context import Context as SchemaContext

from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.errors import ValueProblem
from cardwright_entities.field_types.base import FieldType
from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.locales import Locale
from cardwright_metadata.definitions.entities import FieldDefinition

TYPES = FieldTypes(BUILTIN_FIELD_TYPES)
NOW = datetime(2025, 11, 20, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class TriedField:
    """A field with its type."""

    definition: FieldDefinition
    type: FieldType
    zone: ZoneInfo

    @property
    def context(self) -> Context:
        return Context(SYSTEM, NOW, self.zone)

    def locale(self, language: str = "zh", **more: Any) -> Locale:
        return Locale(language, self.zone, date(2025, 11, 20), **more)

    def parse(self, raw: object) -> Any:
        return self.type.parse(raw, self.definition, self.context)

    def typed(self, text: str) -> Any:
        return self.parse(self.type.read_input(text, self.definition))

    def cell(self, cell: object) -> Any:
        return self.type.from_excel(cell, self.definition, self.context)

    def code(self, raw: object) -> str:
        """Return the code with which the value is refused."""
        with pytest.raises(ValueProblem) as caught:
            self.parse(raw)
        return caught.value.message.code

    def json(self, value: object) -> Any:
        return self.type.to_json(value, self.definition)

    def shown(self, value: object, language: str = "zh", **more: Any) -> str:
        return self.type.display(value, self.definition, self.locale(language, **more))

    def input(self, value: object) -> str:
        return self.type.input_text(value, self.definition, self.locale())

    def excel(self, value: object) -> Any:
        return self.type.to_excel(value, self.definition, self.locale())

    def row(self, value: object) -> tuple[object, ...]:
        return self.type.to_row(value, self.definition)

    def problems(self) -> tuple[str, ...]:
        return tuple(each.code for each in self.type.problems(self.definition))

    def survives(self, value: object, *, excel: bool = True) -> bool:
        """Tell whether a value comes back the same from form, API, table and workbook."""
        ways = {
            "value": self.parse(value),
            "form": self.typed(self.input(value)),
            "json": self.parse(self.json(value)),
        }
        if self.type.columns(self.definition):
            cells = self.row(value)
            assert len(cells) == len(self.type.columns(self.definition))
            assert (cells[0] is None) == (value is None)
            ways["row"] = self.type.from_row(cells, self.definition)
        if excel:
            ways["excel"] = self.cell(self.excel(value))
        assert ways == dict.fromkeys(ways, value)
        return True

    def load(self, raw: object) -> tuple[Any, str]:
        """Return what the marshmallow adapter makes of a raw value: the value, or the code."""
        schema = Schema.from_dict({self.definition.name: self.type.form_field(self.definition)})
        try:
            with SchemaContext(self.context):
                return schema().load({self.definition.name: raw})[self.definition.name], ""
        except ValidationError as error:
            return None, error.messages[self.definition.name][0].code

    def parsed(self, raw: object) -> tuple[Any, str]:
        """Return the same from parse."""
        try:
            return self.parse(raw), ""
        except ValueProblem as problem:
            return None, problem.message.code


MakeField = Callable[..., TriedField]


@pytest.fixture(scope="session")
def make() -> MakeField:
    """Make a field by its type and options."""

    def made(type_name: str, zone: str = "Asia/Shanghai", **options: Any) -> TriedField:
        definition = FieldDefinition(name="it", type=type_name, options=options)
        return TriedField(definition, TYPES.of(definition), ZoneInfo(zone))

    return made


@pytest.fixture(scope="session")
def types() -> FieldTypes:
    """All built-in types."""
    return TYPES
