"""Values that lines of another record define: read by those definitions when they are saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cardwright_entities.errors import CardwrightError, Message, ValueProblem
from cardwright_entities.field_types.base import FieldType
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.evaluating import Evaluator, RecordValues
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_metadata.expressions.tree import Path

KIND = "attributes"

#: What a definition may say of its values; anything else means text.
KINDS = ("text", "decimal", "integer", "date", "boolean")


@dataclass(frozen=True)
class Attribute:
    """One value that a record may have, as a line defines it."""

    code: str
    label: str
    type: FieldType
    definition: FieldDefinition
    required: bool


def attributes_of(record: RecordValues, found: FieldModel) -> list[Attribute]:
    """Return what the lines behind a field define, in their order."""
    path = tuple(str(found.definition.options["defined_by"]).split("."))
    try:
        rows = record.related(Path(path))
    except CardwrightError:
        return []
    types = record.evaluator.model.types
    made = (_attribute(row, types) for row in rows)
    return [each for each in made if each is not None]


def _attribute(row: RecordValues, types: FieldTypes) -> Attribute | None:
    def said(name: str) -> object:
        return row.value(Path((name,))) if name in row.entity.fields else None

    label = str(said("name") or "")
    code = str(said("code") or label)
    if not code:
        return None
    kind = str(said("type") or "")
    definition = FieldDefinition(name=code, type=kind if kind in KINDS else "text")
    required = said("required") is True
    return Attribute(code, label or code, types.of(definition), definition, required)


def check_attributes(draft: Draft, evaluator: Evaluator, messages: Messages) -> None:
    """Read the attributes of a draft by their definitions; note what is wrong, value by value."""
    for found in draft.entity.fields.values():
        if found.value_type.kind != KIND or draft.prefix + found.name in messages.fields:
            continue
        if not (draft.is_new or found.name in draft.given):
            continue
        given = draft.values.get(found.name)
        defined = attributes_of(evaluator.of_draft(draft), found)
        values = given if isinstance(given, Mapping) else {}
        draft.values[found.name] = _read(draft, found, values, defined, evaluator, messages) or None


def _read(
    draft: Draft,
    found: FieldModel,
    given: Mapping[str, object],
    defined: list[Attribute],
    evaluator: Evaluator,
    messages: Messages,
) -> dict[str, object]:
    place = draft.prefix + found.name
    known = {each.code: each for each in defined}
    for name in given:
        if name not in known:
            messages.add(place, Message.of("unknown_attribute", name=str(name)[:60]))
    read: dict[str, object] = {}
    for each in defined:
        try:
            value = each.type.parse(given.get(each.code), each.definition, evaluator.context)
        except ValueProblem as problem:
            messages.add(f"{place}.{each.code}", problem.message)
            continue
        if value is not None:
            read[each.code] = _plain(each.type.to_json(value, each.definition))
        elif each.required:
            messages.add(f"{place}.{each.code}", Message("required"))
    return read


def _plain(value: object) -> object:
    """Return a value as JSON holds it: numbers as texts, exactly."""
    return value if isinstance(value, str | bool) else str(value)
