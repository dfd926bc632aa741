"""Entity definitions → the tables of an entity: records, n:m links, the closure of a tree."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import BigInteger, Column, Identity, Integer, MetaData, Table, Text

from cardwright_entities.field_types.base import FieldType
from cardwright_entities.store.column_types import Tokens
from cardwright_entities.store.driver_errors import UniqueViolation
from cardwright_metadata.definitions.entities import (
    EntityDefinition,
    FieldDefinition,
    UniqueDefinition,
)

#: Column of the search tokens; written by the gate for every searched field.
TOKENS = "search_tokens"
#: What a sort key's column adds to the name of its field's column.
SORT_SUFFIX = "_sort"
#: What a rule of duplicates adds to its name: the column of the key that its records share.
DUPLICATE_SUFFIX = "_dup"
#: System links that hold an account's number, which need not be a record.
_ACCOUNTS = frozenset({"created_by", "changed_by"})


class TypesOfFields(Protocol):
    """The field types of an installation."""

    def of(self, field: FieldDefinition) -> FieldType:
        """Return the type of a field."""
        ...


class Definitions(Protocol):
    """What tables need of a catalog."""

    def entity(self, name: str) -> EntityDefinition:
        """Return a definition by name."""
        ...

    def targets(self, entity: str, field: str) -> tuple[str, ...]:
        """Return the entities that a field may point to."""
        ...


@dataclass(frozen=True)
class Reference:
    """A foreign key: a column whose values are ids in another table."""

    table: str
    column: str
    target: str


@dataclass(frozen=True, eq=False)
class EntityTables:
    """The tables of one entity as SQLAlchemy objects; independent of all other entities'."""

    definition: EntityDefinition
    dialect: str
    table: Table
    fields: Mapping[str, tuple[Column[Any], ...]]  #: stored field → its columns
    sort_columns: Mapping[str, Column[Any]]  #: field → column of its stored sort key
    duplicate_columns: Mapping[str, Column[Any]]  #: rule of duplicates → column of its key
    links: Mapping[str, Table]  #: n:m field → table of (source, target)
    closure: Table | None  #: of a tree: (ancestor, descendant, depth), itself at depth 0 included
    references: tuple[Reference, ...]
    uniques: tuple[UniqueDefinition, ...]  #: what occurs once: fields, series, unions of fields

    def all(self) -> tuple[Table, ...]:
        """Return the tables in the order in which they can be created."""
        closures = () if self.closure is None else (self.closure,)
        return (self.table, *self.links.values(), *closures)

    def unique_columns(self, unique: UniqueDefinition) -> tuple[str, ...]:
        """Return the physical columns that together occur once."""
        return tuple(column.name for name in unique.fields for column in self.fields[name])

    def unique_prefix(self, unique: UniqueDefinition) -> str:
        """Return how the name of its index begins; the same columns, the same beginning."""
        columns = "|".join(self.unique_columns(unique))
        digest = hashlib.sha256(columns.encode()).hexdigest()[:6]
        return f"u_{self.table.name[2:]}_{digest}_"

    def violated(self, violation: UniqueViolation) -> tuple[str, ...]:
        """Return the fields whose values are taken together; none if another table's are."""
        for unique in self.uniques:
            if violation.constraint.startswith(self.unique_prefix(unique)):
                return unique.fields
            if (violation.table, violation.columns) == (
                self.table.name,
                self.unique_columns(unique),
            ):
                return unique.fields
        return ()


def build_tables(
    definition: EntityDefinition, catalog: Definitions, types: TypesOfFields, dialect: str
) -> EntityTables:
    """Build the tables of an entity; names not yet assigned are the API names."""
    work = _Building(definition, catalog, types)
    # What every statement looks at stands first: a row is read from its beginning.
    for field in sorted(definition.fields.values(), key=lambda each: not each.system):
        work.add(field)
    return work.finish(dialect)


def fields_with_sort_key(definition: EntityDefinition, types: TypesOfFields) -> frozenset[str]:
    """Return the text fields that people sort by: title, ``sort: true``, columns of lists."""
    shown = {definition.title}
    shown.update(column.path for column in definition.list.columns)
    shown.update(key.path for key in definition.list.sort)
    for query in definition.queries.values():
        shown.update(key.path for key in query.sort)
    return frozenset(_sorted_among(definition, types, shown))


def base_column(columns: Sequence[Column[Any]]) -> Column[Any] | None:
    """Return what of a field's columns holds an amount in the base currency, None for no money."""
    return next((each for each in columns[1:] if each.name.endswith("_base")), None)


def closure_name(table: str) -> str:
    """Return the name of the closure table of a tree's table."""
    return "t_" + table.removeprefix("e_")


