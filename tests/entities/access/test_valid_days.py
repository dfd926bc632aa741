"""Records valid on a day: what may not be read of them has no effect through ``at``."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from installation import PACKS, Installation, build_installation

from cardwright_entities.errors import QueryError
from cardwright_entities.queries.conditions import bound_condition
from cardwright_entities.queries.requests import PageRequest

MORE = """
kind: entity
name: offer
label: {zh: 报价, en: Offer}
period: {from: since, to: until, per: [thing], overlap: allow}
fields:
  thing:  {type: link, to: thing, required: true, label: {zh: 产品, en: Thing}}
  firm:   {type: link, to: firm, label: {zh: 公司, en: Firm}}
  amount: {type: decimal, label: {zh: 金额, en: Amount}}
  since:  {type: date, label: {zh: 起, en: Since}}
  until:  {type: date, label: {zh: 止, en: Until}}
  notes:  {type: lines, of: offer_note, label: {zh: 备注, en: Notes}}
---
kind: entity
name: offer_note
owner: offer
label: {zh: 报价备注, en: Offer note}
fields:
  word: {type: text, label: {zh: 内容, en: Word}}
---
kind: entity
extend: thing
fields:
  offered:
    type: formula
    returns: decimal
    formula: "at(offer, '2026-03-01').amount"
    label: {zh: 三月价, en: March}
  offers:
    type: formula
    returns: integer
    formula: "count(offer where valid_at('2026-03-01'))"
    label: {zh: 三月报价, en: Offers}
---
kind: entity
extend: person
fields:
  met_on: {type: date, label: {zh: 认识, en: Met on}}
  began:
    type: formula
    returns: text
    stored: true
    formula: "at(jobs, met_on).post"
    label: {zh: 初职, en: First post}
---
kind: entity
extend: deal
fields:
  bid: {type: link, to: offer, where: "valid_at($record.due)", label: {zh: 报价, en: Bid}}
---
kind: entity
extend: deal_item
fields:
  quoted:
    type: decimal
    default: "at(thing.offer, $head.due).amount"
    label: {zh: 报价, en: Quoted}
---
kind: role
name: cheap
label: {zh: 低价, en: Cheap}
grants:
  thing: {actions: [read]}
  offer: {actions: [read], rows: "amount < 100"}
---
kind: role
name: dateless
label: {zh: 无日期, en: No dates}
grants:
  thing: {actions: [read]}
  offer: {actions: [read], hidden: [since]}
---
kind: role
name: priceless
label: {zh: 无金额, en: No amounts}
grants:
  thing: {actions: [read]}
  offer: {actions: [read], hidden: [amount]}
---
kind: role
name: firmless
label: {zh: 无公司, en: No firms}
grants:
  thing: {actions: [read]}
  offer: {actions: [read]}
  firm:  {actions: [read], rows: "staff > 5"}
---
kind: role
name: march
label: {zh: 三月, en: March}
grants:
  offer: {actions: [read], rows: "valid_at('2026-03-01')"}
---
kind: role
name: offered
label: {zh: 有报价, en: Offered}
grants:
  thing: {actions: [read], rows: "at(offer, '2026-03-01').firm != 999"}
  person: {actions: [read], rows: "at(jobs, met_on).post = 'clerk'"}
"""

#: Thing, firm or not, amount, first and last day.
OFFERS = (
    ("bolt", False, 50, "2026-01-01", "2026-02-28"),
    ("bolt", True, 120, "2026-02-15", None),
    ("bolt", False, 10, None, None),
    ("axle", False, 70, None, "2026-03-01"),
    ("axle", True, 30, "2026-03-02", "2026-03-31"),
)


@pytest.fixture(scope="module")
def shop(store_module_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The workshop with offers for a time, three things and two people."""
    folder = Path(shutil.copytree(PACKS / "workshop", tmp_path_factory.mktemp("pack") / "workshop"))
    (folder / "offers.yaml").write_text(MORE, encoding="utf-8")
    installation = build_installation(store_module_url, folder)
    with installation.engine.write(installation.system()) as desk:
        firm = desk.records.create("firm", {"name": "甲"}).id
        things = {
            name: desk.records.create("thing", {"code": name, "name": name}).id
            for name in ("bolt", "axle", "bare")
        }
        for thing, owned, amount, since, until in OFFERS:
            row = {
                "thing": things[thing], "firm": firm if owned else None, "amount": amount,
                "since": since, "until": until, "notes": [{"word": thing}],
            }  # fmt: skip
            desk.records.create("offer", row)
        jobs = [
            {"firm": firm, "post": "clerk", "since": "2024-01-01", "until": "2024-12-31"},
            {"firm": firm, "post": "chief", "since": "2025-01-01"},
        ]
        for name, met_on in (("early", "2024-06-01"), ("late", "2025-06-01"), ("never", None)):
            desk.records.create("person", {"name": name, "met_on": met_on, "jobs": jobs})
    yield installation
    installation.store.close()


