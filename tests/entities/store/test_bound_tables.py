"""Rows that come along with a statement arrive in it as they were given, on either engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import BigInteger, Boolean, Date, Integer, Text, select

from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.expressions.sql_types import ExactDecimal
from cardwright_entities.store.bound_tables import table_of
from cardwright_entities.store.doors import Store
from cardwright_entities.store.sessions import AnyRow

COLUMNS = (
    ("n", Integer()),
    ("own", BigInteger()),
    ("price", ExactDecimal()),
    ("name", Text()),
    ("open", Boolean()),
    ("day", Date()),
)
ROWS = (
    (0, 2**40, Decimal("1.10"), 'it\'s "so" {}, \\ 价', True, date(2026, 2, 28)),
    (1, 0, Decimal("-999999999999.999999"), "", False, date(1999, 12, 31)),
)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = Store(store_url)
    yield opened
    opened.close()


def rows(store: Store, *wanted: int) -> list[AnyRow]:
    with store.read(Context(SYSTEM, datetime(2026, 5, 4, tzinfo=UTC))) as session:
        table = table_of(session.connection.dialect, "asked", COLUMNS, ROWS)
        found = select(*table.c).where(table.c.n.in_(wanted)).order_by(table.c.n)
        return session.rows(found)


def test_rows_arrive_as_they_were_given(store: Store) -> None:
    assert [tuple(each) for each in rows(store, 0, 1)] == list(ROWS)


def test_a_statement_chooses_among_them(store: Store) -> None:
    assert [each.own for each in rows(store, 1)] == [0]
