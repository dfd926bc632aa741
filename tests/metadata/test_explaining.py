"""Every value of a definition can say which file and line set it, and what lies below."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.explaining import ENGINE, NothingThere, explain
from cardwright_metadata.loading import load_pack

SHOP = """\
kind: trait
name: dated
fields:
  due: {type: date, label: {zh: 截止, en: Due}}
---
kind: entity
name: order
label: {zh: 订单, en: Order}
use: [dated]
title: number
fields:
  number: {type: text, required: true}
  note: {type: text, max_length: 20}
"""
SITE = """\
kind: entity
extend: order
fields:
  note: {max_length: 50}
"""


@pytest.fixture
def told(tmp_path: Path):
    """Explains values of a shop and of the site that changed it."""
    packs = []
    for name, definitions, requires in (("shop", SHOP, ""), ("site", SITE, "requires: [shop]\n")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "pack.yaml").write_text(f"kind: pack\nname: {name}\n{requires}", "utf-8")
        (folder / "all.yaml").write_text(definitions, "utf-8")
        packs.append(load_pack(folder))
    catalog = build_catalog(packs, FieldTypes(BUILTIN_FIELD_TYPES))
    return lambda name: explain(catalog, packs, name)


def test_a_value_says_its_file_and_line(told) -> None:
    found = told("order.number.required")
    assert found.value is True
    assert (found.set_by.pack, found.set_by.kind, found.set_by.place.line) == (
        "shop",
        "definition",
        12,
    )
    assert found.set_by.place.file.endswith("shop/all.yaml")


def test_a_change_lies_over_the_definition(told) -> None:
    found = told("order.note.max_length")
    assert [(each.pack, each.kind, each.value) for each in found.layers] == [
        ("shop", "definition", 20),
        ("site", "change", 50),
    ]
    assert (found.value, found.set_by.place.line) == (50, 4)
    assert found.to_json()["set_by"]["file"].endswith("site/all.yaml")


def test_a_trait_is_named(told) -> None:
    assert told("order.due.type").set_by.kind == "trait"


def test_what_nobody_wrote_comes_from_the_engine(told) -> None:
    assert told("order.created_at.type").set_by.kind == ENGINE


def test_full_addresses_are_taken_too(told) -> None:
    assert told("entity/order#fields.note.max_length").value == 50
    assert told("order").value["name"] == "order"


@pytest.mark.parametrize(
    ("name", "near"),
    [("ordr", "order"), ("order.nmber", "number"), ("order.note.max_lenth", "max_length")],
)
def test_a_wrong_name_is_told_the_nearest(told, name, near) -> None:
    with pytest.raises(NothingThere) as caught:
        told(name)
    assert caught.value.near == near
