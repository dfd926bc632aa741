"""The steps that move a field's values to a new column while others go on writing the former one.

A trigger notes every record whose former value is written meanwhile. It is dropped once nobody
writes by the former definitions any more.
"""

from __future__ import annotations

from collections.abc import Iterator

from cardwright_entities.changes.retyping import Move
from cardwright_entities.changes.steps import Step
from cardwright_entities.changes.tables import EntityTables


def conversion_steps(tables: EntityTables, move: Move, rejects: str) -> Iterator[Step]:
    """Yield watch, convert and unwatch of one field; its new column is there already."""
    address = f"entity/{tables.definition.name}#fields.{move.field}"
    table = tables.table.name
    target = f"{table}.{tables.fields[move.field][0].name}"
    columns = [column.name for column in tables.fields[move.kept]]
    make = _watch_sqlite if tables.dialect == "sqlite" else _watch_postgresql
    drop = _unwatch(target, table, tables.dialect)
    gone = f"DELETE FROM cw_conversion_row WHERE target = '{target}'"
    yield Step(
        kind="watch",
        target=address,
        name=target,
        statements=make(target, table, columns),
        undo=(*drop, gone),
    )
    conversion = {"field": move.field, "kept": move.kept, "former": move.former, "rejects": rejects}
    yield Step(
        kind="convert",
        target=address,
        name=target,
        fills="convert",
        conversion=conversion,
    )
    yield Step(
        kind="unwatch", target=address, name=target, phase="contract", statements=(*drop, gone)
    )


def _watch_sqlite(target: str, table: str, columns: list[str]) -> tuple[str, ...]:
    name = _trigger(target)
    note = f"INSERT INTO cw_conversion_row (target, record) VALUES ('{target}', new.\"id\");"
    held = ", ".join(f'"{column}"' for column in columns)
    return (
        f'CREATE TRIGGER "{name}_i" AFTER INSERT ON "{table}" '
        f'WHEN new."{columns[0]}" IS NOT NULL BEGIN {note} END',
        f'CREATE TRIGGER "{name}_u" AFTER UPDATE OF {held} ON "{table}" BEGIN {note} END',
    )


def _watch_postgresql(target: str, table: str, columns: list[str]) -> tuple[str, ...]:
    name = _trigger(target)
    note = f"INSERT INTO cw_conversion_row (target, record) VALUES ('{target}', NEW.\"id\")"
    held = ", ".join(f'"{column}"' for column in columns)
    return (
        f'CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS '
        f"$$BEGIN {note}; RETURN NULL; END$$",
        f'CREATE TRIGGER "{name}" AFTER INSERT OR UPDATE OF {held} ON "{table}" '
        f'FOR EACH ROW EXECUTE FUNCTION "{name}"()',
    )


def _unwatch(target: str, table: str, dialect: str) -> tuple[str, ...]:
    name = _trigger(target)
    if dialect == "sqlite":
        return tuple(f'DROP TRIGGER IF EXISTS "{name}_{end}"' for end in "iu")
    return (
        f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"',
        f'DROP FUNCTION IF EXISTS "{name}"()',
    )


def _trigger(target: str) -> str:
    table, _, column = target.partition(".")
    return f"w_{table[2:][:28]}_{column}"
