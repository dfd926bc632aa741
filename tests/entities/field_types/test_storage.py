"""What a type's columns keep comes back the same from both engines, and sorts the same."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, Table, create_engine, insert, select, text

from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.field_types.address import Address
from cardwright_entities.field_types.geo import Place
from cardwright_entities.folding import sort_key

AWKWARD = "引号\"' %(b)s \\ 👍🏽 Я \u202eabc"

SAMPLES: list[tuple[str, dict[str, Any], list[object]]] = [
    ("text", {}, [AWKWARD, "x" * 255]),
    ("long_text", {}, [f"一\n二 {AWKWARD}"]),
    ("code", {"check_digit": "uscc"}, ["91440300708461136T"]),
    ("serial", {"pattern": "{0000}"}, ["Q202511-0001"]),
    ("mnemonic", {"of": "name"}, ["HNMY"]),
    ("integer", {}, [0, 2**53, -(2**53)]),
    ("decimal", {}, [Decimal("99999999999999.9999"), Decimal("-0.0001"), Decimal("0.0000")]),
    ("percent", {}, [Decimal("0.150000"), Decimal("-1.000001")]),
    ("money", {}, [Decimal("9999999999999999.99"), Decimal("-0.01")]),
    ("boolean", {}, [True, False]),
    ("picklist", {"values": ["a"]}, ["a"]),
    ("picklists", {"values": ["a", 'b"}', "c,d"]}, [("a",), ('b"}', "c,d")]),
    ("date", {}, [date(1, 1, 1), date(9999, 12, 31)]),
    (
        "datetime",
        {},
        [datetime(2025, 11, 18, 1, 30, 0, 123456, UTC), datetime(1, 1, 3, tzinfo=UTC)],
    ),
    ("time", {}, [time(0, 0), time(23, 59, 59, 999999)]),
    ("rating", {}, [1, 5]),
    ("colour", {}, ["#1f6feb"]),
    ("duration", {}, [timedelta(seconds=10**9), timedelta(minutes=-90)]),
    ("period", {"grain": "month"}, [date(2026, 7, 1)]),
    ("geo", {}, [Place(Decimal("-90.000000"), Decimal("179.999999"))]),
    ("files", {}, [(2**52, 1), (7,)]),
    ("rich_text", {}, [f"## 一\n- {AWKWARD}"]),
    ("phone", {}, ["+8613800138000"]),
    ("email", {}, ["a@acme.cn"]),
    ("url", {}, ["https://例子.中国/?a=1&b='"]),
    ("address", {}, [Address(5, AWKWARD, "510000"), Address(region=5)]),
    ("link", {"to": "customer"}, [2**53]),
    (
        "link_any",
        {"targets": ("customer",), "target_ids": {"customer": "abcdefgh23"}},
        [RecordRef("customer", 2**53)],
    ),
    ("file", {}, [1]),
    ("json", {}, [{"名": [1, 1.5, None, True, {"a": AWKWARD}]}, [], {}]),
    ("attributes", {"defined_by": "kind.attributes"}, [{"名": AWKWARD, "a": True}]),
    ("expression", {"over": "customer", "returns": "decimal"}, ["a + 1", AWKWARD]),
    ("uuid", {}, ["12345678-1234-5678-1234-567812345678"]),
]


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    made = create_engine(store_url)
    yield made
    made.dispose()


def test_all_types_together_on_both_engines(make: Any, engine: Engine) -> None:
    keep_and_compare(make, engine, SAMPLES)


def keep_and_compare(make: Any, engine: Engine, samples: list[Any]) -> None:
    fields = {name: make(name, **options) for name, options, _ in samples}
    columns = {
        name: [
            Column(name + spec.suffix, spec.type) for spec in field.type.columns(field.definition)
        ]
        for name, field in fields.items()
    }
    table = Table(
        "things",
        MetaData(),
        Column("id", Integer, primary_key=True),
        *(column for each in columns.values() for column in each),
    )
    most = max(len(values) for _, _, values in samples)
    # One row more, in which everything is empty.
    rows = [
        {name: dict(enumerate(values)).get(place) for name, _, values in samples}
        for place in range(most + 1)
    ]
    with engine.begin() as connection:
        table.create(connection)
        for row in rows:
            cells = {
                column.name: cell
                for name, field in fields.items()
                for column, cell in zip(columns[name], field.row(row[name]), strict=True)
            }
            connection.execute(insert(table).values(cells))
        kept = connection.execute(select(table).order_by(table.c.id)).mappings().all()
    read = [
        {
            name: field.type.from_row([found[each] for each in columns[name]], field.definition)
            for name, field in fields.items()
        }
        for found in kept
    ]
    assert read == rows


def test_stored_sort_keys_stand_in_the_same_order_everywhere(engine: Engine) -> None:
    words = ["张三", "Acme", "9 号", "12 号", "重庆", "éclair", "Ж", "", "(甲)", "北京", "ΑΒΓ", "~"]
    collation = 'collate "C"' if engine.dialect.name == "postgresql" else ""
    with engine.begin() as connection:
        connection.execute(text("create table words (word text, sort_key text)"))
        for word in words:
            values = {"word": word, "key": sort_key(word)}
            connection.execute(text("insert into words values (:word, :key)"), values)
        order = f"select word from words order by sort_key {collation}"
        assert list(connection.scalars(text(order))) == sorted(words, key=sort_key)
