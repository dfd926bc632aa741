"""Every step of rights on the list of removals still stands where the list says."""

from __future__ import annotations

import pytest
from proof.removals import Removal, read_removals

REMOVALS = read_removals()


@pytest.mark.parametrize("removal", REMOVALS, ids=lambda each: each.name)
def test_a_step_is_there_once_and_the_product_compiles_without_it(removal: Removal) -> None:
    assert removal.code() != removal.living().__code__


def test_there_are_at_least_thirty_steps_with_names_of_their_own() -> None:
    names = {each.name for each in REMOVALS}
    assert len(names) == len(REMOVALS) >= 30
    assert all(each.why.endswith(".") for each in REMOVALS)
