"""Roles as packs define them: hidden lines, computed fields, what is not granted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from installation import PACKS, Installation, build_installation

from cardwright_entities.engine import Desk
from cardwright_entities.errors import NotFoundError, QueryError
from cardwright_entities.queries.requests import AggregateRequest, Measure, PageRequest
from cardwright_entities.records.history import read_history

ROLES = """
kind: role
name: shy
label: {zh: 只看单头, en: Heads only}
grants:
  deal: {actions: [read], hidden: [items]}
  firm: {actions: [read], hidden: [name]}
---
kind: role
name: headless
label: {zh: 不看人数, en: No staff}
grants:
  firm: {actions: [read], hidden: [staff]}
---
kind: role
name: own_lines
label: {zh: 已发单, en: Sent only}
grants:
  deal: {actions: [read], rows: "stage = 'sent'"}
"""


@pytest.fixture(scope="module")
def shop(store_module_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The workshop with three more roles, two deals and their changes."""
    folder = Path(shutil.copytree(PACKS / "workshop", tmp_path_factory.mktemp("pack") / "workshop"))
    (folder / "roles.yaml").write_text(ROLES, encoding="utf-8")
    installation = build_installation(store_module_url, folder)
    with installation.engine.write(installation.system()) as desk:
        firm = desk.records.create("firm", {"name": "甲"}).id
        thing = desk.records.create("thing", {"code": "T", "name": "轴", "price": 5}).id
        for stage in ("sent", "draft"):
            items = [{"thing": thing, "quantity": 2}, {"thing": thing, "quantity": 3}]
            deal = {"firm": firm, "stage": stage, "items": items}
            record = desk.records.create("deal", deal).id
            line = desk.record("deal", record).lines["items"][0].id
            desk.records.update("deal", record, {"items": [{"id": line, "quantity": 4}]}, None)
    yield installation
    installation.store.close()


def _readable(desk: Desk, entity: str) -> frozenset[str]:
    return desk.reading.readable(desk.model.entity(entity))


def test_hidden_lines_are_no_records_of_their_own(shop: Installation) -> None:
    with shop.engine.read(shop.acting("shy")) as desk:
        assert desk.page(PageRequest(entity="deal_item", count="exact")).rows == ()
        counted = AggregateRequest(entity="deal_item", measures={"n": Measure("count")})
        assert desk.aggregate(counted).totals == {"n": 0}
        assert desk.record("deal", 1).lines == {}
        for question in ("items any (id > 0)", "items is empty", "deal_item any (id > 0)"):
            with pytest.raises(QueryError):
                desk.condition("deal", question)


def test_the_history_of_hidden_lines_is_hidden(shop: Installation) -> None:
    entries = {}
    for role in ("shy", "chief"):
        with shop.engine.read(shop.acting(role)) as desk:
            deal = desk.model.entity("deal")
            found = read_history(desk.session, desk.reading, deal, 1)
            entries[role] = {each.entity for each in found}
    assert entries == {"shy": {"deal"}, "chief": {"deal", "deal_item"}}


def test_what_is_computed_from_a_hidden_field_is_hidden_with_it(shop: Installation) -> None:
    with shop.engine.read(shop.acting("headless")) as desk:
        assert "double" not in _readable(desk, "firm")
        assert "double" not in desk.record("firm", 1).values
        assert "short" in _readable(desk, "firm")
    with shop.engine.read(shop.acting("shy")) as desk:
        assert "total" not in _readable(desk, "deal")
        assert "total" not in desk.record("deal", 1).values
        assert "short" not in _readable(desk, "firm")


def test_lines_follow_the_rows_of_their_head(shop: Installation) -> None:
    with shop.engine.read(shop.acting("own_lines")) as desk:
        found = desk.page(PageRequest(entity="deal_item", columns=("head",))).rows
        assert {row.values["head"] for row in found} == {1}
        with pytest.raises(NotFoundError):
            desk.record("deal", 2)


def test_lines_in_the_recycle_bin_follow_their_head_too(shop: Installation) -> None:
    with shop.engine.write(shop.system()) as desk:
        firm = desk.records.create("firm", {"name": "乙"}).id
        items = [{"thing": 1, "quantity": 1}]
        gone = [
            desk.records.create("deal", {"firm": firm, "stage": stage, "items": items}).id
            for stage in ("sent", "draft")
        ]
        for deal in gone:
            desk.records.delete("deal", deal)
    with shop.engine.read(shop.acting("own_lines")) as desk:
        request = PageRequest(entity="deal_item", columns=("head",), deleted=True)
        assert {row.values["head"] for row in desk.page(request).rows} == {gone[0]}


def test_what_no_role_grants_is_not_there(shop: Installation) -> None:
    with shop.engine.read(shop.acting("own_lines")) as desk:
        assert desk.page(PageRequest(entity="firm", count="exact")).rows == ()
        with pytest.raises(NotFoundError):
            desk.record("firm", 1)
        page = desk.page(PageRequest(entity="deal", columns=("firm", "firm.name")))
    assert page.unreadable == ("firm.name",)
    assert page.titles == {}
