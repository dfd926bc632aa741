"""反审核 of what is posted: its entries are taken back, unless too little would be left."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from installation import Installation, build_installation

from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError
from cardwright_entities.flows.actions import Asking
from cardwright_entities.queries.requests import PageRequest

TEXT = """\
kind: pack
name: store
label: {zh: 仓, en: Store}
language: 1
---
kind: stages
name: going
states:
  draft: 草稿
  checking: {label: 审批中, locked: true}
  approved: {label: 已审, locked: true}
moves: {give_up: {label: 弃, from: approved, to: draft, if: "quantity = 0"}}
---
kind: entity
name: login
title: name
fields: {login: {type: text}, name: {type: text}, roles: {type: json}}
plays: {user: {login: login, name: name, roles: roles}}
---
kind: entity
name: ware
label: 货
fields: {name: {type: text, label: 名}}
---
kind: ledger
name: stock
label: {zh: 库存, en: Stock}
dimensions: {ware: ware}
measures: {quantity: {type: decimal, scale: 0}}
never_negative: [quantity]
---
kind: entity
name: slip
label: 单
fields:
  ware:     {type: link, to: ware, label: 货}
  quantity: {type: integer, label: 数}
  stage:    {type: stage, stages: going, label: 状态}
post:
  moved: {ledger: stock, if: "stage = 'approved'", set: {ware: ware, quantity: quantity}}
---
kind: approval
name: slip_approval
label: {zh: 审批, en: Approval}
of: slip
states: {from: draft, pending: checking, approved: approved, rejected: draft}
if: "quantity > 1000"
steps: {chief: {label: 审, by: {role: chief}}}
unapprove: chief
---
kind: role
name: chief
label: {zh: 主管, en: Chief}
grants: {"*": {actions: [read, create, edit, delete]}}
"""


@pytest.fixture
def store(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A store with one ware; small slips are approved when they are submitted."""
    folder = tmp_path_factory.mktemp("store")
    (folder / "pack.yaml").write_text(TEXT, "utf-8")
    installation = build_installation(store_url, folder)
    with installation.engine.write(installation.system()) as desk:
        desk.records.create("login", {"login": "kim", "name": "Kim", "roles": ["chief"]})
        desk.records.create("ware", {"name": "泵"})
    yield installation
    installation.store.close()


def slip(desk: Desk, quantity: int) -> int:
    """Store a slip and let it be approved."""
    record = desk.records.create("slip", {"ware": 1, "quantity": quantity}).id
    desk.actions.perform("slip", record, "approval.submit", Asking())
    return record


def held(desk: Desk) -> tuple[list[Decimal], Decimal]:
    """Return what every entry says, and the balance."""
    columns = ("quantity",)
    entries = desk.page(PageRequest(entity="stock_entry", columns=columns)).rows
    (balance,) = desk.page(PageRequest(entity="stock_balance", columns=columns)).rows
    said = [Decimal(str(row.values["quantity"])) for row in sorted(entries, key=lambda e: e.id)]
    return said, Decimal(str(balance.values["quantity"]))


def test_what_was_posted_is_taken_back(store: Installation) -> None:
    with store.engine.write(store.acting("chief")) as desk:
        record = slip(desk, 5)
        assert held(desk) == ([5], 5)
        desk.actions.perform("slip", record, "approval.unapprove", Asking(values={"comment": "错"}))
        assert held(desk) == ([5, -5], 0)
        assert desk.record("slip", record).values["stage"] == "draft"
        desk.records.update("slip", record, {"quantity": 7}, None)
        desk.actions.perform("slip", record, "approval.submit", Asking())
        assert held(desk) == ([5, -5, 7], 7)


def test_what_has_gone_out_since_holds_it(store: Installation) -> None:
    with store.engine.write(store.acting("chief")) as desk:
        came = slip(desk, 5)
        went = slip(desk, -3)
        reason = Asking(values={"comment": "错"})
        with pytest.raises(InputError) as caught, desk.session.savepoint():
            desk.actions.perform("slip", came, "approval.unapprove", reason)
        assert [each.code for found in caught.value.fields.values() for each in found] == [
            "below_zero_left"
        ]
        assert desk.record("slip", came).values["stage"] == "approved"
        assert held(desk) == ([5, -3], 2)
        for record in (went, came):
            desk.actions.perform("slip", record, "approval.unapprove", reason)
        assert held(desk) == ([5, -3, 3, -5], 0)
