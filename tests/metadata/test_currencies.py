"""Who is given a currency: heads with amounts, where there are currencies and nobody said no."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardwright_metadata.catalog import Catalog, build_catalog
from cardwright_metadata.definitions.entities import EntityDefinition
from cardwright_metadata.loading import Pack
from cardwright_metadata.problems import MetadataError
from cardwright_metadata.type_catalogue import TypeCatalogue

TENDER = """\
kind: entity
name: tender
fields: {name: {type: text}, courses: {type: lines, of: course}, stamp_fee: {type: money}}
plays: {currency: {name: name, rates: courses}}
---
kind: entity
name: course
fields: {worth: {type: decimal}, least: {type: money}}
plays: {rate: {currency: head, rate: worth}}
---
"""
GIVEN = ["currency", "rate", "rate_date"]


@pytest.fixture
def build(write_pack: Callable[..., Pack], types: TypeCatalogue) -> Callable[[str], Catalog]:
    return lambda text: build_catalog([write_pack(text)], types)


def given(entity: EntityDefinition) -> list[str]:
    """Return the fields of a currency that the entity did not write itself."""
    return [name for name in GIVEN if getattr(entity.fields.get(name), "pack", "") == "system"]


def thing(fields: str, more: str = "") -> str:
    return f"{TENDER}kind: entity\nname: thing\nfields: {fields}\n{more}"


def test_the_first_amount_brings_currency_rate_and_day(build: Callable[[str], Catalog]) -> None:
    catalog = build(thing("{name: {type: text}, price: {type: money}, cost: {type: money}}"))
    entity = catalog.entity("thing")
    assert given(entity) == GIVEN
    assert list(entity.fields)[:3] == ["name", "price", "cost"]
    assert entity.fields["currency"].targets == ("tender",)
    assert "currency" in entity.features
    for name in GIVEN:
        assert set(dict(entity.fields[name].label.words)) == {"zh", "en"}
    assert ("thing", "currency") in catalog.links_to("tender")


def test_lists_that_nobody_wrote_do_without_them(build: Callable[[str], Catalog]) -> None:
    entity = build(thing("{name: {type: text}, price: {type: money}}")).entity("thing")
    assert [each.path for each in entity.list.columns] == ["name", "price", "created_at"]


def test_a_head_is_given_the_currency_of_the_amounts_of_its_lines(
    build: Callable[[str], Catalog],
) -> None:
    line = "---\nkind: entity\nname: row\nfields: {price: {type: money}}\n"
    catalog = build(thing("{name: {type: text}, rows: {type: lines, of: row}}", line))
    assert given(catalog.entity("thing")) == GIVEN
    assert given(catalog.entity("row")) == []


def test_an_amount_that_comes_with_a_trait_brings_them_too(
    build: Callable[[str], Catalog],
) -> None:
    trait = "---\nkind: trait\nname: priced\nfields: {price: {type: money}}\n"
    catalog = build(thing("{name: {type: text}}", f"use: [priced]\n{trait}"))
    assert given(catalog.entity("thing")) == GIVEN


@pytest.mark.parametrize(
    ("fields", "more"),
    [
        ("{name: {type: text}}", ""),
        ("{price: {type: money}}", "features: {currency: false}\n"),
        ("{price: {type: money}, paid_in: {type: link, to: tender}}", ""),
        ("{price: {type: money}, rate: {type: percent}}", ""),
        ("{price: {type: money}, currency: {type: text}}", ""),
        ("{price: {type: money, retired: true}, name: {type: text}}", ""),
        (
            "{rows: {type: lines, of: row}, paid_in: {type: link, to: tender}}",
            "---\nkind: entity\nname: row\nfields: {price: {type: money}}\n",
        ),
        (
            "{rows: {type: lines, of: row}}",
            "---\nkind: entity\nname: row\n"
            "fields: {price: {type: money}, paid_in: {type: link, to: tender}}\n",
        ),
        (
            "{rows: {type: lines, of: row}}",
            "---\nkind: entity\nname: row\nfields: {price: {type: money}}\n"
            "features: {currency: false}\n",
        ),
    ],
    ids=[
        "no amount", "declined", "own link", "own rate", "own currency",
        "retired", "lines of a head with its own", "lines with their own", "lines that decline",
    ],
)  # fmt: skip
def test_who_needs_none_is_given_none(
    build: Callable[[str], Catalog], fields: str, more: str
) -> None:
    catalog = build(thing(fields, more))
    assert {name: given(each) for name, each in catalog.entities.items() if given(each)} == {}


def test_who_asks_for_one_is_given_one(build: Callable[[str], Catalog]) -> None:
    catalog = build(thing("{name: {type: text}}", "features: {currency: true}\n"))
    assert given(catalog.entity("thing")) == GIVEN


def test_without_currencies_nobody_is_given_one(build: Callable[[str], Catalog]) -> None:
    text = "kind: entity\nname: thing\nfields: {price: {type: money}}\n"
    assert given(build(text).entity("thing")) == []


def test_given_fields_are_changed_like_others(build: Callable[[str], Catalog]) -> None:
    fields = "{price: {type: money}, currency: {required: true, label: {en: Paid in}}}"
    found = build(thing(fields)).entity("thing").fields["currency"]
    assert found.targets == ("tender",)
    assert found.required is True
    assert dict(found.label.words) == {"en": "Paid in", "zh": "币种"}


@pytest.mark.parametrize(
    "amount", ["{type: money}", "{type: formula, returns: money, formula: '1'}"]
)
def test_the_name_of_what_an_amount_is_worth_is_taken(
    build: Callable[[str], Catalog], amount: str
) -> None:
    with pytest.raises(MetadataError) as raised:
        build(thing(f"{{price: {amount}, price_base: {{type: text}}}}"))
    (problem,) = raised.value.problems
    assert (problem.code, problem.found) == ("reserved_field", "price_base")
    assert build(thing("{rate_base: {type: text}, price: {type: text}, price_base: {type: text}}"))
