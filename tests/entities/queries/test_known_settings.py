"""Settings in what people write: a condition would tell their value, so few may name them."""

from __future__ import annotations

import pytest
from installation import Installation

from cardwright_entities.engine import Desk
from cardwright_entities.errors import QueryError
from cardwright_entities.queries.conditions import read_expression, read_value

MOTTO = "$setting.workshop.motto = 'Measure twice'"


def refusals(desk: Desk, setting: str) -> list[dict[str, object]]:
    """Return how a condition, a filter with a formula, a measure and a narrowing are refused."""
    ways = (
        lambda: desk.condition("firm", f"name = '甲' and $setting.{setting} is empty"),
        lambda: read_value(desk.reading, "firm", f"if($setting.{setting} is empty, 1, 2)"),
        lambda: read_expression(f"$setting.{setting} is empty", desk.reading),
    )
    told = []
    for way in ways:
        with pytest.raises(QueryError) as caught:
            way()
        told.append(
            {name: str(value).replace(setting, "…") for name, value in caught.value.message.params}
        )
    return told


def test_a_setting_that_one_may_not_read_is_none(wide_workshop: Installation) -> None:
    with wide_workshop.engine.read(wide_workshop.acting("clerk")) as desk:
        hidden = refusals(desk, "workshop.motto")
    assert [each["cause"] for each in hidden] == ["unknown_name"] * 3


def test_who_sets_settings_and_the_system_name_all(wide_workshop: Installation) -> None:
    for context in (wide_workshop.acting("setter"), wide_workshop.system()):
        with wide_workshop.engine.read(context) as desk:
            assert desk.condition("firm", MOTTO) is not None


def test_a_readable_one_is_named_by_everybody(wide_workshop: Installation) -> None:
    with wide_workshop.engine.read(wide_workshop.acting("clerk")) as desk:
        assert desk.condition("firm", "$setting.workshop.hours = 8") is not None
        assert read_expression("$setting.workshop.hours > 3", desk.reading)
