"""The marshmallow face of every field type: a thin adapter over its one set of rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from marshmallow import ValidationError, fields
from marshmallow.experimental.context import Context as SchemaContext

from cardwright_entities.contexts import Context
from cardwright_entities.errors import ValueProblem
from cardwright_metadata.definitions.entities import FieldDefinition


class ValueRules(Protocol):
    """What the adapter asks of a field type."""

    def parser(self, field: FieldDefinition) -> Callable[[object, Context], object]:
        """Return the rules of one field."""
        ...

    def to_json(self, value: object, field: FieldDefinition) -> object:
        """Return what the API shows."""
        ...

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        """Return what the API says of the value."""
        ...


class ValueField(fields.Field[Any]):
    """Loads with the field type's rules; a refusal is a ValidationError that holds its Message.

    A schema with such fields is loaded inside ``SchemaContext(context)``, where the context is
    ours: zone, language and principal. Whether a value is required is the gate's to say.
    """

    def __init__(self, rules: ValueRules, definition: FieldDefinition) -> None:
        super().__init__(allow_none=True, data_key=definition.name)
        self.definition = definition
        self._rules = rules
        self._parse = rules.parser(definition)

    def json_schema(self) -> Mapping[str, Any]:
        """Return the JSON Schema of the value, for OpenAPI."""
        return self._rules.json_schema(self.definition)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        try:
            return self._parse(value, SchemaContext[Context].get())
        except ValueProblem as problem:
            raise ValidationError([problem.message]) from problem

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else self._rules.to_json(value, self.definition)