def _found(shop: Installation, role: str, entity: str, question: str) -> set[object]:
    name = "amount" if entity == "offer" else "name"
    with shop.engine.read(shop.acting(role)) as desk:
        where = desk.condition(entity, question)
        page = desk.page(PageRequest(entity=entity, columns=(name,), where=where))
    return {row.values[name] for row in page.rows}


@pytest.mark.parametrize(
    ("entity", "question", "names"),
    [
        ("thing", "at(offer, '2026-02-01').amount = 50", {"bolt"}),
        ("thing", "at(offer, '2026-02-20').amount = 120", {"bolt"}),
        ("thing", "at(offer, '2025-12-31').amount = 10", {"bolt"}),
        ("thing", "at(offer, '2026-03-01').amount = 70", {"axle"}),
        ("thing", "at(offer, '2026-03-02').firm.name = '甲'", {"bolt", "axle"}),
        ("thing", "at(offer, '2026-04-01') is empty", {"axle", "bare"}),
        ("thing", "at(offer.thing, '2026-04-01').id is not empty", {"bolt"}),
        ("thing", "offered > 100", {"bolt"}),
        ("thing", "offers = 1", {"axle"}),
        ("thing", "offer any (valid_at('2025-01-01') and amount > 50)", {"axle"}),
        ("thing", "offer none (valid_at('2026-04-01'))", {"axle", "bare"}),
        ("person", "at(jobs, met_on).post = 'clerk'", {"early"}),
        ("person", "at(jobs, met_on).firm.name = '甲'", {"early", "late"}),
        ("person", "began = 'chief'", {"late"}),
        ("person", "count(jobs where valid_at($head.met_on)) = 1", {"early", "late"}),
        ("job", "valid_at(head.met_on) and at(head.jobs, since).post = 'chief'", {"late"}),
    ],
)
def test_the_record_of_the_day_is_found(
    shop: Installation, entity: str, question: str, names: set[str]
) -> None:
    if entity == "job":
        with shop.engine.read(shop.acting("chief")) as desk:
            where = desk.condition(entity, question)
            page = desk.page(PageRequest(entity=entity, columns=("head.name",), where=where))
        assert {row.values["head.name"] for row in page.rows} == names
    else:
        assert _found(shop, "chief", entity, question) == names


def test_a_day_over_a_link_is_said_by_the_record_that_asks(shop: Installation) -> None:
    question = "at(thing.offer, thing.offer.since) is empty"
    with shop.engine.read(shop.acting("chief")) as desk, pytest.raises(QueryError):
        desk.condition("offer", question)
    assert _found(shop, "chief", "offer", "at(thing.offer, until).amount = 120") == {50}


def test_a_record_that_may_not_be_seen_is_not_the_one_of_the_day(shop: Installation) -> None:
    assert _found(shop, "cheap", "thing", "at(offer, '2026-03-15').amount = 120") == set()
    assert _found(shop, "cheap", "thing", "at(offer, '2026-03-15').amount = 10") == {"bolt"}
    assert _found(shop, "cheap", "thing", "offered = 10") == {"bolt"}
    assert _found(shop, "cheap", "thing", "offers = 1") == {"bolt", "axle"}


def test_what_lies_behind_a_link_that_may_not_be_seen_is_empty(shop: Installation) -> None:
    asked = "at(offer, '2026-03-15').firm.name is not empty"
    assert _found(shop, "chief", "thing", asked) == {"bolt", "axle"}
    assert _found(shop, "firmless", "thing", asked) == set()
    with shop.engine.read(shop.acting("priceless")) as desk, pytest.raises(QueryError):
        desk.condition("thing", asked)


