"""What calculated amounts are worth, shown, added up and kept beside those that are stored."""

from __future__ import annotations

from decimal import Decimal

import pytest
from installation import Installation

from cardwright_entities.queries.requests import AggregateRequest, GroupKey, Measure, PageRequest
from cardwright_metadata.definitions.lists import SortDefinition


@pytest.fixture
def parcels(trade: Installation) -> Installation:
    """Two parcels of 10: one in the base currency, one in tender 2 at 7."""
    with trade.engine.write(trade.system()) as desk:
        rows = [{"price": "7"}, {"price": "3"}]
        desk.records.create("parcel", {"name": "home", "rows": rows})
        values = {"name": "abroad", "currency": 2, "rate_date": "2026-06-30", "rows": rows}
        desk.records.create("parcel", values)
    return trade


def test_a_calculated_amount_is_worth_what_the_rate_of_its_record_says(
    parcels: Installation,
) -> None:
    shown = ("third.base", "third.amount", "whole")
    with parcels.engine.read(parcels.system()) as desk:
        abroad, home = desk.page(PageRequest(entity="parcel", columns=shown)).rows
        lines = desk.page(PageRequest(entity="parcel_row", columns=("worth", "of.base", "seen")))
    assert abroad.values["third.base"] == Decimal("23.33")
    assert home.values["third.base"] == home.values["third.amount"]
    # What is stored was computed by Python, what is shown by the database.
    assert [each.values["whole"] for each in (abroad, home)] == [Decimal("69.99"), Decimal(10)]
    assert [each.values["worth"] for each in lines.rows] == [42, 98, 6, 14]
    assert [each.values["seen"] for each in lines.rows] == [
        round(Decimal(str(each.values["of.base"])), 2) for each in lines.rows
    ]


def test_a_sum_of_what_amounts_are_worth_follows_their_rates(trade: Installation) -> None:
    with trade.engine.write(trade.system()) as desk:

        def sums() -> list[object]:
            values = desk.record("fund", fund).values
            return [values["held"], values["packed"]]

        fund = desk.records.create("fund", {}).id
        deal = desk.records.create("deal", {"fund": fund, "price": "10"}).id
        parcel = desk.records.create("parcel", {"rows": [{"fund": fund, "price": "3"}]}).id
        assert sums() == [10, 3]
        desk.records.update("deal", deal, {"paid_in": 2}, None)
        desk.records.update("parcel", parcel, {"currency": 2, "rate_date": "2026-06-30"}, None)
        assert sums() == [Decimal("72.5"), 21]
        desk.records.update("deal", deal, {"rate": "8"}, None)
        desk.records.update("parcel", parcel, {"rate": "6"}, None)
        assert sums() == [80, 18]


def test_calculated_amounts_are_added_up_and_sorted_by_what_they_are_worth(
    parcels: Installation,
) -> None:
    with parcels.engine.read(parcels.system()) as desk:
        request = PageRequest(
            entity="parcel",
            columns=("name",),
            totals={"third": "sum"},
            sort=(SortDefinition(path="third", descending=True),),
            where=desk.condition("parcel", "third.base < 100"),
        )
        page = desk.page(request)
        grouped = AggregateRequest(
            entity="parcel_row",
            group_by=(GroupKey("head.name"),),
            measures={"most": Measure("max", "twice")},
        )
        groups = desk.aggregate(grouped).groups
    assert [row.values["name"] for row in page.rows] == ["abroad", "home"]
    assert round(Decimal(str(page.totals["third"])), 2) == Decimal("26.66")
    assert [(each.key, each.values["most"]) for each in groups] == [
        (("abroad",), 98), (("home",), 14),
    ]  # fmt: skip


def test_who_may_not_read_the_rate_still_reads_what_a_calculated_amount_is_worth(
    parcels: Installation,
) -> None:
    with parcels.engine.read(parcels.acting("clerk")) as desk:
        page = desk.page(PageRequest(entity="parcel", columns=("third.base",)))
        lines = desk.page(PageRequest(entity="parcel_row", columns=("twice.base",)))
        readable = desk.reading.readable(desk.model.entity("parcel"))
    assert {"third"} == {"third", "rate", "currency"} & set(readable)
    assert page.rows[0].values["third.base"] == Decimal("23.33")
    assert [each.values["twice.base"] for each in lines.rows] == [42, 98, 6, 14]
