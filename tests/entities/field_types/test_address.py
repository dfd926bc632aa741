from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright_entities.field_types.address import Address

STREETS = st.text("中山路1号AB, '\"{}", max_size=30).map(str.strip)
ADDRESSES = st.builds(
    Address,
    st.none() | st.integers(1, 2**53),
    STREETS,
    st.sampled_from(["", "510000", "EC1A 4SD"]),
)


@given(ADDRESSES)
def test_any_address_comes_back(make: Any, value: Address) -> None:
    field = make("address", targets=("region",))
    assert field.survives(None if value == Address() else value, excel=False)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (
            {"region": "12", "street": " 中山路1号 ", "postcode": "５１００００"},
            (12, "中山路1号", "510000"),
        ),
        ({"street": "Obere Str. 57", "postcode": None}, (None, "Obere Str. 57", "")),
        ("中山路1号", (None, "中山路1号", "")),
        ({"region": {"id": 3, "title": "广州"}}, (3, "", "")),
    ],
)
def test_parts_and_plain_text_are_read(make: Any, raw: object, value: tuple[Any, ...]) -> None:
    assert make("address").parse(raw) == Address(*value)


@pytest.mark.parametrize("raw", ["", None, {}, {"region": "", "street": " ", "postcode": ""}])
def test_nothing_in_every_part_is_no_address(make: Any, raw: object) -> None:
    assert make("address").parse(raw) is None


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({"city": "广州"}, "not_an_address"),
        ({"street": 5}, "not_an_address"),
        ("{not json", "not_an_address"),
        (["a"], "not_an_address"),
        ({"region": "x"}, "not_a_record"),
        ({"postcode": "?"}, "not_a_postcode"),
        ({"street": "x" * 501}, "too_long"),
        ({"street": "a\x00"}, "bad_character"),
    ],
)
def test_what_is_no_address_is_refused_by_both_drivers(make: Any, raw: object, code: str) -> None:
    field = make("address")
    assert field.code(raw) == code
    assert field.load(raw) == field.parsed(raw)


def test_it_reads_as_one_line_with_the_regions_title(make: Any) -> None:
    field = make("address", targets=("region",))
    value = Address(12, "中山路1号", "510000")
    titles = {("region", 12): "广东省广州市"}
    assert field.shown(value, titles=titles) == "广东省广州市 中山路1号 510000"
    assert field.shown(value) == "中山路1号 510000"
    assert field.type.search_text(value, field.definition) == "中山路1号"


@pytest.mark.parametrize("street", ["中山路1号", "中山路1号 510000", "x{y"])
def test_one_cell_of_a_sheet_holds_street_and_postcode(make: Any, street: str) -> None:
    field = make("address")
    value = field.cell(street)
    assert field.cell(field.excel(value)) == value


def test_an_address_of_a_region_alone_is_not_empty_in_the_table(make: Any) -> None:
    field = make("address", targets=("region",))
    assert field.row(Address(region=5)) == ("", 5, None)
    columns = field.type.columns(field.definition)
    assert [(each.suffix, each.target) for each in columns] == [
        ("", ""),
        ("_region", "region"),
        ("_postcode", ""),
    ]
