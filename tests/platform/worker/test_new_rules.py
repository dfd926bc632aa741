"""A rule about who is in a query watches from the moment that it is applied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from outgoing import send_due
from serving import PACKS, Program, Served, serve

from cardwright_platform.installing import apply_plan, plan_packs, read_packs

DEALS = """\
kind: pack
name: trade
label: {zh: 买卖, en: Deals}
---
kind: entity
name: deal
label: {zh: 买卖, en: Deal}
fields:
  name:  {type: text, required: true}
  price: {type: decimal}
  note:  {type: text}
queries:
  dear: {label: {zh: 贵, en: Dear}, where: "price > 100"}
"""
RULE = """\
---
kind: rule
name: dear_now
label: {zh: 变贵, en: Dear now}
of: deal
trigger: {entered: dear}
do: {mark: {set: {note: "'dear'"}}}
"""


@pytest.fixture
def deals(tmp_path: Path) -> Iterator[Served]:
    (tmp_path / "trade").mkdir()
    (tmp_path / "trade" / "pack.yaml").write_text(DEALS, "utf-8")
    served = serve("", tmp_path / "served", PACKS / "crew", tmp_path / "trade")
    yield served
    served.instance.close()


def test_whoever_enters_right_after_it_was_applied_is_noticed(
    deals: Served, tmp_path: Path
) -> None:
    caller = Program(deals, "admin")
    first = caller.post("/records/deal", {"name": "a", "price": "500"}).get_json()
    second = caller.post("/records/deal", {"name": "b", "price": "5"}).get_json()
    (tmp_path / "trade" / "pack.yaml").write_text(DEALS + RULE, "utf-8")
    instance = deals.instance
    plan = plan_packs(instance, read_packs(instance))
    apply_plan(instance, plan, author="test", reason="watch")
    send_due(deals)
    caller.patch(f"/records/deal/{second['id']}", {"price": "200"}, 1)
    send_due(deals)
    notes = [
        caller.get(f"/records/deal/{each['id']}").get_json()["note"] for each in (first, second)
    ]
    assert notes == [None, "dear"]
