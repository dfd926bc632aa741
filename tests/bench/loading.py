"""Fill both sides with the same customers: COPY, the way nobody waits for."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.company import FIELDS, customers
from installation import Installation, build_installation, open_installation

from cardwright_entities.contexts import Context
from cardwright_entities.records.loading import to_cells
from cardwright_entities.records.writing import tokens_of

_HERE = Path(__file__).parent
PACK, ALONE, RULED = (_HERE / name for name in ("pack", "alone", "ruled"))
LOADED_AT = datetime(2026, 1, 1, tzinfo=UTC)
_PART = 10_000

BY_HAND = """
create table by_hand (
  id bigint generated always as identity primary key, code text not null unique, name text not null,
  name_en text, industry text, region bigint, level text, phone text, email text, website text,
  street text, postcode text, contact text, revenue numeric(18,2), discount numeric(18,6),
  staff bigint, founded date, seen_at timestamptz, is_key boolean, source text, note text,
  modified_at timestamptz not null);
"""
BY_HAND_INDEXES = """
create index on by_hand (modified_at, id);
create index on by_hand (industry);
create index on by_hand (region);
create index on by_hand (level);
"""


def build(url: str, beside: Path = ALONE) -> Installation:
    """Return an installation of the bench pack and another one, with its regions."""
    installation = build_installation(url, PACK, beside)
    with installation.engine.write(installation.system()) as desk:
        regions = [{"code": f"R{n}", "name": f"大区 {n}"} for n in range(1, 11)]
        desk.records.create_many("region", regions)
    return installation


def fill_postgresql(url: str, plain_url: str, number: int) -> None:
    """Copy customers into our table and into the one by hand, then build its indexes."""
    with psycopg.connect(plain_url, autocommit=True) as connection:
        connection.execute(BY_HAND)
        put_aside = _put_indexes_aside(connection, "e_customer")
    parts = [
        (url, plain_url, start, min(_PART, number - start + 1))
        for start in range(1, number + 1, _PART)
    ]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(_copy_part, parts))
    with psycopg.connect(plain_url, autocommit=True) as connection:
        for statement in (*BY_HAND_INDEXES.strip().splitlines(), *put_aside):
            connection.execute(statement)
        connection.execute("vacuum analyze")


def _put_indexes_aside(connection: psycopg.Connection[Any], table: str) -> list[str]:
    """Drop a table's indexes but its key; return the statements that make them again."""
    found = connection.execute(
        "select indexname, indexdef from pg_indexes where tablename = %s", [table]
    ).fetchall()
    kept = [(name, statement) for name, statement in found if not name.endswith("_pkey")]
    for name, _ in kept:
        connection.execute(f'drop index "{name}"')
    return [statement for _, statement in kept]


def fill_sqlite(installation: Installation, number: int) -> None:
    """Insert customers with the statement that a bulk create uses."""
    for start in range(1, number + 1, _PART):
        names, rows = rows_of(installation, start, min(_PART, number - start + 1))
        with installation.store.write(installation.system(), timeout=600) as session:
            table = _model(installation).table
            session.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in rows])


def _copy_part(part: tuple[str, str, int, int]) -> None:
    url, plain_url, start, number = part
    installation = _installation(url)
    names, rows = rows_of(installation, start, number)
    with psycopg.connect(plain_url) as connection, connection.cursor() as cursor:
        table = _model(installation).table.name
        quoted = ", ".join(f'"{name}"' for name in names)
        with cursor.copy(f'copy "{table}" ({quoted}) from stdin') as copy:
            for row in rows:
                copy.write_row(_plain(row))
        own = ", ".join(FIELDS)
        with cursor.copy(f"copy by_hand ({own}, modified_at) from stdin") as copy:
            for index, each in enumerate(customers(number, start)):
                moment = LOADED_AT + timedelta(seconds=start + index)
                copy.write_row([*(each[name] for name in FIELDS), moment])


def rows_of(
    installation: Installation, start: int, number: int
) -> tuple[list[str], list[list[Any]]]:
    """Return the columns and cells of customers as the gate would write them."""
    entity = _model(installation)
    context = installation.system()
    names: list[str] = []
    rows: list[list[Any]] = []
    for index, each in enumerate(customers(number, start)):
        row = _row(entity, context, each, LOADED_AT + timedelta(seconds=start + index))
        names = names or list(row)
        rows.append([row[name] for name in names])
    return names, rows


def _row(entity: Any, context: Context, given: dict[str, Any], moment: datetime) -> dict[str, Any]:
    values = {name: entity.fields[name].parse(value, context) for name, value in given.items()}
    values["active"] = True
    row = to_cells(entity, values)
    for name, value in values.items():
        found = entity.fields[name]
        if found.sort_column is not None:
            row[found.sort_column.name] = found.type.sort_text(value, found.definition)
    row |= {"version": 1, "created_at": moment, "changed_at": moment}
    row["search_tokens"] = tokens_of(entity, values)
    return row


_OPEN: dict[str, Installation] = {}


def _installation(url: str) -> Installation:
    if url not in _OPEN:
        _OPEN[url] = open_installation(url)
    return _OPEN[url]


def _model(installation: Installation) -> Any:
    with installation.engine.read(installation.system()) as desk:
        return desk.model.entity("customer")


def _plain(row: Iterable[Any]) -> Sequence[Any]:
    return [list(each) if isinstance(each, tuple) else each for each in row]
