"""The small form of a rule's button as an entity that no table keeps: what ``$ask`` stands for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.resolving import resolve_field
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_metadata.definitions.rules import RuleDefinition

#: What the name of a form begins with; no entity can be called so.
FORM = "ask/"


class Models(Protocol):
    """What building a form needs of the model."""

    catalog: Catalog
    types: FieldTypes

    @property
    def entity(self) -> Callable[[str], EntityModel]:
        """Return what finds an entity."""
        ...


def form_of(rule: RuleDefinition) -> str:
    """Return the name of a rule's form."""
    return FORM + rule.name


def build_form(model: Models, rule: RuleDefinition) -> EntityModel:
    """Return a form: fields of the rule's entity, and those that only it has, in their order."""
    entity = model.entity(rule.entity)
    fields = {
        name: free_field(_resolved(rule.own_asks[name], entity, model), model.types)
        if name in rule.own_asks
        else entity.fields[name]
        for name in rule.asks
        if name in rule.own_asks or name in entity.fields
    }
    definition = replace(entity.definition, name=form_of(rule))
    return replace(entity, definition=definition, fields=fields)


def _resolved(asked: FieldDefinition, entity: EntityModel, model: Models) -> FieldDefinition:
    return resolve_field(entity.definition, asked, model.catalog, model.types)


def free_field(definition: FieldDefinition, types: FieldTypes) -> FieldModel:
    """Return a field that no record keeps; its definition knows its targets and choices."""
    field_type = types.of(definition)
    return FieldModel(
        definition=definition,
        type=field_type,
        columns=(),
        sort_column=None,
        value_type=field_type.value_type(definition),
        targets=definition.options.get("targets", ()),
        parse=field_type.parser(definition),
    )
