"""Groups and measures: local months across UTC midnight, exact averages, having, order."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from installation import Installation

from cardwright_entities.errors import QueryError
from cardwright_entities.queries.conditions import read_expression, read_value
from cardwright_entities.queries.requests import (
    Aggregate,
    AggregateRequest,
    GroupKey,
    Measure,
)

#: 23:59 and midnight of the last of January in Shanghai, which is eight hours ahead of UTC.
MOMENTS = (
    datetime(2026, 1, 31, 15, 59, tzinfo=UTC),
    datetime(2026, 1, 31, 16, 0, tzinfo=UTC),
    datetime(2026, 2, 28, 15, 59, tzinfo=UTC),
    datetime(2025, 12, 31, 16, 30, tzinfo=UTC),
    None,
)
COUNT = {"n": Measure("count")}


@pytest.fixture
def counted(workshop: Installation) -> Installation:
    """A workshop with five firms at the edges of months."""
    with workshop.engine.write(workshop.system()) as desk:
        for index, moment in enumerate(MOMENTS):
            row = {
                "name": f"公司{index}", "seen_at": moment, "staff": (7, 10, 10, None, 1)[index],
                "credit": ("0.10", "0.20", "999999", None, "12.30")[index],
                "level": ("a", "b", "b", "a", None)[index],
                "founded": ("2026-03-30", "2026-03-29", None, "2024-02-29", "2026-04-05")[index],
                "share": ("0.333333", "0.5", None, None, None)[index],
            }  # fmt: skip
            desk.records.create("firm", row)
    return workshop


def _ask(workshop: Installation, *keys: Any, **more: Any) -> Aggregate:
    given = {"measures": COUNT, **more}
    group_by = tuple(key if isinstance(key, GroupKey) else GroupKey(key) for key in keys)
    with workshop.engine.read(workshop.acting("chief")) as desk:
        return desk.aggregate(AggregateRequest(entity="firm", group_by=group_by, **given))


def _counts(found: Aggregate) -> list[tuple[Any, ...]]:
    return [(*group.key, group.values["n"]) for group in found.groups]


def test_months_are_those_of_the_readers_zone(counted: Installation) -> None:
    assert _counts(_ask(counted, GroupKey("seen_at", "month"))) == [
        (None, 1),
        (date(2026, 1, 1), 2),
        (date(2026, 2, 1), 2),
    ]


def test_days_are_those_of_the_readers_zone(counted: Installation) -> None:
    days = [(None, 1), (date(2026, 1, 1), 1), (date(2026, 1, 31), 1), (date(2026, 2, 1), 1)]
    assert _counts(_ask(counted, GroupKey("seen_at", "day"))) == [*days, (date(2026, 2, 28), 1)]
    assert _counts(_ask(counted, "seen_at")) == [*days, (date(2026, 2, 28), 1)]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("week", [date(2024, 2, 26), date(2026, 3, 23), date(2026, 3, 30)]),
        ("month", [date(2024, 2, 1), date(2026, 3, 1), date(2026, 4, 1)]),
        ("quarter", [date(2024, 1, 1), date(2026, 1, 1), date(2026, 4, 1)]),
        ("year", [date(2024, 1, 1), date(2026, 1, 1)]),
    ],
)
def test_dates_are_grouped_by_their_periods(
    counted: Installation, by: str, expected: list[date]
) -> None:
    found = _ask(counted, GroupKey("founded", by))
    assert [group.key[0] for group in found.groups] == [None, *expected]


def test_averages_are_exact_on_both_engines(counted: Installation) -> None:
    measures = {
        "staff": Measure("average", "staff"),
        "share": Measure("average", "share"),
        "credit": Measure("average", "credit"),
    }
    totals = _ask(counted, measures=measures).totals
    assert totals == {
        "staff": Decimal(7),
        "share": Decimal("0.4166665"),
        "credit": Decimal("250002.9"),
    }


def test_the_sum_of_nothing_is_zero_and_its_average_empty(counted: Installation) -> None:
    measures = {name: Measure(name, "staff") for name in ("sum", "average", "min", "max", "count")}
    with counted.engine.read(counted.acting("chief")) as desk:
        where = desk.condition("firm", "name = 'nobody'")
        request = AggregateRequest(entity="firm", where=where, measures=measures)
        totals = desk.aggregate(request).totals
    assert totals == {"sum": 0, "average": None, "min": None, "max": None, "count": 0}


def test_having_and_sort_go_by_the_values_of_measures(counted: Installation) -> None:
    measures = {"n": Measure("count"), "sum": Measure("sum", "double")}
    found = _ask(counted, "level", measures=measures, sort=("-sum",))
    assert [group.key[0] for group in found.groups] == ["b", "a", None]
    assert [group.values["sum"] for group in found.groups] == [40, 14, 2]
    kept = _ask(counted, "level", measures=measures, having=read_expression("sum >= 14 and n > 1"))
    assert [group.key[0] for group in kept.groups] == ["a", "b"]


def test_an_unknown_measure_in_having_or_sort_is_refused(counted: Installation) -> None:
    with pytest.raises(QueryError):
        _ask(counted, "level", having=read_expression("m > 1"))
    with pytest.raises(QueryError):
        _ask(counted, "level", sort=("m",))


def test_groups_by_a_calculated_number_stand_in_its_order(counted: Installation) -> None:
    found = _ask(counted, "double")
    assert [group.key[0] for group in found.groups] == [None, 2, 14, 20]


def test_more_groups_than_asked_are_cut_and_said_so(counted: Installation) -> None:
    found = _ask(counted, "name", limit=2)
    assert (len(found.groups), found.cut, found.totals["n"]) == (2, True, 5)


def test_a_measure_may_be_calculated(counted: Installation) -> None:
    with counted.engine.read(counted.acting("chief")) as desk:
        value = read_value(desk.reading, "firm", "staff * 2 + 1")
        request = AggregateRequest(entity="firm", measures={"m": Measure("sum", value=value)})
        assert desk.aggregate(request).totals == {"m": Decimal(60)}
