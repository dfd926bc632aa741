"""What an amount is worth in the base currency: at the rate of its record's day, and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from installation import Installation
from sqlalchemy import select

from cardwright_entities.errors import InputError
from cardwright_entities.queries.requests import (
    AggregateRequest,
    GroupKey,
    Measure,
    PageRequest,
)
from cardwright_entities.records.undoing import undo
from cardwright_metadata.definitions.lists import SortDefinition


def stored(trade: Installation, entity: str, field: str) -> list[tuple[Decimal, Decimal]]:
    """Return amount and base amount of a field's records."""
    with trade.engine.read(trade.system()) as desk:
        model = desk.model.entity(entity)
        statement = select(*model.fields[field].columns).order_by(model.table.c["id"])
        return [tuple(row) for row in desk.session.rows(statement)]


def test_without_a_currency_an_amount_is_worth_itself(trade: Installation) -> None:
    with trade.engine.write(trade.system()) as desk:
        desk.records.create("bill", {"fee": "12.50"})
        desk.records.create("bill", {"fee": "12.50", "currency": 1})
    assert stored(trade, "bill", "fee") == [(Decimal("12.50"), Decimal("12.50"))] * 2


def test_head_lines_and_formulas_are_worth_what_the_rate_of_the_day_says(
    trade: Installation,
) -> None:
    rows = [{"price": "10"}, {"price": "0.33"}]
    with trade.engine.write(trade.system()) as desk:
        for day in ("2026-06-30", "2026-07-01", None):
            values = {"currency": 2, "rate_date": day, "fee": "2", "rows": rows}
            desk.records.create("bill", values)
    assert [base for _, base in stored(trade, "bill", "fee")] == [
        Decimal("14.00"), Decimal("14.50"), Decimal("14.50"),
    ]  # fmt: skip
    assert stored(trade, "bill", "total")[0] == (Decimal("10.33"), Decimal("72.31"))
    assert stored(trade, "bill_row", "price")[:4] == [
        (Decimal("10.00"), Decimal("70.00")),
        (Decimal("0.33"), Decimal("2.31")),
        (Decimal("10.00"), Decimal("72.50")),
        (Decimal("0.33"), Decimal("2.39")),
    ]


def test_totals_over_several_currencies_add_what_amounts_are_worth(trade: Installation) -> None:
    with trade.engine.write(trade.system()) as desk:
        desk.records.create("bill", {"currency": 2, "rows": [{"price": "10"}]})
        desk.records.create("bill", {"currency": 1, "rows": [{"price": "10"}]})
        page = desk.page(PageRequest(entity="bill", columns=("name",), totals={"total": "sum"}))
    assert page.totals["total"] == Decimal("82.50")


def test_a_later_save_keeps_the_rate_of_the_day_on_which_the_record_was_made(
    trade: Installation,
) -> None:
    early = replace(trade.system(), now=trade.system().now - timedelta(days=200))
    with trade.engine.write(early) as desk:
        bill = desk.records.create("bill", {"currency": 2, "fee": "1"}).id
    with trade.engine.write(trade.system()) as desk:
        desk.records.update("bill", bill, {"fee": "3"}, None)
    assert stored(trade, "bill", "fee") == [(Decimal("3.00"), Decimal("21.00"))]


def test_another_currency_restates_every_amount_and_leaves_lines_as_they_are(
    trade: Installation,
) -> None:
    with trade.engine.write(trade.system()) as desk:
        rows = [{"price": "10"}, {"price": "20"}]
        bill = desk.records.create("bill", {"fee": "1", "rows": rows}).id
        desk.records.update("bill", bill, {"currency": 2}, None)
        line = desk.record("bill", bill, lines=True).lines["rows"][0]
    assert stored(trade, "bill", "fee") == [(Decimal("1.00"), Decimal("7.25"))]
    assert stored(trade, "bill", "total") == [(Decimal("30.00"), Decimal("217.50"))]
    assert [base for _, base in stored(trade, "bill_row", "price")] == [
        Decimal("72.50"), Decimal("145.00"),
    ]  # fmt: skip
    assert line.values["version"] == 1


def test_undoing_another_currency_undoes_what_it_was_worth(trade: Installation) -> None:
    with trade.engine.write(trade.system()) as desk:
        values = {"fee": "1", "rows": [{"price": "10"}]}
        bill = desk.records.create("bill", values).id
        moved = desk.records.update("bill", bill, {"currency": 2}, None)
        undo(desk.records, moved.change_set)
    for entity, field in (("bill", "fee"), ("bill", "total"), ("bill_row", "price")):
        ((amount, base),) = stored(trade, entity, field)
        assert amount == base


def test_a_day_without_a_rate_is_refused_at_the_currency(trade: Installation) -> None:
    with pytest.raises(InputError) as raised, trade.engine.write(trade.system()) as desk:
        desk.records.create("bill", {"currency": 2, "rate_date": "2025-12-31", "fee": "1"})
    (message,) = raised.value.fields["currency"]
    assert message.code == "no_rate"
    assert dict(message.params) == {"currency": "USD", "day": "2025-12-31"}


def test_a_kept_rate_is_filled_in_set_by_hand_and_follows_the_currency(
    trade: Installation,
) -> None:
    with trade.engine.write(trade.system()) as desk:
        found = desk.records.create("deal", {"paid_in": 2, "price": "2"}).id
        agreed = desk.records.create("deal", {"paid_in": 2, "price": "2", "rate": "6.5"}).id
        assert desk.record("deal", found).values["rate"] == Decimal("7.25")
        desk.records.update("deal", agreed, {"price": "4"}, None)
        desk.records.update("deal", found, {"rate": "8"}, None)
    assert [base for _, base in stored(trade, "deal", "price")] == [Decimal(16), Decimal(26)]
    with trade.engine.write(trade.system()) as desk:
        usd = desk.record("tender", 2).values
        assert usd["sign"] == "USD"
        desk.records.create("tender", {"sign": "EUR", "courses": [{"worth": "9"}]})
        desk.records.update("deal", agreed, {"paid_in": 3}, None)
        assert desk.record("deal", agreed).values["rate"] == Decimal(9)


