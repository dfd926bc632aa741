"""The active catalog beside the wanted one → the steps from here to there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import Column, Table

from cardwright_entities.changes.dropping import drop_entity, drop_fields
from cardwright_entities.changes.indexes import IndexSpec, build_indexes
from cardwright_entities.changes.partial import Predicates
from cardwright_entities.changes.retyping import Move
from cardwright_entities.changes.statements import (
    add_column,
    add_reference,
    column_type,
    create_entity,
    create_search,
    create_table,
    drop_reference,
    drop_search,
    rebuild_search,
    search_name,
    validate_reference,
)
from cardwright_entities.changes.steps import Step
from cardwright_entities.changes.stored_keys import searched_fields
from cardwright_entities.changes.tables import (
    Definitions,
    EntityTables,
    Reference,
    TypesOfFields,
    build_tables,
)
from cardwright_entities.changes.watching import conversion_steps
from cardwright_entities.errors import Message, PlanError
from cardwright_metadata.definitions.entities import EntityDefinition


@dataclass(frozen=True)
class Side:
    """One of the two catalogs: its definitions by entity id, for looking up tables."""

    catalog: Definitions
    entities: Mapping[str, EntityDefinition]


class Differences:
    """Compares two catalogs whose definitions carry identities and gathers the steps."""

    def __init__(
        self,
        base: Side,
        wanted: Side,
        types: TypesOfFields,
        predicates: Predicates,
        dialect: str,
        actual: Mapping[str, frozenset[str]],
        moves: Mapping[str, Move],
        rejects: str,
    ) -> None:
        self.moves = moves
        self.rejects = rejects  # what becomes of values that do not convert: refuse or empty
        self.actual = actual  # columns that the database has, those of former fields too
        self.base = base
        self.wanted = wanted
        self.types = types
        self.predicates = predicates
        self.dialect = dialect
        self.new_uniques: list[tuple[str, IndexSpec]] = []  #: on tables that may hold records

    @cached_property
    def existing(self) -> frozenset[str]:
        """The tables that there are."""
        return frozenset(
            table.name
            for definition in self.base.entities.values()
            for table in self._tables(self.base, definition).all()
        )

    def steps(self) -> tuple[Step, ...]:
        """Return the working steps in the order in which they can be done."""
        made: list[Step] = []
        later: list[tuple[str, Reference]] = []
        known = self.existing
        for identifier, definition in self.wanted.entities.items():
            if identifier in self.base.entities:
                continue
            tables = self._tables(self.wanted, definition)
            step, left = self._create_entity(tables, known)
            made.append(step)
            later += [(step.target, reference) for reference in left]
            known |= {table.name for table in tables.all()}
        made += [self._reference(target, reference) for target, reference in later]
        for identifier, definition in self.wanted.entities.items():
            if identifier in self.base.entities:
                made += self._change_entity(self.base.entities[identifier], definition)
        for identifier, definition in self.base.entities.items():
            if identifier not in self.wanted.entities:
                made += drop_entity(self._tables(self.base, definition))
        # Contracting waits until the new catalog is in use.
        return tuple(sorted(made, key=lambda step: step.phase == "contract"))

    def table_of(self, target: str) -> str:
        """Return the table of an entity by its address, empty for what has none.

        Of a purged one it is the former one.
        """
        name = target.partition("/")[2]
        there = {each.name: each for each in self.base.entities.values()}
        there |= {each.name: each for each in self.wanted.entities.values()}
        definition = there.get(name) if target.startswith("entity/") else None
        return definition.table or definition.name if definition is not None else ""

    def _tables(self, side: Side, definition: EntityDefinition) -> EntityTables:
        return build_tables(definition, side.catalog, self.types, self.dialect)

    # -- new entities ------------------------------------------------------------------------

    def _create_entity(
        self, tables: EntityTables, known: frozenset[str]
    ) -> tuple[Step, tuple[Reference, ...]]:
        statements, later = create_entity(tables, known)
        # Nobody uses the table yet: its indexes are made with it.
        statements += [spec.statement() for spec in build_indexes(tables, self.predicates)]
        step = Step(
            kind="create_table",
            target=_address(tables.definition),
            name=tables.table.name,
            statements=tuple(statements),
            undo=self._drop_tables(*tables.all()),
        )
        return step, later

    def _reference(self, target: str, reference: Reference) -> Step:
        return Step(
            kind="add_reference",
            target=target,
            name=f"{reference.table}.{reference.column}",
            statements=(*add_reference(reference), validate_reference(reference)),
            undo=(drop_reference(reference),),
        )

    # -- entities that are there ---------------------------------------------------------------

    def _change_entity(self, old: EntityDefinition, new: EntityDefinition) -> Iterator[Step]:
        before, after = self._tables(self.base, old), self._tables(self.wanted, new)
        self._refuse_type_changes(before, after)
        yield from self._columns(before, after)
        yield from self._conversions(after)
        yield from self._further_tables(before, after)
        yield from self._search(before, after)
        yield from self._fills(before, after)
        yield from self._indexes(before, after)
        there = self.actual.get(before.table.name, frozenset())
        yield from drop_fields(before, after, there)

    def _columns(self, before: EntityTables, after: EntityTables) -> Iterator[Step]:
        own = after.table.name
        references = {each.column: each for each in after.references if each.table == own}
        there = self.actual.get(own, frozenset()) | set(before.table.c.keys())
        for column in after.table.c:
            if column.name in there:
                continue
            reference = references.get(column.name)
            yield Step(
                kind="add_column",
                target=_address(after.definition),
                name=f"{own}.{column.name}",
                statements=tuple(add_column(own, column, self.dialect, reference)),
                undo=self._drop_column(own, column.name),
            )
            if reference is not None and self.dialect == "postgresql":
                yield Step(
                    kind="add_reference",
                    target=_address(after.definition),
                    name=f"{reference.table}.{reference.column}",
                    statements=(validate_reference(reference),),
                )

    def _conversions(self, after: EntityTables) -> Iterator[Step]:
        for field in after.definition.fields.values():
            move = self.moves.get(field.id)
            if move is not None:
                yield from conversion_steps(after, move, self.rejects)

    def _further_tables(self, before: EntityTables, after: EntityTables) -> Iterator[Step]:
        there = {table.name for table in before.all()}
        for table in after.all():
            if table.name in there:
                continue
            own = [each for each in after.references if each.table == table.name]
            statements = [create_table(table, own, self.dialect)]
            if table is after.closure:
                statements.append(_fill_closure(table, after.table))
            yield Step(
                kind="create_table",
                target=_address(after.definition),
                name=table.name,
                statements=tuple(statements),
                undo=self._drop_tables(table),
            )

    def _search(self, before: EntityTables, after: EntityTables) -> Iterator[Step]:
        if self.dialect != "sqlite":
            return
        had, has = bool(before.definition.search), bool(after.definition.search)
        step = Step(
            kind="create_search",
            target=_address(after.definition),
            name=search_name(after.table.name),
        )
        if has and not had:
            made = (*create_search(after), rebuild_search(after.table.name))
            yield replace(step, statements=made, undo=tuple(drop_search(after.table.name)))
        if had and not has:
            gone = tuple(drop_search(after.table.name))
            yield replace(step, kind="drop_search", phase="contract", statements=gone)

    def _fills(self, before: EntityTables, after: EntityTables) -> Iterator[Step]:
        address = _address(after.definition)
        new_keys = [
            field
            for field, column in after.sort_columns.items()
            if column.name not in before.table.c and self._has_values(before, after, field)
        ]
        if new_keys:
            yield from _fill_twice(address, "sort", ",".join(new_keys))
        had = {field.id for field in searched_fields(before.definition, self.types)}
        searched = searched_fields(after.definition, self.types)
        if any(
            (field.id not in had or field.id in self.moves)
            and self._has_values(before, after, field.name)
            for field in searched
        ):
            yield from _fill_twice(address, "search", "")

        rules = ",".join(self._new_rules(before, after))
        if rules:
            yield from _fill_twice(address, "duplicates", rules)

    def _new_rules(self, before: EntityTables, after: EntityTables) -> Iterator[str]:
        """Yield the rules of duplicates whose keys are not those of the records that are there."""

        def meaning(tables: EntityTables, name: str) -> object:
            rule = tables.definition.duplicates.get(name)
            if rule is None:
                return None
            fields = tables.definition.fields
            return [fields[each].id for each in rule.match], sorted(rule.ignore)

        for name, rule in after.definition.duplicates.items():
            fields = [after.definition.fields[each] for each in rule.match]
            kept = meaning(before, name) == meaning(after, name)
            if not kept or any(field.id in self.moves for field in fields):
                yield name

    def _has_values(self, before: EntityTables, after: EntityTables, field: str) -> bool:
        if after.definition.fields[field].id in self.moves:
            return True
        return any(column.name in before.table.c for column in after.fields.get(field, ()))

    def _indexes(self, before: EntityTables, after: EntityTables) -> Iterator[Step]:
        old = {spec.name: spec for spec in build_indexes(before, self.predicates)}
        new = {spec.name: spec for spec in build_indexes(after, self.predicates)}
        for name, spec in new.items():
            if name not in old:
                if spec.unique:
                    self.new_uniques.append((_address(after.definition), spec))
                yield self._create_index(after, spec)
        for name in old:
            if name not in new:
                yield Step(
                    kind="drop_index",
                    target=_address(after.definition),
                    name=name,
                    phase="contract",
                    statements=(f'DROP INDEX IF EXISTS "{name}"',),
                )

    def _create_index(self, tables: EntityTables, spec: IndexSpec) -> Step:
        concurrent = self.dialect == "postgresql"
        return Step(
            kind="create_index",
            target=_address(tables.definition),
            name=spec.name,
            statements=(spec.statement(concurrently=concurrent),),
            undo=(f'DROP INDEX IF EXISTS "{spec.name}"',),
            concurrent=concurrent,
        )

    def _refuse_type_changes(self, before: EntityTables, after: EntityTables) -> None:
        fields = {field.id: field for field in before.definition.fields.values()}
        for field in after.definition.fields.values():
            old = fields.get(field.id)
            if old is None or field.id in self.moves:
                continue
            if old.type == field.type and old.options == field.options:
                continue
            if not self._keeps_columns(before, after, old.name, field.name):
                raise PlanError(
                    Message.of(
                        "type_change",
                        entity=after.definition.name,
                        field=field.name,
                        old=old.type,
                        new=field.type,
                    ),
                    stale=False,
                )

    def _keeps_columns(self, before: EntityTables, after: EntityTables, old: str, new: str) -> bool:
        if (old in before.links) != (new in after.links):
            return False
        had = before.fields.get(old, ())
        has = {column.name: column for column in after.fields.get(new, ())}
        # A virtual field may become stored, and a stored one may stop to be: its column stays.
        if not had or not has:
            return True
        return all(
            column.name in has and self._type(column) == self._type(has[column.name])
            for column in had
        )

    # SQLite cannot drop a column that points to a table, and a table that columns point to must
    # stay: there both are left behind, empty, under names that are not given again.

    def _drop_tables(self, *tables: Table) -> tuple[str, ...]:
        dropped = [
            table.name
            for table in reversed(tables)
            if self.dialect == "postgresql" or not table.name.startswith("e_")
        ]
        return tuple(f'DROP TABLE IF EXISTS "{name}"' for name in dropped)

    def _drop_column(self, table: str, column: str) -> tuple[str, ...]:
        if self.dialect == "sqlite":
            return ()
        return (f'ALTER TABLE "{table}" DROP COLUMN IF EXISTS "{column}"',)

    def _type(self, column: Column[Any]) -> str:
        return column_type(column, self.dialect)


def _fill_twice(address: str, fills: str, name: str) -> Iterator[Step]:
    """Fill before publishing and again after it: meanwhile others wrote by the old catalog."""
    yield Step(kind="fill", target=address, name=name, fills=fills)
    yield Step(kind="fill", target=address, name=name, fills=fills, phase="contract")


def _fill_closure(closure: Table, table: Table) -> str:
    return (
        f'INSERT INTO "{closure.name}" ("ancestor", "descendant", "depth") '
        f'SELECT "id", "id", 0 FROM "{table.name}"'
    )


def _address(definition: EntityDefinition) -> str:
    return f"entity/{definition.name}"
