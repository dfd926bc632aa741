"""Conversions, ledgers and postings that cannot be meant: each mistake with its place and word."""

from __future__ import annotations

from pathlib import Path

import pytest
from installation import PACKS

from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.model.checking import check_definitions
from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.loading import load_pack
from cardwright_metadata.problems import MetadataError, Problem

LINES = "lines:\n  lines: {to: lines, source: order_line, quantity: quantity"
CONVERSION = "kind: conversion\nname: c\nfrom: sales_order\nto: delivery\n"
LEDGER = "kind: ledger\nname: l\ndimensions: {product: product}\nmeasures: {n: decimal}\n"
POST = "kind: entity\nextend: invoice\npost:\n  p: {ledger: "


def problems_of(folder: Path, text: str) -> tuple[Problem, ...]:
    """Return what is wrong with the pack ``shipping`` and one definition more."""
    types = FieldTypes(BUILTIN_FIELD_TYPES)
    for file in (PACKS / "shipping").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "wrong.yaml").write_text(text + "\n", "utf-8")
    try:
        build_catalog(
            [load_pack(folder)],
            types.catalogue(),
            lambda catalog: check_definitions(catalog, types, lambda message: message.code),
        )
    except MetadataError as error:
        return error.problems
    return ()


@pytest.mark.parametrize(
    ("text", "code", "found", "near"),
    [
        (CONVERSION.replace("delivery", "delivrey") + "source: o", "unknown_entity", "delivrey",
         "delivery"),
        (CONVERSION.replace("sales_order", "order_line") + "source: o", "not_a_head",
         "order_line", ""),
        (CONVERSION, "no_source", "", ""),
        (CONVERSION + "source: custumer", "unknown_link", "custumer", ""),
        (CONVERSION + LINES + "}\nmerge: [shipto]", "unknown_field", "shipto", "ship_to"),
        (CONVERSION + LINES + "}\ncopy: [custmer]", "unknown_field", "custmer", "customer"),
        (CONVERSION + LINES.replace("  lines:", "  liness:") + "}", "unknown_lines_field",
         "liness", "lines"),
        (CONVERSION + LINES.replace("to: lines", "to: line") + "}", "unknown_lines_field", "line",
         "lines"),
        (CONVERSION + LINES.replace("order_line", "product") + "}", "unknown_link", "product",
         ""),
        (CONVERSION + LINES + ", open: opne_quantity}", "unknown_field", "opne_quantity",
         "open_quantity"),
        (CONVERSION + LINES + ", open: product}", "not_a_number_field", "link", ""),
        (CONVERSION + LINES + ", counts: \"head.stag != 'void'\"}", "unknown_field", "stag",
         "stage"),
        (CONVERSION + LINES + ", tolerance: $setting.delivery.ovr}", "unknown_setting",
         "delivery.ovr", "delivery.over"),
        (CONVERSION + LINES.replace(", quantity: quantity", ", open: open_quantity") + "}",
         "missing_key", "open", ""),
        (CONVERSION + LINES + "}\nmove: [visit]", "no_link", "visit", ""),
        (CONVERSION + LINES + "}\nthen: {set: {stge: \"'closed'\"}}", "unknown_field", "stge",
         "stage"),
        (CONVERSION + LINES + "}\nthen: {set: {customer: ship_to}}", "wrong_type", "text", ""),
        (CONVERSION + LINES + "}\ncopy: {customer: ship_to}", "wrong_type", "text", ""),
        (CONVERSION + LINES + ", total: product.name}", "wrong_type", "text", ""),
        (LEDGER.replace("product: product", "product: prodct"), "unknown_entity", "prodct",
         "product"),
        (LEDGER.replace("n: decimal", "line: decimal"), "reserved_field", "line", ""),
        (LEDGER + "never_negative: [m]", "unknown_measure", "m", ""),
        (LEDGER + "never_negative: {n: $setting.delivery.over}", "wrong_type", "decimal", ""),
        (LEDGER.replace("name: l", "name: stock"), "duplicate_name", "stock", ""),
        (POST + "stok, set: {quantity: amount}}", "unknown_ledger", "stok", "stock"),
        (POST + "stock, set: {product: order, warehouse: order, quantty: amount}}",
         "unknown_dimension_or_measure", "quantty", "quantity"),
        (POST + "stock, set: {quantity: amount}}", "missing_key", "", ""),
        (POST + "stock, for: items, set: {product: x}}", "unknown_lines_field", "items", ""),
        (POST + "stock, set: {product: customer, warehouse: order.stage, quantity: amount}}",
         "wrong_type", "customer", ""),
    ],
)  # fmt: skip
def test_a_mistake_is_found_with_its_place(
    tmp_path: Path, text: str, code: str, found: str, near: str
) -> None:
    problems = problems_of(tmp_path, text)
    first = next((each for each in problems if each.code == code), None)
    assert first is not None, [f"{each.code} {each}" for each in problems]
    assert (first.found, first.nearest) == (found, near), first
    assert first.place is not None
    assert Path(first.place.file).name == "wrong.yaml"


def test_what_is_meant_is_taken(tmp_path: Path) -> None:
    assert problems_of(tmp_path, CONVERSION + LINES + ", open: open_quantity}") == ()
    assert problems_of(tmp_path, LEDGER + "never_negative: [n]") == ()


def test_whole_numbers_hold_no_fraction_of_what_is_open(tmp_path: Path) -> None:
    whole = "kind: entity\nextend: order_line\nfields: {rest: {type: integer}}\n---\n"
    found = problems_of(tmp_path, whole + CONVERSION + LINES + ", open: rest}")
    assert [(each.code, each.path) for each in found] == [
        ("fractional_rest", "lines.lines.total"),
        ("fractional_rest", "lines.lines.quantity"),
    ]


@pytest.mark.parametrize(
    ("kept", "path", "code"),
    [
        ("total: quantity * product.weight", "lines.lines.total", "not_stored"),
        ("total: quantity * $setting.delivery.over", "lines.lines.total", "not_stored"),
        ("counts: \"head.customer.name != 'x'\"", "lines.lines.counts", "not_stored"),
        ("counts: head.created_at < now()", "lines.lines.counts", "not_allowed"),
    ],
)
def test_what_is_open_follows_from_what_a_save_can_keep(
    tmp_path: Path, kept: str, path: str, code: str
) -> None:
    more = "kind: entity\nextend: product\nfields: {weight: {type: decimal}}\n---\n"
    text = f"{more}{CONVERSION}{LINES}, {kept}"
    assert [(each.code, each.path) for each in problems_of(tmp_path, text + ", open: left}")] == [
        ("unknown_field", "lines.lines.open")
    ]
    found = problems_of(tmp_path, text + ", open: open_quantity}")
    assert [(each.code, each.path) for each in found] == [(code, path)]
    # Where nothing is kept it is asked anew each time.
    assert problems_of(tmp_path, text + "}") == ()


def test_what_nobody_stores_cannot_be_taken(tmp_path: Path) -> None:
    more = (
        "kind: entity\nextend: delivery_line\n"
        'fields: {twice: {type: formula, returns: decimal, formula: "quantity * 2"}}\n---\n'
    )
    lines = LINES.replace("quantity: quantity", "quantity: twice, total: quantity")
    found = problems_of(tmp_path, more + CONVERSION + lines + "}")
    assert [(each.code, each.found) for each in found] == [("quantity_not_stored", "twice")]
