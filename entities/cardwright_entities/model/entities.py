"""One entity ready for work: its definition, its tables, and each field with its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

from sqlalchemy import Column, FromClause, Table

from cardwright_entities.changes.indexes import sorted_columns
from cardwright_entities.changes.stored_keys import TypedField
from cardwright_entities.changes.tables import EntityTables, base_column
from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import ValueType
from cardwright_entities.field_types.base import FieldType
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.model.resolving import resolve_field
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.definitions.entities import (
    DuplicateDefinition,
    EntityDefinition,
    FieldDefinition,
)


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

    @cached_property
    def name(self) -> str:
        """Return the field's API name."""
        return self.definition.name

    @cached_property
    def key(self) -> str:
        """Return by what the platform's own tables know it: its id, which no renaming changes."""
        return self.definition.id or self.definition.name

    @cached_property
    def base_column(self) -> Column[Any] | None:
        """Return the column of an amount in the base currency, None for what is no money."""
        return base_column(self.columns)

    @property
    def is_amount(self) -> bool:
        """Tell whether the value is an amount of money, kept or calculated."""
        return "base" in self.type.parts


class CellPlace(NamedTuple):
    """Where a stored field's cells stand in a row; ``from_row`` None: its value is the cell."""

    name: str
    start: int
    end: int
    from_row: Callable[[Sequence[object], FieldDefinition], object] | None
    definition: FieldDefinition


@dataclass(frozen=True, eq=False)
class EntityModel:
    """One entity: its fields by name in their order, and its tables."""

    definition: EntityDefinition
    tables: EntityTables
    fields: Mapping[str, FieldModel]

    @cached_property
    def name(self) -> str:
        """Return the entity's API name."""
        return self.definition.name

    @cached_property
    def key(self) -> str:
        """Return by what the platform's own tables know it: its id, which no renaming changes."""
        return self.definition.id or self.definition.name

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
    def kept_statements(self) -> dict[tuple[object, ...], object]:
        """Return statements that were made before, by what they depend on."""
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
    def sorted_columns(self) -> frozenset[str]:
        """Return the columns by which an index already has the records in order."""
        return sorted_columns(self.tables)

    @cached_property
    def stored(self) -> tuple[FieldModel, ...]:
        """Return the fields with columns of their own."""
        return tuple(each for each in self.fields.values() if each.columns)

    @cached_property
    def places(self) -> tuple[CellPlace, ...]:
        """Return where each stored field's cells stand in a row of all their columns."""
        ends = list(accumulate(len(each.columns) for each in self.stored))
        return tuple(
            CellPlace(
                each.name,
                end - len(each.columns),
                end,
                None if type(each.type).from_row is FieldType.from_row else each.type.from_row,
                each.definition,
            )
            for each, end in zip(self.stored, ends, strict=True)
        )

    @cached_property
    def suggested(self) -> tuple[FieldModel, ...]:
        """Return the fields that have suggestions."""
        found = (each.definition for each in self.fields.values())
        return tuple(
            self.fields[each.name]
            for each in found
            if each.suggest_first or each.suggestions or each.suggest is not None
        )

    @cached_property
    def filled_in(self) -> frozenset[str]:
        """Return the names of the fields of which the engine notes who set them: he, or it."""
        bound = (name for each in self.definition.solve.values() for name in each.fields)
        return frozenset((*(each.name for each in self.suggested), *bound))

    @cached_property
    def searched(self) -> tuple[TypedField, ...]:
        """Return the fields whose texts leave search tokens in the record."""
        found = (self.fields.get(path) for path in self.definition.search)
        return tuple((each.type, each.definition) for each in found if each and each.columns)

    @cached_property
    def duplicates(self) -> tuple[tuple[DuplicateDefinition, tuple[TypedField, ...]], ...]:
        """Return the rules of duplicates, each with the fields that it looks at."""
        return tuple(
            (
                rule,
                tuple(
                    (self.fields[name].type, self.fields[name].definition) for name in rule.match
                ),
            )
            for rule in self.definition.duplicates.values()
            if all(name in self.fields for name in rule.match)
        )

    @cached_property
    def dependent(self) -> tuple[FieldModel, ...]:
        """Return the picklists whose choices depend on that of another field."""
        found = (each for each in self.fields.values() if each.definition.options.get("depends_on"))
        return tuple(found)

    @cached_property
    def limited(self) -> tuple[FieldModel, ...]:
        """Return the picklists with choices that only some people may choose."""
        return tuple(
            each
            for each in self.fields.values()
            if any(choice.who for choice in each.definition.options.get("choices", {}).values())
        )

    @cached_property
    def tree(self) -> FieldModel | None:
        """Return the field that makes the entity a tree, None when it is none."""
        return next((each for each in self.fields.values() if each.type.tree), None)

    @cached_property
    def spoken(self) -> Mapping[str, FieldModel]:
        """Return the fields that expressions may name: all but secrets."""
        if not any(each.type.write_only for each in self.fields.values()):
            return self.fields
        return {name: each for name, each in self.fields.items() if not each.type.write_only}

    @cached_property
    def by_id(self) -> Mapping[str, FieldModel]:
        """Return the fields by their stable ids."""
        return {each.definition.id: each for each in self.fields.values() if each.definition.id}


def build_entity(
    definition: EntityDefinition, catalog: Catalog, types: FieldTypes, tables: EntityTables
) -> EntityModel:
    """Join a definition with its field types and tables."""
    fields: dict[str, FieldModel] = {}
    entity = EntityModel(definition, tables, fields)
    for name, field in definition.fields.items():
        if not field.retired:
            resolved = resolve_field(definition, field, catalog, types)
            fields[name] = build_field(entity, resolved, types)
    return entity


def build_field(entity: EntityModel, field: FieldDefinition, types: FieldTypes) -> FieldModel:
    """Join a resolved field with its type and its columns in the tables of the entity."""
    field_type = types.of(field)
    columns = tuple(
        entity.table.c[(field.column or field.name) + spec.suffix]
        for spec in field_type.columns(field)
    )
    return FieldModel(
        definition=field,
        type=field_type,
        columns=columns,
        sort_column=entity.tables.sort_columns.get(field.name),
        value_type=field_type.value_type(field),
        targets=field.options.get("targets", ()),
        parse=field_type.parser(field),
    )
