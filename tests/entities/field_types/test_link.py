from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright_entities.expressions.values import RecordRef, ValueType


@given(st.none() | st.integers(1, 2**53))
def test_any_id_comes_back(make: Any, value: int | None) -> None:
    # What a sheet shows is the title; finding the record again is the importer's work.
    assert make("link", to="customer").survives(value, excel=False)


@pytest.mark.parametrize(
    "raw", [12, "12", " １２ ", 12.0, {"id": 12, "title": "华南"}, RecordRef("customer", 12)]
)
def test_an_id_is_read_from_all_that_names_a_record(make: Any, raw: object) -> None:
    assert make("link", to="customer").parse(raw) == 12


@pytest.mark.parametrize(
    "raw", [0, -1, 2**53 + 1, 1.5, True, "华南", "1e3", [1], {"id": "x"}, "9" * 20]
)
def test_what_is_no_id_is_refused_by_both_drivers(make: Any, raw: object) -> None:
    field = make("link", to="customer")
    assert field.code(raw) == "not_a_record"
    assert field.load(raw) == field.parsed(raw)


def test_it_shows_the_title_and_nothing_when_that_may_not_be_read(make: Any) -> None:
    field = make("link", to="customer", targets=("customer",))
    assert field.shown(12, titles={("customer", 12): "华南贸易"}) == "华南贸易"
    assert field.shown(12) == ""
    assert field.excel(None) is None


def test_expressions_know_where_it_leads(make: Any) -> None:
    field = make("link", to="product_category", targets=("product_category",), target_tree=True)
    assert field.type.value_type(field.definition) == ValueType(
        "record", entity="product_category", tree=True
    )
    assert field.type.columns(field.definition)[0].target == "product_category"
