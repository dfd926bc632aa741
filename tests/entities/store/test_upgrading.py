"""The platform's tables: what the revisions make is what the code declares, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select, text

from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.errors import UnavailableError
from cardwright_entities.store import upgrading
from cardwright_entities.store.doors import Store
from cardwright_entities.store.platform_tables import METADATA, cw_active

CONTEXT = Context(SYSTEM, datetime(2026, 5, 4, 8, 30, tzinfo=UTC))


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = Store(store_url)
    yield opened
    opened.close()


def test_an_upgraded_database_has_the_declared_tables(store: Store) -> None:
    store.upgrade(CONTEXT)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": upgrading.VERSION_TABLE}
        )
        assert compare_metadata(context, METADATA) == []


def test_upgrading_twice_changes_nothing(store: Store) -> None:
    store.upgrade(CONTEXT)
    store.upgrade(CONTEXT)
    with store.read(CONTEXT) as session:
        assert session.rows(select(cw_active.c.number)) == []


def test_a_database_of_a_newer_version_is_refused(store: Store) -> None:
    store.upgrade(CONTEXT)
    with store.write(CONTEXT) as session:
        session.execute(text("UPDATE cw_revision SET version_num = '9999'"))
    with pytest.raises(UnavailableError) as caught:
        store.upgrade(CONTEXT)
    assert caught.value.message.code == "newer_database"


def test_no_revision_rebuilds_tables_in_batch_mode() -> None:
    # On a parent with foreign keys on, batch mode deleted all child lines silently.
    ours = Path(upgrading.__file__).parents[4]
    offenders = [
        path
        for folder in ("entities", "platform", "plugins")
        for path in (ours / folder).rglob("*.py")
        if "batch_alter_table" in path.read_text(encoding="utf-8")
    ]
    assert offenders == []
