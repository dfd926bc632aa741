"""Sums that are spread: the parts add up to the cent, in proportion, whatever is asked."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from cardwright_entities.records.spreading import spread_by, spread_evenly

AMOUNTS = st.decimals(min_value=-(10**10), max_value=10**10, places=2)
WEIGHTS = st.lists(st.decimals(min_value=0, max_value=10**8, places=2), min_size=1, max_size=40)


@given(AMOUNTS, st.integers(1, 60))
def test_even_parts_add_up_and_differ_by_a_cent_at_most(total: Decimal, parts: int) -> None:
    found = spread_evenly(total, parts, 2)
    assert sum(found) == total
    assert max(found) - min(found) <= Decimal("0.01")


@given(AMOUNTS, WEIGHTS)
def test_weighted_parts_add_up_and_are_off_by_less_than_a_cent(
    total: Decimal, weights: list[Decimal]
) -> None:
    found = spread_by(total, weights, 2)
    assert sum(found) == total
    whole = sum(weights)
    for part, weight in zip(found, weights, strict=True):
        share = total * weight / whole if whole else total / len(weights)
        assert abs(part - share) < Decimal("0.010001")
        if whole and not weight:
            assert part == 0


def test_a_year_of_a_hundred_is_spread_by_the_year_before() -> None:
    assert spread_evenly(Decimal(100), 3, 2) == (
        Decimal("33.34"),
        Decimal("33.33"),
        Decimal("33.33"),
    )
    assert spread_by(Decimal(100), [Decimal(3), Decimal(1), Decimal(0)], 0) == (75, 25, 0)
    assert spread_by(Decimal(-10), [Decimal(0), Decimal(0)], 2) == (Decimal(-5), Decimal(-5))
    assert spread_by(Decimal(5), [], 2) == ()