@pytest.mark.parametrize(
    ("role", "question"),
    [
        ("priceless", "at(offer, '2026-03-15').amount > 0"),
        ("priceless", "offered > 0"),
        ("dateless", "at(offer, '2026-03-15').amount > 0"),
        ("dateless", "at(offer, '2026-03-15') is empty"),
        ("dateless", "offer any (valid_at('2026-03-15'))"),
        ("dateless", "offered > 0"),
        ("dateless", "offers > 0"),
    ],
)
def test_who_may_not_read_a_field_cannot_ask_for_it(
    shop: Installation, role: str, question: str
) -> None:
    with shop.engine.read(shop.acting(role)) as desk, pytest.raises(QueryError):
        desk.condition("thing", question)


def test_what_is_computed_from_hidden_days_is_hidden_with_them(shop: Installation) -> None:
    for role, expected in (
        ("chief", {"offered", "offers"}),
        ("dateless", set()),
        ("priceless", {"offers"}),
    ):
        with shop.engine.read(shop.acting(role)) as desk:
            readable = desk.reading.readable(desk.model.entity("thing"))
            assert {"offered", "offers"} & readable == expected
            shown = desk.record("thing", 1).values
            assert {"offered", "offers"} & set(shown) == expected


def test_rights_may_name_a_day(shop: Installation) -> None:
    assert _found(shop, "march", "offer", "amount > 0") == {120, 10, 70}
    with shop.engine.read(shop.acting("march")) as desk:
        page = desk.page(PageRequest(entity="offer_note", columns=("word",)))
    assert [row.values["word"] for row in page.rows].count("bolt") == 2
    assert len(page.rows) == 3


def test_rights_that_rest_on_the_record_of_a_day_deny_what_has_none(shop: Installation) -> None:
    asked = "at(offer, '2026-03-01').firm != 999"
    assert _found(shop, "chief", "thing", asked) == {"bolt", "axle", "bare"}
    assert _found(shop, "offered", "thing", "id > 0") == {"bolt"}
    assert _found(shop, "offered", "person", "id > 0") == {"early"}
    with shop.engine.read(shop.acting("offered")) as desk:
        page = desk.page(PageRequest(entity="job", columns=("post",)))
    assert {row.values["post"] for row in page.rows} == {"clerk", "chief"}
    assert len(page.rows) == 2


def test_a_record_in_the_making_finds_what_is_valid_on_its_day(shop: Installation) -> None:
    with shop.engine.write(shop.system()) as desk:
        deal = {"firm": 1, "due": "2026-02-20", "items": [{"thing": 1}, {"thing": 2}, {"thing": 3}]}
        record = desk.records.create("deal", deal).id
        items = desk.record("deal", record).lines["items"]
        assert [each.values["quoted"] for each in items] == [120, 70, None]
        person = {"name": "new", "met_on": "2025-01-01", "jobs": [
            {"firm": 1, "post": "first", "since": "2024-01-01", "until": "2024-12-31"},
            {"firm": 1, "post": "second", "since": "2025-01-01"},
        ]}  # fmt: skip
        made = desk.records.create("person", person).id
        assert desk.record("person", made).values["began"] == "second"
        desk.records.update("person", made, {"met_on": "2024-12-31"}, None)
        assert desk.record("person", made).values["began"] == "first"
        desk.records.delete("person", made)


def test_a_link_offers_what_is_valid_on_the_day_of_its_record(shop: Installation) -> None:
    with shop.engine.read(shop.acting("chief")) as desk:
        deal = desk.model.entity("deal")
        tree = deal.fields["bid"].definition.options["where"].tree
        offered = {}
        for due in (date(2026, 2, 20), date(2026, 3, 2), None):
            bound = bound_condition(desk.reading, "offer", tree, deal, {("due",): due}.get)
            page = desk.page(PageRequest(entity="offer", columns=("amount",), where=bound))
            offered[due] = {row.values["amount"] for row in page.rows}
    assert list(offered.values()) == [{50, 120, 10, 70}, {120, 10, 30}, {10}]
