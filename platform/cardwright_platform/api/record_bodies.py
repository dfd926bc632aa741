"""The body of a record as a marshmallow schema, made of the form fields of its types."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from cardwright_entities.field_types.many import MOST_LINES
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.reading import Reading
from cardwright_platform.api.body_fields import Body, Plain, flag, many, whole
from cardwright_platform.api.rights import settable_fields


def record_body(reading: Reading, entity: EntityModel) -> Body:
    """Return the schema of what the caller may send for a record of an entity."""
    made = _fields(reading, entity)
    confirmed = Plain(
        "Checks that are confirmed, with the reason given.",
        {"additionalProperties": {"type": "string"}},
    )
    return _body(f"{entity.name}_body", {**made, "$confirmed": confirmed})


def line_body(reading: Reading, entity: EntityModel) -> Body:
    """Return the schema of one line."""
    keys: dict[str, fields.Field[Any]] = {
        "id": whole("The line; a new one without.", 1, 2**53 - 1),
        "version": whole("The version that was seen.", 1, 2**31 - 1),
        "remove": flag("Take the line away."),
    }
    return _body(f"{entity.name}_line", {**_fields(reading, entity), **keys})


def _fields(reading: Reading, entity: EntityModel) -> dict[str, fields.Field[Any]]:
    made: dict[str, fields.Field[Any]] = {}
    for name, field in settable_fields(reading, entity).items():
        if field.type.relation == "lines":
            line = reading.model.lines_of(entity, name)
            nested = fields.Nested(line_body(reading, line))
            made[name] = many(nested, "Lines in their order.", MOST_LINES)
        else:
            made[name] = field.type.form_field(field.definition)
    return made


def _body(name: str, made: dict[str, fields.Field[Any]]) -> Body:
    return Body.from_dict(made, name=name)()  # type: ignore[return-value] # a class made of Body
