"""The rate is found by the day that an entity names, before formulas and suggestions read it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from installation import Installation, build_installation
from sqlalchemy import select

TEXT = """\
kind: pack
name: trial
label: 试
language: 1
---
kind: entity
name: tender
label: 钱
title: sign
fields:
  sign:    {type: code}
  courses: {type: lines, of: course}
plays: {currency: {code: sign, rates: courses}}
---
kind: entity
name: course
owner: tender
label: 行情
fields:
  begins: {type: date}
  ends:   {type: date}
  worth:  {type: decimal, scale: 8}
plays: {rate: {currency: head, rate: worth, from: begins, to: ends}}
---
kind: entity
name: voucher
label: 凭
title: name
fields:
  name:      {type: text}
  day:       {type: date, default: "today()"}
  rate_date: {suggest: "if(currency is empty, null, day)"}
  price:     {type: money, suggest: "round(14 / coalesce(rate, 1), 4)"}
  worth:
    {type: formula, stored: true, returns: decimal, scale: 2, formula: "round(price * rate, 2)"}
  rows:      {type: lines, of: voucher_row}
---
kind: entity
name: voucher_row
owner: voucher
label: 凭行
fields:
  price: {type: money, suggest: "round(7 / coalesce($head.rate, 1), 2)"}
"""


@pytest.fixture
def trade(store_url: str, tmp_path: Path) -> Iterator[Installation]:
    """Tender 1 is worth 7 until the end of June 2026, then 7.25."""
    (tmp_path / "pack.yaml").write_text(TEXT, "utf-8")
    installation = build_installation(store_url, tmp_path)
    with installation.engine.write(installation.system()) as desk:
        courses = [
            {"begins": "2026-01-01", "ends": "2026-06-30", "worth": "7"},
            {"begins": "2026-07-01", "worth": "7.25"},
        ]
        desk.records.create("tender", {"sign": "USD", "courses": courses})
    yield installation
    installation.store.close()


def voucher(trade: Installation, record: int) -> tuple[object, ...]:
    """Return what follows from the rate of a voucher, and the price of its line."""
    with trade.engine.read(trade.system()) as desk:
        head, line = (desk.model.entity(name).table.c for name in ("voucher", "voucher_row"))
        kept = select(head["rate"], head["price"], head["worth"]).where(head["id"] == record)
        row = desk.session.row(kept)
        price = desk.session.scalar(select(line["price"]).where(line["head"] == record))
    assert row is not None
    return (*row, price)


def test_the_day_of_the_rate_may_be_that_of_the_document_and_formulas_read_the_rate(
    trade: Installation,
) -> None:
    with trade.engine.write(trade.system()) as desk:
        values = {"currency": 1, "day": "2026-06-30", "rows": [{}]}
        record = desk.records.create("voucher", values).id
    assert voucher(trade, record) == tuple(map(Decimal, ("7", "2.00", "14.00", "1.00")))
    with trade.engine.write(trade.system()) as desk:
        desk.records.update("voucher", record, {"day": "2026-07-02"}, 1)
    assert voucher(trade, record) == tuple(map(Decimal, ("7.25", "1.93", "13.99", "0.97")))


def test_a_rate_set_by_hand_is_what_formulas_and_suggestions_read(trade: Installation) -> None:
    with trade.engine.write(trade.system()) as desk:
        values = {"currency": 1, "day": "2026-06-30", "rate": "7.07", "rows": [{}]}
        record = desk.records.create("voucher", values).id
    assert voucher(trade, record) == tuple(map(Decimal, ("7.07", "1.98", "14.00", "0.99")))
    with trade.engine.write(trade.system()) as desk:
        desk.records.update("voucher", record, {"currency": None}, 1)
    rate, *others = voucher(trade, record)
    assert rate is None
    assert others == [Decimal("14.00"), None, Decimal("7.00")]
