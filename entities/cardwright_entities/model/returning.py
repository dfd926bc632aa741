"""Formulas that do not say what they return: the type of what they compute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from cardwright_entities.expressions.values import ValueType
from cardwright_entities.model.entities import EntityModel, FieldModel, build_field
from cardwright_entities.model.scopes import CircleError, Entities, EntityScope
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_metadata.expressions.tree import Path

_RETURNS: Mapping[str, str] = MappingProxyType(
    {
        "text": "text",
        "boolean": "boolean",
        "date": "date",
        "datetime": "datetime",
        "time": "time",
        "decimal": "decimal",
    }
)


def name_of_type(value_type: ValueType) -> str:
    """Return the field type that shows values of a kind, empty when none does."""
    if value_type.kind == "decimal" and value_type.scale == 0:
        return "integer"
    return _RETURNS.get(value_type.kind, "")


def lacks_returns(entity: EntityModel) -> bool:
    """Tell whether the type of some field has still to be found out."""
    return any(_formula_behind(each) is not None for each in entity.fields.values())


def with_returns(entity: EntityModel, declared: Entities) -> EntityModel:
    """Return the entity with the types of all its fields; ``declared`` lacks them, too."""
    scope = EntityScope(declared, entity)
    fields = {
        name: each if _formula_behind(each) is None else _typed(entity, each, scope)
        for name, each in entity.fields.items()
    }
    return replace(entity, fields=fields)


def _formula_behind(field: FieldModel) -> FieldDefinition | None:
    """Return the formula without a type that a field is or that a mirror ends in."""
    definition: FieldDefinition | None = field.definition
    if field.type.computed == "mirror":
        definition = field.definition.options.get("result")
    if definition is None or "formula" not in definition.options:
        return None
    return None if definition.options.get("returns") else definition


def _typed(entity: EntityModel, field: FieldModel, scope: EntityScope) -> FieldModel:
    formula = _formula_behind(field)
    try:
        value_type = scope.type_of(Path((field.name,)))
    except CircleError:
        return field
    returns = name_of_type(value_type)
    if formula is None or not returns:
        return field
    options = {**formula.options, "returns": returns}
    if value_type.scale > 0:
        options.setdefault("scale", value_type.scale)
    formula = replace(formula, options=options)
    definition = field.definition
    if field.type.computed == "mirror":
        formula = replace(definition, options={**definition.options, "result": formula})
    return build_field(entity, formula, scope.model.types)
