"""What a form would compute is told while somebody types, as a save would store it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from installation import Installation, build_installation

from cardwright_entities.errors import AccessError, NotFoundError
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.records.previewing import live_fields, preview

FAR = """\
kind: pack
name: far
label: 远
language: 1
---
kind: entity
name: house
label: 房
fields:
  name:  {type: text}
  worth: {type: decimal}
---
kind: entity
name: stay
label: 住
fields:
  house:  {type: link, to: house}
  nights: {type: integer}
  price:  {type: decimal, default: "house.worth"}
  weeks:  {type: integer, default: 2}
  half:   {type: formula, returns: decimal, formula: "nights / 2"}
  twice:  {type: formula, returns: decimal, formula: "half * 4 + weeks"}
  cost:   {type: formula, returns: decimal, formula: "nights * price"}
  rated:  {type: formula, returns: decimal, formula: "nights * house.worth"}
  deeper: {type: formula, returns: decimal, formula: "rated + 1"}
  others: {type: formula, returns: integer, formula: "count(visit)"}
---
kind: entity
name: visit
label: 访
fields:
  stay: {type: link, to: stay}
"""


def _told(
    workshop: Installation,
    role: str,
    entity: str,
    raw: dict[str, object],
    record: int | None = None,
) -> dict[str, object]:
    # At a reading desk: the database itself refuses any write.
    with workshop.engine.read(workshop.acting(role)) as desk:
        return {place: value for place, _, value in preview(desk.records, entity, record, raw)}


def _number_of(workshop: Installation, entity: str) -> int:
    with workshop.engine.read(workshop.acting("chief")) as desk:
        return len(desk.page(PageRequest(entity=entity)).rows)


def test_a_new_record_tells_its_lines_and_their_sum(workshop: Installation) -> None:
    lines = [{"quantity": "3", "price": "2.50"}, {"quantity": "2", "price": "1.01"}, {"price": 4}]
    told = _told(workshop, "clerk", "deal", {"items": lines})
    assert told == {
        "items.0.amount": Decimal("7.50"),
        "items.1.amount": Decimal("2.02"),
        # A save would take the quantity from its default.
        "items.2.amount": Decimal(4),
        "total": Decimal("13.52"),
    }
    assert _number_of(workshop, "deal") == 0


def test_a_change_is_told_over_what_is_stored(workshop: Installation) -> None:
    with workshop.engine.write(workshop.acting("chief")) as desk:
        firm = desk.records.create("firm", {"name": "甲"}).id
        thing = desk.records.create("thing", {"code": "T", "name": "物", "price": 10}).id
        items = [{"thing": thing, "quantity": number} for number in (1, 2, 3)]
        deal = desk.records.create("deal", {"firm": firm, "items": items}).id
        first, second, third = desk.record("deal", deal).lines["items"]
    sent = [
        {"id": third.id, "quantity": "5"},
        {"id": first.id, "remove": "1"},
        {"id": second.id, "quantity": "half a"},
        {"quantity": "1", "price": "0.5"},
    ]
    told = _told(workshop, "clerk", "deal", {"items": sent}, deal)
    assert told == {
        "items.0.amount": Decimal(50),
        "items.2.amount": None,
        "items.3.amount": Decimal("0.50"),
        "total": Decimal("50.50"),
    }
    with workshop.engine.read(workshop.acting("chief")) as desk:
        assert desk.record("deal", deal).values["total"] == 60


def test_what_is_told_is_what_a_save_stores(workshop: Installation) -> None:
    with workshop.engine.write(workshop.acting("chief")) as desk:
        firm = desk.records.create("firm", {"name": "甲"}).id
        thing = desk.records.create("thing", {"code": "T", "name": "物"}).id
    raw = {"firm": firm, "items": [{"thing": thing, "quantity": "1.5", "price": "3.33"}]}
    told = _told(workshop, "clerk", "deal", raw)
    with workshop.engine.write(workshop.acting("clerk")) as desk:
        stored = desk.record("deal", desk.records.create("deal", raw).id)
    assert told["total"] == stored.values["total"]
    assert told["items.0.amount"] == stored.lines["items"][0].values["amount"]


def test_who_may_not_write_is_told_nothing(workshop: Installation) -> None:
    with pytest.raises(AccessError):
        _told(workshop, "guest", "firm", {"staff": 1})
    with pytest.raises(NotFoundError):
        _told(workshop, "guest", "deal", {})
    with pytest.raises(NotFoundError):
        _told(workshop, "clerk", "deal", {}, 99)


def test_a_formula_behind_a_link_is_not_told(store_url: str, tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(FAR, "utf-8")
    far = build_installation(store_url, tmp_path)
    with far.engine.write(far.system()) as desk:
        house = desk.records.create("house", {"name": "甲", "worth": 9}).id
    with far.engine.read(far.system()) as desk:
        stay = desk.model.entity("stay")
        assert {each.name for each in live_fields(desk.reading, stay)} == {"half", "twice", "cost"}
    with far.engine.read(far.system()) as desk:
        raw = {"house": house, "nights": "3"}
        told = {place: value for place, _, value in preview(desk.records, "stay", None, raw)}
    # What a house is worth is told neither by a formula nor by a default that reads it.
    assert told == {"half": Decimal("1.5"), "twice": Decimal(8), "cost": None}
    far.store.close()