class _Building:
    """Gathers columns, further tables and foreign keys, field by field."""

    def __init__(
        self, definition: EntityDefinition, catalog: Definitions, types: TypesOfFields
    ) -> None:
        self.definition = definition
        self.catalog = catalog
        self.types = types
        self.metadata = MetaData()
        self.name = definition.table or definition.name
        self.with_sort_key = fields_with_sort_key(definition, types)
        self.columns: list[Column[Any]] = [_id_column()]
        self.fields: dict[str, tuple[Column[Any], ...]] = {"id": (self.columns[0],)}
        self.sort_columns: dict[str, Column[Any]] = {}
        self.links: dict[str, Table] = {}
        self.closure: Table | None = None
        self.references: list[Reference] = []
        self.uniques: list[UniqueDefinition] = []

    def add(self, field: FieldDefinition) -> None:
        """Take a field in."""
        if field.system and field.name == "id":
            return
        field_type = self.types.of(field)
        if field_type.relation == "many":
            table = _links_table(field.column or field.name, self.metadata)
            self.links[field.name] = table
            self.references += _link_references(self.definition, field, self.catalog, table)
            return
        own = _columns(field, field_type)
        if own:
            self._add_columns(field, field_type, own)
        if field_type.tree and self.closure is None:
            self.closure = _closure_table(self.name, self.metadata)
            self.references += [
                Reference(self.closure.name, side, self.name) for side in ("ancestor", "descendant")
            ]

    def finish(self, dialect: str) -> EntityTables:
        """Return what was gathered."""
        together = self.definition.unique.values()
        self.uniques += [each for each in together if set(each.fields) <= set(self.fields)]
        keys: dict[str, Column[Any]] = {
            name: Column(name + DUPLICATE_SUFFIX, Text()) for name in self.definition.duplicates
        }
        columns = [*self.columns, *keys.values(), Column(TOKENS, Tokens())]
        return EntityTables(
            definition=self.definition,
            dialect=dialect,
            table=Table(self.name, self.metadata, *columns, sqlite_autoincrement=True),
            fields=self.fields,
            sort_columns=self.sort_columns,
            duplicate_columns=keys,
            links=self.links,
            closure=self.closure,
            references=tuple(self.references),
            uniques=tuple(self.uniques),
        )

    def _add_columns(
        self, field: FieldDefinition, field_type: FieldType, own: tuple[Column[Any], ...]
    ) -> None:
        self.fields[field.name] = own
        self.columns += own
        self.references += _references(self.definition, field, field_type, self.catalog, own)
        if not field.retired and (field.unique or field_type.computed == "serial"):
            self.uniques.append(UniqueDefinition(name=field.name, fields=(field.name,)))
        if field.name in self.with_sort_key:
            key: Column[Any] = Column(own[0].name + SORT_SUFFIX, Text())
            self.sort_columns[field.name] = key
            self.columns.append(key)


def _sorted_among(
    definition: EntityDefinition, types: TypesOfFields, shown: set[str]
) -> Iterator[str]:
    for field in definition.fields.values():
        field_type = types.of(field)
        if not field_type.folded_sort or not (field.sort or field.name in shown):
            continue
        if field_type.columns(field):
            yield field.name


def _id_column() -> Column[Any]:
    wide = BigInteger().with_variant(Integer(), "sqlite")
    return Column("id", wide, Identity(always=True), primary_key=True)


def _columns(field: FieldDefinition, field_type: FieldType) -> tuple[Column[Any], ...]:
    name = field.column or field.name
    return tuple(Column(name + spec.suffix, spec.type) for spec in field_type.columns(field))


def _links_table(name: str, metadata: MetaData) -> Table:
    return Table(
        name,
        metadata,
        Column("source", BigInteger, primary_key=True, autoincrement=False),
        Column("target", BigInteger, primary_key=True, autoincrement=False),
    )


def _closure_table(name: str, metadata: MetaData) -> Table:
    return Table(
        closure_name(name),
        metadata,
        Column("ancestor", BigInteger, primary_key=True, autoincrement=False),
        Column("descendant", BigInteger, primary_key=True, autoincrement=False),
        Column("depth", Integer, nullable=False),
    )


def _references(
    definition: EntityDefinition,
    field: FieldDefinition,
    field_type: FieldType,
    catalog: Definitions,
    columns: tuple[Column[Any], ...],
) -> list[Reference]:
    if field_type.relation != "one" or (field.system and field.name in _ACCOUNTS):
        return []
    targets = catalog.targets(definition.name, field.name)
    if len(targets) != 1:
        return []
    table = definition.table or definition.name
    return [Reference(table, columns[0].name, _table_name(catalog, targets[0]))]


def _link_references(
    definition: EntityDefinition, field: FieldDefinition, catalog: Definitions, table: Table
) -> list[Reference]:
    found = [Reference(table.name, "source", definition.table or definition.name)]
    targets = catalog.targets(definition.name, field.name)
    if len(targets) == 1:
        found.append(Reference(table.name, "target", _table_name(catalog, targets[0])))
    return found


def _table_name(catalog: Definitions, entity: str) -> str:
    definition = catalog.entity(entity)
    return definition.table or definition.name
