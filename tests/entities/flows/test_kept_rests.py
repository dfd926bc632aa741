"""Rests that follow from sums which the engine keeps: of the source, and of what is taken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from installation import Installation, build_installation

from cardwright_entities.errors import InputError

TEXT = """\
kind: pack
name: trial
label: 试
language: 1
---
kind: entity
name: pot
label: 罐
title: name
fields:
  name:      {type: text}
  collected: {type: rollup, of: gift, sum: amount}
  fee:       {type: decimal}
  usable:    {type: formula, returns: decimal, formula: "collected - coalesce(fee, 0)"}
  left:      {type: decimal}
---
kind: entity
name: gift
label: 礼
fields:
  pot:    {type: link, to: pot}
  amount: {type: decimal}
---
kind: entity
name: grant
label: 助
fields:
  pot:   {type: link, to: pot}
  spent: {type: rollup, of: bill, sum: amount}
---
kind: entity
name: bill
label: 单
fields:
  grant:  {type: link, to: grant}
  amount: {type: decimal}
---
kind: conversion
name: grant
from: pot
to: grant
source: pot
quantity: spent
total: usable
open: left
"""


@pytest.fixture
def pots(store_url: str, tmp_path: Path) -> Iterator[Installation]:
    (tmp_path / "pack.yaml").write_text(TEXT, "utf-8")
    installation = build_installation(store_url, tmp_path)
    yield installation
    installation.store.close()


def test_a_rest_follows_sums_over_other_records(pots: Installation) -> None:
    with pots.engine.write(pots.system()) as desk:

        def left() -> object:
            return desk.record("pot", pot).values["left"]

        pot = desk.records.create("pot", {"name": "one", "fee": "1"}).id
        gift = desk.records.create("gift", {"pot": pot, "amount": "100"}).id
        assert left() == 99
        grant = desk.records.create("grant", {"pot": pot}).id
        bill = desk.records.create("bill", {"grant": grant, "amount": "30"}).id
        assert left() == 69
        desk.records.update("gift", gift, {"amount": "50"}, None)
        assert left() == 19
        desk.records.update("bill", bill, {"amount": "45"}, None)
        assert left() == 4
        desk.records.delete("bill", bill, None)
        assert left() == 49


def test_a_rest_is_not_overdrawn_by_what_others_write(pots: Installation) -> None:
    with pots.engine.write(pots.system()) as desk:
        pot = desk.records.create("pot", {"name": "one"}).id
        gift = desk.records.create("gift", {"pot": pot, "amount": "10"}).id
        grant = desk.records.create("grant", {"pot": pot}).id
        desk.records.create("bill", {"grant": grant, "amount": "8"})
    with pytest.raises(InputError), pots.engine.write(pots.system()) as desk:
        desk.records.create("bill", {"grant": grant, "amount": "3"})
    with pytest.raises(InputError), pots.engine.write(pots.system()) as desk:
        desk.records.update("gift", gift, {"amount": "7"}, None)
    with pots.engine.read(pots.system()) as desk:
        assert desk.record("pot", pot).values["left"] == 2
