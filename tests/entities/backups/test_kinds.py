"""Values of every kind come back the same, and every declared column has a kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from installation import NOW
from sqlalchemy import LargeBinary, text

from cardwright_entities.backups.kinds import find_kind, kind_of
from cardwright_entities.backups.rows import RowsDigest, parse_lines, read_lines
from cardwright_entities.backups.shapes import TableShape
from cardwright_entities.changes.statements import create_table
from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.store.doors import Store
from cardwright_entities.store.every_table import every_table

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
WHOLE = st.integers(-(2**63), 2**63 - 1)
TOKEN = st.text("abc字09", min_size=1, max_size=5)
#: Numbers in JSON as far as a double tells them apart.
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | WORDS
    | st.floats(-1e15, 1e15, allow_nan=False).map(lambda value: round(value, 6) + 0.0),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
VALUES = {
    "boolean": st.booleans(),
    "date": st.dates(),
    "decimal:0": st.integers(-(10**17), 10**17).map(Decimal),
    "decimal:6": st.integers(-(10**17), 10**17).map(lambda value: Decimal(value).scaleb(-6)),
    "integer": WHOLE,
    "json": JSON.filter(lambda value: value is not None),
    "moment": st.datetimes(timezones=st.just(UTC)),
    "text": WORDS,
    "texts": st.lists(WORDS, max_size=3).map(tuple),
    "time": st.times(),
    "tokens": st.lists(TOKEN, max_size=3).map(tuple),
}
COLUMNS = {f"c{number}": kind for number, kind in enumerate(VALUES)}
SHAPE = TableShape("e_all_kinds", {"id": "integer", **COLUMNS})
ROWS = st.lists(
    st.fixed_dictionaries({name: st.none() | VALUES[kind] for name, kind in COLUMNS.items()}),
    min_size=1,
    max_size=30,
)
CONTEXT = Context(principal=SYSTEM, now=NOW)


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory, postgresql_module_url: str
) -> Iterator[tuple[Store, Store]]:
    """The table on a SQLite file and on a server."""
    folder: Path = tmp_path_factory.mktemp("both")
    stores = (Store(f"sqlite:///{folder / 'store.sqlite'}"), Store(postgresql_module_url))
    for store in stores:
        with store.write(CONTEXT) as session:
            session.execute(text(create_table(SHAPE.table, (), store.dialect)))
    yield stores
    for store in stores:
        store.close()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS)
def test_rows_travel_between_engines_and_back_without_a_difference(
    both: tuple[Store, Store], rows: list[dict[str, object]]
) -> None:
    lite, server = both
    numbered = [{"id": number, **row} for number, row in enumerate(rows, 1)]
    first = written_and_read(lite, numbered)
    second = written_and_read(server, list(parse_lines(SHAPE, iter(first))))
    third = written_and_read(lite, list(parse_lines(SHAPE, iter(reversed(second)))))
    assert digest(first) == digest(second) == digest(third)
    assert sorted(first) == sorted(third)


def written_and_read(store: Store, rows: list[dict[str, object]]) -> list[bytes]:
    with store.write(CONTEXT) as session:
        session.execute(text("DELETE FROM e_all_kinds"))
        session.insert_many(SHAPE.table, rows)
    with store.read(CONTEXT) as session:
        return list(read_lines(session, SHAPE))


def digest(lines: list[bytes]) -> tuple[int, str]:
    found = RowsDigest()
    for line in lines:
        found.add(line)
    return found.rows, found.hexadecimal()


def test_every_column_of_the_platform_has_a_kind() -> None:
    for table in every_table().values():
        for column in table.columns:
            find_kind(kind_of(column.type))


def test_a_column_that_no_backup_carries_is_not_passed_over() -> None:
    with pytest.raises(TypeError):
        kind_of(LargeBinary())


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("integer", True), ("integer", "1"), ("integer", 2**63), ("text", 1), ("boolean", 1),
        ("decimal:2", 1.5), ("decimal:2", "1e5"), ("date", "x"), ("moment", "2026-01-01T00:00:00"),
        ("texts", "ab"), ("texts", [1]), ("time", "25:00"),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused(kind: str, value: object) -> None:
    with pytest.raises(ValueError, match="."):
        find_kind(kind).read(value)


@pytest.mark.parametrize("kind", ["", "decimal:19", "decimal:-1", "decimal:", "bytes"])
def test_a_kind_that_does_not_exist_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="."):
        find_kind(kind)
