"""One entity ready for work: its definition, its tables, and each field with its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import Column, FromClause, Table

from cardwright_entities.changes.tables import EntityTables
from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import ValueType
from cardwright_entities.field_types.base import FieldType
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.definitions.entities import EntityDefinition, FieldDefinition


@dataclass(frozen=True, eq=False)
class FieldModel:
    """One field of an entity: definition, type, columns, and what it points to."""

    definition: FieldDefinition
    type: FieldType
    columns: tuple[Column[Any], ...]
    sort_column: Column[Any] | None
    value_type: ValueType
    targets: tuple[str, ...]
    parse: Callable[[object, Context], object]

    @property
    def name(self) -> str:
        """Return the field's API name."""
        return self.definition.name


@dataclass(frozen=True, eq=False)
class EntityModel:
    """One entity: its fields by name in their order, and its tables."""

    definition: EntityDefinition
    tables: EntityTables
    fields: Mapping[str, FieldModel]

    @property
    def name(self) -> str:
        """Return the entity's API name."""
        return self.definition.name

    @property
    def table(self) -> Table:
        """Return the table of the records."""
        return self.tables.table

    def alias(self, number: int) -> FromClause:
        """Return the table under its n-th other name, made once: making one costs a millisecond."""
        found = self._aliases.get(number)
        if found is None:
            found = self.table.alias(f"{self.table.name}_{number}")
            self._aliases[number] = found
        return found

    @cached_property
    def _aliases(self) -> dict[int, FromClause]:
        return {}

    @cached_property
    def title(self) -> FieldModel | None:
        """Return the field that names a record, None when the entity has no such field."""
        return self.fields.get(self.definition.title)

    @cached_property
    def lines(self) -> tuple[FieldModel, ...]:
        """Return the fields that hold lines."""
        return tuple(each for each in self.fields.values() if each.type.relation == "lines")

    @cached_property
    def stored(self) -> tuple[FieldModel, ...]:
        """Return the fields with columns of their own."""
        return tuple(each for each in self.fields.values() if each.columns)

    @cached_property
    def tree(self) -> FieldModel | None:
        """Return the field that makes the entity a tree, None when it is none."""
        return next((each for each in self.fields.values() if each.type.tree), None)

    @cached_property
    def by_id(self) -> Mapping[str, FieldModel]:
        """Return the fields by their stable ids."""
        return {each.definition.id: each for each in self.fields.values() if each.definition.id}


def build_entity(
    definition: EntityDefinition, catalog: Catalog, types: FieldTypes, tables: EntityTables
) -> EntityModel:
    """Join a definition with its field types and tables."""
    fields = {
        name: _build_field(definition, field, catalog, types, tables)
        for name, field in definition.fields.items()
        if not field.retired
    }
    return EntityModel(definition, tables, fields)


def _build_field(
    entity: EntityDefinition,
    field: FieldDefinition,
    catalog: Catalog,
    types: FieldTypes,
    tables: EntityTables,
) -> FieldModel:
    field_type = types.of(field)
    targets = catalog.targets(entity.name, field.name)
    resolved = _resolve_options(field, catalog, types, targets)
    if field_type.computed == "mirror":
        end = end_of_path(entity, str(field.options["path"]).split("."), catalog, types)
        resolved = replace(resolved, options={**resolved.options, "result": end})
        field_type = types.of(resolved)
    columns = tuple(
        tables.table.c[(field.column or field.name) + spec.suffix]
        for spec in field_type.columns(resolved)
    )
    return FieldModel(
        definition=resolved,
        type=field_type,
        columns=columns,
        sort_column=tables.sort_columns.get(field.name),
        value_type=field_type.value_type(resolved),
        targets=targets,
        parse=field_type.parser(resolved),
    )


def end_of_path(
    entity: EntityDefinition, names: Sequence[str], catalog: Catalog, types: FieldTypes
) -> FieldDefinition | None:
    """Return the field in which a path over links ends, None for a path that leads nowhere.

    It knows its choices and targets, so that a mirror reads and shows values as it does.
    """
    found: FieldDefinition | None = None
    for index, name in enumerate(names):
        if name == "current" and found is not None and name not in entity.fields:
            continue
        found = entity.fields.get(name)
        if found is None:
            return None
        if index < len(names) - 1:
            targets = catalog.targets(entity.name, name)
            following = next((each for each in names[index + 1 :] if each != "current"), "")
            entity = next(
                (
                    catalog.entity(each)
                    for each in targets
                    if following in catalog.entity(each).fields
                ),
                entity,
            )
    if found is None:
        return None
    return _resolve_options(found, catalog, types, catalog.targets(entity.name, found.name))


def _resolve_options(
    field: FieldDefinition, catalog: Catalog, types: FieldTypes, targets: tuple[str, ...]
) -> FieldDefinition:
    """Give the type what it needs of the catalog: choices, targets with their ids."""
    options = dict(field.options)
    picklist = catalog.picklists.get(str(options.get("of", "")))
    if picklist is not None and "choices" not in options:
        options["choices"] = picklist.choices
        options["parent_picklist"] = picklist.parent
    if targets:
        options["targets"] = targets
        options["target_ids"] = {name: catalog.entity(name).id or name for name in targets}
        options["target_tree"] = any(
            types.of(each).tree
            for name in targets
            for each in catalog.entity(name).fields.values()
        )
    return replace(field, options=options)
