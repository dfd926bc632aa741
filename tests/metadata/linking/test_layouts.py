"""What stands on lists and cards when their author says little or nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardwright_metadata.catalog import Catalog, build_catalog
from cardwright_metadata.definitions.cards import SectionDefinition, TabDefinition
from cardwright_metadata.loading import Pack
from cardwright_metadata.type_catalogue import TypeCatalogue

Build = Callable[[str], Catalog]


@pytest.fixture
def build(write_pack: Callable[..., Pack], types: TypeCatalogue) -> Build:
    return lambda text: build_catalog([write_pack(text)], types)


ORDERS = """\
kind: entity
name: customer
label: {zh: 客户, en: Customer}
fields:
  code:   {type: code}
  name:   {type: text}
  remark: {type: long_text}
---
kind: entity
name: order
label: {zh: 订单, en: Order}
family: document
fields:
  number:   {type: serial, pattern: "O{0000}"}
  customer: {type: link, to: customer}
  payer:    {type: link, to: customer}
  items:    {type: lines, of: item, label: {zh: 明细, en: Items}}
---
kind: entity
name: item
fields:
  what:   {type: text}
  amount: {type: money}
  note:   {type: long_text}
"""


def tabs_of(catalog: Catalog, entity: str) -> dict[str, TabDefinition]:
    return {tab.name: tab for tab in catalog.entity(entity).card.tabs}


def sections_of(tab: TabDefinition) -> dict[str, SectionDefinition]:
    return {section.name: section for section in tab.sections}


def test_a_card_nobody_wrote_shows_all_fields_and_each_lines_as_a_grid(build: Build) -> None:
    sections = sections_of(tabs_of(build(ORDERS), "order")["main"])
    assert list(sections) == ["rest", "items"]
    assert sections["rest"].auto
    assert sections["items"].grid == "items"
    assert sections["items"].grid_columns == ("what", "amount")
    assert sections["items"].label.in_language("en") == "Items"


def test_a_card_nobody_wrote_lists_what_points_here_for_each_link(build: Build) -> None:
    tabs = tabs_of(build(ORDERS), "customer")
    assert list(tabs) == ["main", "order", "order_payer", "files", "history"]
    assert tabs["order"].label != tabs["order_payer"].label
    related = tabs["order_payer"].related
    assert related is not None
    assert (related.entity, related.field) == ("order", "payer")


def test_a_list_nobody_wrote_begins_with_the_title_and_leaves_long_texts_out(build: Build) -> None:
    catalog = build(ORDERS)
    customer, item = catalog.entity("customer").list, catalog.entity("item").list
    assert [each.path for each in customer.columns] == ["name", "code", "created_at"]
    assert [(each.path, each.descending) for each in customer.sort] == [("created_at", True)]
    assert [(each.path, each.descending) for each in item.sort] == [("position", False)]


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ("{a: {type: decimal}, name: {type: text}}", "name"),
        ("{a: {type: text}, number: {type: text}}", "number"),
        ("{a: {type: decimal}, b: {type: text}}", "b"),
        ("{a: {type: decimal}, b: {type: date}}", "a"),
    ],
)
def test_the_title_is_guessed_when_nobody_says_it(build: Build, fields: str, title: str) -> None:
    assert build(f"kind: entity\nname: thing\nfields: {fields}\n").entity("thing").title == title


def test_a_written_card_gets_an_auto_section_for_what_it_leaves_out(build: Build) -> None:
    card = "card: {tabs: {one: {sections: {head: {fields: [name]}}}, two: {related: order.payer}}}"
    tabs = tabs_of(build(f"{ORDERS}---\nkind: entity\nextend: customer\n{card}\n"), "customer")
    assert list(tabs) == ["one", "two", "files", "history"]
    assert [(name, each.auto) for name, each in sections_of(tabs["one"]).items()] == [
        ("head", False),
        ("rest", True),
    ]


def test_a_written_auto_section_stays_the_only_one(build: Build) -> None:
    card = "card: {tabs: {one: {sections: {all: {auto: true}, head: {fields: [name]}}}}}"
    tabs = tabs_of(build(f"{ORDERS}---\nkind: entity\nextend: customer\n{card}\n"), "customer")
    assert list(sections_of(tabs["one"])) == ["all", "head"]


def test_a_retired_field_stands_on_no_list_that_nobody_wrote(build: Build) -> None:
    change = "kind: entity\nextend: customer\nfields: {code: {retired: true}}\n"
    columns = build(f"{ORDERS}---\n{change}").entity("customer").list.columns
    assert "code" not in [each.path for each in columns]


def test_built_in_tabs_may_be_named_and_moved(build: Build) -> None:
    card = (
        "card: {tabs: {history: {label: {zh: 历史}, order: 1}, one: {sections: {a: {auto: true}}}}}"
    )
    tabs = tabs_of(build(f"{ORDERS}---\nkind: entity\nextend: customer\n{card}\n"), "customer")
    assert list(tabs) == ["history", "one", "files"]
    assert tabs["history"].panel == "history"
    assert tabs["history"].label.in_language("zh") == "历史"
