"""Inputs for the values that lines of another record define."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cardwright_entities.errors import ValueProblem
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.records.attributes import Attribute, attributes_of
from cardwright_entities.records.evaluating import RecordValues
from cardwright_platform.security.numbers import is_number
from cardwright_platform.views.forms import AddressInput, Input
from cardwright_platform.web.presenting.inputs import Typed
from cardwright_platform.web.presenting.reader import Reader


def with_attributes(
    made: Input,
    found: FieldModel,
    record: RecordValues,
    reader: Reader,
    typed: Typed,
    errors: Mapping[str, Sequence[str]],
) -> Input:
    """Return the input with a part for each value that its definitions name."""
    held = record.values.get(found.name)
    values = held if isinstance(held, Mapping) else {}
    parts = tuple(
        _part(made.name, each, values.get(each.code), reader, typed, errors)
        for each in attributes_of(_as_typed(record, found, typed, made.name), found)
    )
    return replace(made, address=AddressInput(parts=parts))


def _as_typed(record: RecordValues, found: FieldModel, typed: Typed, place: str) -> RecordValues:
    """Return the record with the link that somebody has just chosen to define its values."""
    name = str(found.definition.options["defined_by"]).split(".")[0]
    chosen = (typed.get(place.removesuffix(found.name) + name) or [""])[-1]
    if not is_number(chosen):
        return record
    values = {**record.values, name: int(chosen)}
    return RecordValues(record.evaluator, record.entity, values, None, record.head)


def _part(
    place: str,
    attribute: Attribute,
    value: object,
    reader: Reader,
    typed: Typed,
    errors: Mapping[str, Sequence[str]],
) -> Input:
    name = f"{place}.{attribute.code}"
    return Input(
        name=name,
        widget=attribute.type.widget,
        label=attribute.label,
        text=typed[name][-1] if typed.get(name) else _text(attribute, value, reader),
        errors=tuple(errors.get(name, ())),
        required=attribute.required,
        scale=max(attribute.type.value_type(attribute.definition).scale, 0),
        input_type=attribute.type.input_type,
        input_mode=attribute.type.input_mode,
    )


def _text(attribute: Attribute, value: object, reader: Reader) -> str:
    try:
        known = attribute.type.parse(value, attribute.definition, reader.context)
    except ValueProblem:
        return str(value)
    if known is None:
        return ""
    return attribute.type.input_text(known, attribute.definition, reader.locale)
