from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, func, insert, select, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import StatementError

from cardwright_entities.store.column_types import (
    JsonDocument,
    Scaled,
    Texts,
    Tokens,
    UtcDateTime,
)

TABLE = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("price", Scaled(2)),
    Column("at", UtcDateTime()),
    Column("hues", Texts()),
    Column("tokens", Tokens()),
    Column("body", JsonDocument()),
)


@pytest.fixture
def engine() -> Engine:
    made = create_engine("sqlite://")
    TABLE.metadata.create_all(made)
    return made


def stored(engine: Engine, **values: Any) -> Any:
    with engine.begin() as connection:
        connection.execute(insert(TABLE).values(**values))
        return connection.execute(select(TABLE)).one()


def test_a_decimal_comes_back_exactly(engine: Engine) -> None:
    assert stored(engine, price=Decimal("9999999999999999.99")).price == Decimal(
        "9999999999999999.99"
    )


def test_a_decimal_is_an_integer_inside_so_that_sums_are_exact(engine: Engine) -> None:
    stored(engine, price=Decimal("0.10"))
    stored_again = insert(TABLE).values(price=Decimal("0.20"))
    with engine.begin() as connection:
        connection.execute(stored_again)
        assert connection.scalar(select(func.sum(TABLE.c.price))) == Decimal("0.30")
        assert connection.scalar(text("select typeof(price) from things")) == "integer"


@pytest.mark.parametrize("value", ["0.001", "10000000000000000.00"])
def test_a_decimal_that_does_not_fit_is_never_rounded_silently(engine: Engine, value: str) -> None:
    with pytest.raises(StatementError, match="does not fit"):
        stored(engine, price=Decimal(value))


def test_times_are_kept_in_utc_and_sort_as_text(engine: Engine) -> None:
    shanghai = timezone(timedelta(hours=8))
    moment = datetime(2025, 11, 18, 7, 30, tzinfo=shanghai)
    row = stored(engine, at=moment)
    assert row.at == moment
    assert row.at.tzinfo is UTC
    with engine.connect() as connection:
        kept = connection.scalar(text("select at from things"))
    assert kept == "2025-11-17 23:30:00.000000"


def test_a_time_without_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(StatementError, match="has a zone"):
        stored(engine, at=datetime(2025, 11, 18))


def test_texts_tokens_and_documents_come_back_as_they_were(engine: Engine) -> None:
    row = stored(engine, hues=("红", 'b"c'), tokens=("f1华南", "f1hn"), body={"a": [1, None]})
    assert (row.hues, row.tokens, row.body) == (("红", 'b"c'), ("f1华南", "f1hn"), {"a": [1, None]})


def test_nothing_is_sql_null_in_every_type(engine: Engine) -> None:
    stored(engine, price=None, at=None, hues=None, tokens=None, body=None)
    with engine.connect() as connection:
        kept = connection.execute(text("select price, at, hues, tokens, body from things")).one()
    assert tuple(kept) == (None, None, None, None, None)