def test_expressions_read_what_an_amount_is_worth(trade: Installation) -> None:
    with trade.engine.write(trade.system()) as desk:
        desk.records.create("bill", {"currency": 2, "rows": [{"price": "10"}]})
        page = desk.page(PageRequest(entity="bill_row", columns=("price", "worth")))
        assert page.rows[0].values["worth"] == Decimal("72.50")
        with pytest.raises(InputError) as raised:
            desk.records.create("bill", {"currency": 2, "fee": "20000"})
    assert list(raised.value.fields) == ["fee"]


def test_what_is_worth_more_than_can_be_kept_is_refused(trade: Installation) -> None:
    with pytest.raises(InputError) as raised, trade.engine.write(trade.system()) as desk:
        desk.records.create("deal", {"paid_in": 2, "price": "9" * 16})
    assert list(raised.value.fields) == ["paid_in"]


def test_a_given_currency_counts_for_lines_and_keeps_its_rate(trade: Installation) -> None:
    rows = [{"price": "10"}, {"price": "2"}]
    with trade.engine.write(trade.system()) as desk:
        desk.records.create("parcel", {"rows": rows})
        values = {"currency": 2, "rate_date": "2026-06-30", "rows": rows}
        found = desk.records.create("parcel", values).id
        assert desk.record("parcel", found).values["rate"] == Decimal(7)
        page = desk.page(PageRequest(entity="parcel", columns=("name",), totals={"total": "sum"}))
    assert stored(trade, "parcel", "total") == [
        (Decimal(12), Decimal(12)), (Decimal(12), Decimal(84)),
    ]  # fmt: skip
    assert page.totals["total"] == Decimal(96)


@pytest.mark.parametrize("base", [1, None])
def test_the_rate_of_a_currency_goes_with_it(trade: Installation, base: int | None) -> None:
    with trade.engine.write(trade.system()) as desk:
        parcel = desk.records.create("parcel", {"currency": 2, "rows": [{"price": "10"}]}).id
        # A form sends along the rate that it showed.
        values = {"currency": base, "rate": "7.25"}
        desk.records.update("parcel", parcel, values, None)
        assert desk.record("parcel", parcel).values["rate"] is None
        desk.records.update("parcel", parcel, {"name": "later"}, None)
    assert stored(trade, "parcel", "total") == [(Decimal(10), Decimal(10))]


def test_undoing_another_currency_brings_back_the_rate_set_by_hand(trade: Installation) -> None:
    with trade.engine.write(trade.system()) as desk:
        values = {"currency": 2, "rate": "6.5", "rows": [{"price": "10"}]}
        parcel = desk.records.create("parcel", values).id
        moved = desk.records.update("parcel", parcel, {"currency": 1}, None)
        undo(desk.records, moved.change_set)
        assert desk.record("parcel", parcel).values["rate"] == Decimal("6.5")
    assert stored(trade, "parcel", "total") == [(Decimal(10), Decimal(65))]


def test_lists_stand_in_the_order_of_what_amounts_are_worth(trade: Installation) -> None:
    # Worth 21, 20, 14, 20 and nothing.
    deals = [("3", 2), ("20", 1), ("2", 2), ("20", None), (None, 2)]
    with trade.engine.write(trade.system()) as desk:
        for price, currency in deals:
            values = {"paid_in": currency, "price": price, "rate": "7" if currency == 2 else None}
            desk.records.create("deal", values)

        def ids(path: str, *, falling: bool = False) -> list[int]:
            sort = (SortDefinition(path=path, descending=falling),)
            asked = PageRequest(entity="deal", columns=("price",), sort=sort, limit=2)
            page = desk.page(asked)
            found = [row.id for row in page.rows]
            while page.next:
                page = desk.page(replace(asked, after=page.next))
                found += [row.id for row in page.rows]
            return found

        assert ids("price") == ids("price.base") == [5, 3, 2, 4, 1]
        assert ids("price", falling=True) == [1, 4, 2, 3, 5]
        assert ids("price.amount") == [5, 3, 1, 2, 4]
        condition = desk.condition("deal", "price < 10")
        page = desk.page(PageRequest(entity="deal", columns=("price.base",), where=condition))
        assert sorted(row.id for row in page.rows) == [1, 3]
        model = desk.model.entity("deal")
        assert {"price", "price_base"} <= model.sorted_columns


def test_groups_of_amounts_are_groups_of_what_they_are_worth(trade: Installation) -> None:
    with trade.engine.write(trade.system()) as desk:
        for price, currency, rate in (("2", 2, "7"), ("14", 1, None), ("2", None, None)):
            values = {"paid_in": currency, "price": price, "rate": rate}
            desk.records.create("deal", values)

        def groups(path: str) -> list[tuple[object, object]]:
            request = AggregateRequest(
                entity="deal",
                group_by=(GroupKey(path),),
                measures={"n": Measure("count")},
            )
            return [(each.key[0], each.values["n"]) for each in desk.aggregate(request).groups]

        worth = [(Decimal(2), 1), (Decimal(14), 2)]
        assert groups("price") == groups("price.base") == worth
        assert groups("price.amount") == [(Decimal(2), 2), (Decimal(14), 1)]
