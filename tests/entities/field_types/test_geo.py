from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright_entities.field_types.geo import Place


def degrees(most: int) -> st.SearchStrategy[Decimal]:
    micro = most * 10**6
    return st.integers(-micro, micro).map(lambda each: Decimal(each).scaleb(-6))


@given(degrees(90), degrees(180))
def test_any_place_comes_back(make: Any, latitude: Decimal, longitude: Decimal) -> None:
    assert make("geo").survives(Place(latitude, longitude))


@pytest.mark.parametrize("raw", ["31.2304,121.4737", "31.2304 121.4737", "３１.２３０４，121.4737"])
def test_the_ways_places_are_written(make: Any, raw: str) -> None:
    assert make("geo").parse(raw) == Place(Decimal("31.230400"), Decimal("121.473700"))


@pytest.mark.parametrize("raw", ["91,0", "0,181", "31.2", "a,b", {"latitude": 1}, 5])
def test_what_is_no_place_is_refused_by_both_drivers(make: Any, raw: object) -> None:
    field = make("geo")
    assert field.code(raw) in ("not_a_place", "not_a_number")
    assert field.load(raw) == field.parsed(raw)
