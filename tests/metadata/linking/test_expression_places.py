"""A mistake in an expression is shown at its character, however the text is quoted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.loading import Pack
from cardwright_metadata.problems import MetadataError
from cardwright_metadata.type_catalogue import TypeCatalogue


@pytest.mark.parametrize(
    "written",
    [
        "name = wrng",
        "'name = wrng'",
        '"name = wrng"',
        "'name = ''x'' or wrng is empty'",
        "$record.wrng is empty",
    ],
)
def test_the_column_is_that_of_the_character(
    write_pack: Callable[..., Pack], types: TypeCatalogue, written: str
) -> None:
    line = f"  name: {{type: text, check: {written}}}"
    with pytest.raises(MetadataError) as raised:
        build_catalog([write_pack(f"kind: entity\nname: thing\nfields:\n{line}\n")], types)
    (problem,) = raised.value.problems
    assert problem.place is not None
    assert (problem.found, problem.place.line) == ("wrng", 4)
    assert problem.place.column == line.index("wrng") + 1


def test_an_expression_over_several_lines_is_shown_where_it_begins(
    write_pack: Callable[..., Pack], types: TypeCatalogue
) -> None:
    text = "kind: entity\nname: thing\nfields: {name: {type: text}}\nchecks:\n"
    text += "  a: >\n    name is\n    wrong\n"
    with pytest.raises(MetadataError) as raised:
        build_catalog([write_pack(text)], types)
    (problem,) = raised.value.problems
    assert problem.place is not None
    assert problem.place.line == 5


def test_labels_in_brackets_become_names(
    write_pack: Callable[..., Pack], types: TypeCatalogue
) -> None:
    text = """\
kind: entity
name: line
fields:
  amount: {type: decimal, label: {zh: 数量, en: Quantity}}
  price:  {type: money, label: {zh: 单价, en: Price}}
  total:  {type: formula, returns: money, formula: "[数量] * [Price]", label: {zh: 金额}}
"""
    total = build_catalog([write_pack(text)], types).entity("line").fields["total"]
    assert total.options["formula"].text == "amount * price"


def test_labels_in_questions_about_related_records_are_those_of_the_related(
    write_pack: Callable[..., Pack], types: TypeCatalogue
) -> None:
    text = """\
kind: entity
name: order
fields:
  note:  {type: text, label: {zh: 数量, en: Note}}
  items: {type: lines, of: line, label: {zh: 明细, en: Items}}
  large: {type: formula, formula: "[明细] 任一 ([数量] > 2)", returns: boolean}
  worth: {type: formula, returns: decimal, formula: "求和([明细] 其中 [数量]>2, [数量]*[Price])"}
  least: {type: formula, formula: "最小([明细], [Price])", returns: decimal}
  most:  {type: formula, formula: "max(items, price)", returns: decimal}
---
kind: entity
name: line
owner: order
fields:
  quantity: {type: decimal, label: {zh: 数量, en: Quantity}}
  price:    {type: money, label: {zh: 单价, en: Price}}
"""
    fields = build_catalog([write_pack(text)], types).entity("order").fields
    names = ("large", "worth", "least", "most")
    assert {name: fields[name].options["formula"].text for name in names} == {
        "large": "items any (quantity > 2)",
        "worth": "sum(items where quantity > 2, quantity * price)",
        "least": "min(items where true, price)",
        "most": "max(items, price)",
    }


def test_what_is_asked_of_related_records_is_looked_for_there(
    write_pack: Callable[..., Pack], types: TypeCatalogue
) -> None:
    text = """\
kind: entity
name: order
fields:
  items: {type: lines, of: line, label: {zh: 明细, en: Items}}
  least: {type: formula, formula: "min(items, prise)", returns: decimal}
---
kind: entity
name: line
owner: order
fields:
  price: {type: money, label: {zh: 单价, en: Price}}
"""
    with pytest.raises(MetadataError) as raised:
        build_catalog([write_pack(text)], types)
    (problem,) = raised.value.problems
    assert (problem.found, problem.nearest) == ("prise", "price")


def test_a_label_that_two_fields_bear_must_not_be_used(
    write_pack: Callable[..., Pack], types: TypeCatalogue
) -> None:
    text = """\
kind: entity
name: line
fields:
  a: {type: decimal, label: {zh: 数量}}
  b: {type: decimal, label: {zh: 数量}, check: "[数量] > 0"}
"""
    with pytest.raises(MetadataError) as raised:
        build_catalog([write_pack(text)], types)
    assert [each.code for each in raised.value.problems] == ["ambiguous_label"]
