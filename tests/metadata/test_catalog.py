"""The catalog as the engine asks it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from cardwright_metadata.catalog import (
    Catalog,
    Identity,
    UnknownName,
    build_catalog,
    with_identities,
)
from cardwright_metadata.expressions.tree import Literal
from cardwright_metadata.loading import Pack
from cardwright_metadata.type_catalogue import TypeCatalogue

SHOP = """\
kind: picklist
name: level
label: {zh: 级别, en: Level}
choices:
  gold:   {label: {zh: 金, en: Gold}, colour: amber}
  silver: 银
---
kind: entity
name: customer
label: {zh: 客户, en: Customer}
fields:
  name:     {type: text, required: true, label: {zh: 名称, en: Name}}
  level:    {type: picklist, of: level, default: silver}
  discount: {type: percent, default: 0}
  open:     {type: boolean, default: true, readonly: "level = 'gold'"}
---
kind: entity
name: sale
family: document
label: {zh: 订单, en: Order}
title: number
fields:
  number:   {type: serial, pattern: "S{0000}"}
  customer: {type: link, to: customer, required: true}
  sold_on:  {type: date, default: "today()"}
  items:    {type: lines, of: sale_item}
queries:
  gold: {label: {zh: 金牌, en: Gold}, where: "customer.level = 'gold'"}
---
kind: entity
name: sale_item
label: {zh: 明细, en: Item}
owner: sale
fields:
  what:     {type: text}
  quantity: {type: decimal, default: 1}
  price:    {type: money}
  amount:   {type: formula, returns: money, formula: "quantity * price"}
"""


@pytest.fixture
def catalog(write_pack: Callable[..., Pack], types: TypeCatalogue) -> Catalog:
    return build_catalog([write_pack(SHOP)], types)


def test_parts_give_the_same_catalog_back(catalog: Catalog) -> None:
    parts = json.loads(json.dumps(catalog.to_parts()))
    again = Catalog.from_parts(parts)
    assert again == catalog
    assert again.hash == catalog.hash
    assert dict(again.entities) == dict(catalog.entities)


def test_parts_stored_with_sorted_keys_keep_every_order(catalog: Catalog) -> None:
    parts = json.loads(json.dumps(catalog.to_parts(), sort_keys=True))
    again = Catalog.from_parts(parts)
    assert list(again.entities) == ["customer", "sale", "sale_item"]
    assert list(again.entity("customer").fields)[:4] == ["name", "level", "discount", "open"]
    assert dict(again.entities) == dict(catalog.entities)


def test_a_literal_default_becomes_an_expression(catalog: Catalog) -> None:
    fields = catalog.entity("customer").fields
    assert fields["level"].default is not None
    assert fields["level"].default.tree == Literal("silver")
    assert fields["discount"].default is not None
    assert fields["discount"].default.text == "0"
    assert fields["open"].default is not None
    assert fields["open"].default.tree == Literal(True)


def test_suggest_first_is_no_expression(
    write_pack: Callable[..., Pack], types: TypeCatalogue
) -> None:
    change = "kind: entity\nextend: sale\nfields: {customer: {suggest: first}}\n"
    field = build_catalog([write_pack(f"{SHOP}---\n{change}")], types).entity("sale").fields
    assert (field["customer"].suggest_first, field["customer"].suggest) == (True, None)


def test_links_and_targets_are_known(catalog: Catalog) -> None:
    assert catalog.links_to("customer") == (("sale", "customer"),)
    assert catalog.targets("sale", "items") == ("sale_item",)
    assert catalog.targets("sale_item", "head") == ("sale",)
    assert catalog.entity("sale_item").owner_field == "items"


def test_an_entity_with_a_few_fields_has_a_usable_list_and_card(catalog: Catalog) -> None:
    customer = catalog.entity("customer")
    assert [each.path for each in customer.list.columns][:3] == ["name", "level", "discount"]
    assert customer.title == "name"
    assert dict(customer.search) == {"name": 3}
    names = [tab.name for tab in customer.card.tabs]
    assert names == ["main", "sale", "files", "history"]
    assert customer.card.tabs[0].sections[0].auto


def test_system_fields_come_last_with_labels_in_both_languages(catalog: Catalog) -> None:
    fields = catalog.entity("customer").fields
    system = [name for name, field in fields.items() if field.system]
    assert system == list(fields)[-len(system) :]
    assert dict(fields["owner"].label.words) == {"zh": "负责人", "en": "Owner"}


def test_an_unknown_entity_is_answered_with_the_nearest_name(catalog: Catalog) -> None:
    with pytest.raises(UnknownName, match="customer"):
        catalog.entity("custmer")


def test_without_a_menu_every_head_entity_has_an_item(catalog: Catalog) -> None:
    (menu,) = catalog.menus.values()
    assert [item.entity for item in menu.items] == ["customer", "sale"]


def test_identities_stand_in_the_definitions(catalog: Catalog) -> None:
    parts = with_identities(
        catalog.to_parts(),
        {
            "entity/customer": Identity("aaaaaaaaaa", "e_customer"),
            "entity/customer/fields/name": Identity("bbbbbbbbbb", "name", 4),
        },
    )
    customer = Catalog.from_parts(parts).entity("customer")
    assert (customer.id, customer.table) == ("aaaaaaaaaa", "e_customer")
    assert (customer.fields["name"].column, customer.fields["name"].number) == ("name", 4)
    assert customer.hash != catalog.entity("customer").hash
