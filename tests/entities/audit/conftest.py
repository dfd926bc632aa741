"""A store with the platform's tables, and hands that get past its guards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from installation import make_platform_tables
from sqlalchemy import text

from cardwright_entities.store.doors import Store

TABLES = ("cw_audit", "cw_audit_seal", "cw_audit_anchor")


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    make_platform_tables(store_url)
    opened = Store(store_url, statement_timeout=60)
    yield opened
    opened.close()


@pytest.fixture
def tamper(store_url: str):
    """Return what changes the database as somebody does who holds all its keys."""

    def run(*statements: str) -> None:
        store = Store(store_url, statement_timeout=60)
        with store.engine.begin() as connection:
            for table in TABLES:
                if store.dialect == "postgresql":
                    connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
                else:
                    for deed in ("stays", "goes"):
                        connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_{deed}"))
            for statement in statements:
                connection.execute(text(statement))
        store.close()

    return run
