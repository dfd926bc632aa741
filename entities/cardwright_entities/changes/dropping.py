"""The steps that drop what purged fields and entities leave: columns, tables of links, all tables.

They contract: done once the new definitions are in use, and nobody goes by those in which the
field still lived.
"""

from __future__ import annotations

from collections.abc import Iterator

from cardwright_entities.changes.statements import drop_search
from cardwright_entities.changes.steps import Step
from cardwright_entities.changes.tables import SORT_SUFFIX, EntityTables


def drop_fields(before: EntityTables, after: EntityTables, there: frozenset[str]) -> Iterator[Step]:
    """Yield what drops the columns of fields that the wanted definition does not keep."""
    living = {field.id for field in after.definition.fields.values()}
    address = f"entity/{after.definition.name}"
    table = before.table.name
    for field in before.definition.fields.values():
        if field.id in living:
            continue
        own = [column.name for column in before.fields.get(field.name, ())]
        # The sort key of a former type stands beside it.
        for column in [*own, *(name + SORT_SUFFIX for name in own[:1])]:
            if column in there:
                yield _drop_column(address, before, column)
        links = before.links.get(field.name)
        if links is not None:
            drop = f'DROP TABLE IF EXISTS "{links.name}"'
            yield _step("drop_table", address, links.name, drop)
        if before.closure is not None and after.closure is None and before.closure.name != table:
            drop = f'DROP TABLE IF EXISTS "{before.closure.name}"'
            yield _step("drop_table", address, before.closure.name, drop)


def drop_entity(tables: EntityTables) -> Iterator[Step]:
    """Yield what drops all tables of an entity."""
    address = f"entity/{tables.definition.name}"
    if tables.dialect == "sqlite" and tables.definition.search:
        yield Step(
            kind="drop_search",
            target=address,
            name=tables.table.name,
            phase="contract",
            statements=tuple(drop_search(tables.table.name)),
        )
    for table in reversed(tables.all()):
        # What points here goes in the same plan, or the plan is refused.
        way = " CASCADE" if tables.dialect == "postgresql" else ""
        yield _step("drop_table", address, table.name, f'DROP TABLE IF EXISTS "{table.name}"{way}')


def _drop_column(address: str, tables: EntityTables, column: str) -> Step:
    table = tables.table.name
    pointing = {each.column for each in tables.references if each.table == table}
    if tables.dialect == "sqlite" and column in pointing:
        # SQLite drops no column that points to a table: it stays, empty.
        statement = f'UPDATE "{table}" SET "{column}" = NULL WHERE "{column}" IS NOT NULL'
    else:
        cautious = " IF EXISTS" if tables.dialect == "postgresql" else ""
        statement = f'ALTER TABLE "{table}" DROP COLUMN{cautious} "{column}"'
    return _step("drop_column", address, f"{table}.{column}", statement)


def _step(kind: str, address: str, name: str, statement: str) -> Step:
    return Step(kind=kind, target=address, name=name, phase="contract", statements=(statement,))
