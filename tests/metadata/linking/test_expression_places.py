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
