"""过账 and 冲销: entries follow the document, balances are their sums, nothing falls below zero."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from installation import Installation
from shipping_steps import deliver
from sqlalchemy import delete, update

from cardwright_entities.engine import Desk
from cardwright_entities.errors import AccessError, InputError, NotFoundError
from cardwright_entities.flows.late_postings import post_late
from cardwright_entities.queries.ledger_balances import LedgerBalances
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.queries.titles import titles_of
from cardwright_entities.records.undoing import undo
from cardwright_entities.settings import write_setting


def stock(desk: Desk, product: int = 1, at: date | None = None) -> Decimal:
    dimensions = {"product": product, "warehouse": 1}
    ledger = LedgerBalances()
    found = ledger.balance(desk.session, desk.reading, "stock", dimensions, "quantity", at)
    assert found is not None
    return found


def take_in(desk: Desk, quantity: object, product: int = 1) -> int:
    raw = {"product": product, "warehouse": 1, "quantity": quantity, "value": "10"}
    return desk.records.create("intake", raw).id


def send(desk: Desk, *quantities: object, **values: object) -> int:
    lines = [{"product": 1 + i % 2, "quantity": q} for i, q in enumerate(quantities)]
    raw = {"warehouse": 1, "stage": "shipped", "lines": lines, **values}
    return desk.records.create("delivery", raw).id


def entries(desk: Desk) -> list[tuple[object, ...]]:
    columns = ("product", "quantity", "day", "reverses", "reversed_by")
    request = PageRequest(entity="stock_entry", columns=columns, limit=200)
    rows = sorted(desk.page(request).rows, key=lambda row: row.id)
    return [tuple(row.values[name] for name in columns) for row in rows]


def sums_agree(desk: Desk) -> bool:
    """Tell whether each balance is the sum of its entries."""
    wanted: dict[object, list[Decimal]] = {}
    for name, sign in (("stock_balance", 1), ("stock_entry", -1)):
        columns = ("product", "warehouse", "batch", "quantity", "value")
        for row in desk.page(PageRequest(entity=name, columns=columns, limit=200)).rows:
            key = tuple(row.values[each] for each in columns[:3])
            total = wanted.setdefault(key, [Decimal(0), Decimal(0)])
            for index, measure in enumerate(("quantity", "value")):
                total[index] += sign * Decimal(str(row.values[measure] or 0))
    return all(not any(total) for total in wanted.values())


def test_a_document_posts_when_its_condition_holds(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        take_in(desk, 10)
        delivery = send(desk, 4, stage="draft")
        assert stock(desk) == 10
        desk.records.update("delivery", delivery, {"stage": "shipped"}, None)
        assert stock(desk) == 6
        assert sums_agree(desk)


def test_saving_again_posts_nothing_more(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        take_in(desk, 10)
        delivery = send(desk, 4)
        before = entries(desk)
        desk.records.update("delivery", delivery, {"ship_to": "无锡"}, None)
        desk.records.update("delivery", delivery, {"stage": "shipped"}, None)
        assert entries(desk) == before


def test_changed_values_are_taken_back_and_posted_anew(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        take_in(desk, 10)
        delivery = send(desk, 4)
        (line,) = desk.record("delivery", delivery).lines["lines"]
        raw = {"lines": [{"id": line.id, "quantity": 7}]}
        desk.records.update("delivery", delivery, raw, None)
        day = date(2026, 11, 18)
        assert entries(desk)[1:] == [
            (1, Decimal(-4), day, None, 3),
            (1, Decimal(4), day, 2, None),
            (1, Decimal(-7), day, None, None),
        ]
        assert stock(desk) == 3
        assert sums_agree(desk)


def test_leaving_the_state_deleting_and_undoing_take_everything_back(
    shipping: Installation,
) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        take_in(desk, 10)
        delivery = send(desk, 4)
        desk.records.update("delivery", delivery, {"stage": "void"}, None)
        assert stock(desk) == 10
        other = send(desk, 5)
        desk.records.delete("delivery", other)
        assert stock(desk) == 10
        desk.records.restore("delivery", other)
        assert stock(desk) == 5
        lines = [{"product": 1, "quantity": 2}]
        raw = {"warehouse": 1, "stage": "shipped", "lines": lines}
        saved = desk.records.create("delivery", raw)
        assert stock(desk) == 3
        undo(desk.records, saved.change_set)
        assert stock(desk) == 5
        assert sums_agree(desk)


def test_a_removed_line_takes_its_entry_back(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        take_in(desk, 10)
        take_in(desk, 10, product=2)
        delivery = send(desk, 4, 3)
        line = desk.record("delivery", delivery).lines["lines"][1]
        gone = {"lines": [{"id": line.id, "remove": True}]}
        desk.records.update("delivery", delivery, gone, None)
        assert (stock(desk), stock(desk, 2)) == (6, 10)


def test_no_more_is_sent_than_there_is(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        take_in(desk, 3)
        with pytest.raises(InputError) as caught, desk.session.savepoint():
            send(desk, 4)
        assert stock(desk) == 3
    (message,) = caught.value.fields["lines.0.quantity"]
    said = {"what": "减速机 / 主仓", "left": "3", "measure": "quantity"}
    assert (message.code, dict(message.params)) == ("below_zero_left", said)


def test_a_setting_may_allow_less_than_nothing(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        write_setting(desk.session, desk.model, desk.context, "stock.allow_negative", value=True)
    with shipping.engine.write(shipping.system()) as desk:
        send(desk, 4)
        assert stock(desk) == -4


def test_what_was_taken_in_and_sent_on_is_not_taken_back(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        intake = take_in(desk, 5)
        send(desk, 4)
        with pytest.raises(InputError) as caught:
            desk.records.delete("intake", intake)
    assert [each.code for each in caught.value.fields[""]] == ["below_zero_left"]


def test_a_balance_is_known_for_any_day(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        take_in(desk, 10)
        send(desk, 4, shipped_on="2026-11-25")
        assert stock(desk) == 6
        assert stock(desk, at=date(2026, 11, 20)) == 10
        assert stock(desk, at=date(2026, 11, 1)) == 0
        assert stock(desk, at=date(2026, 11, 25)) == 6


def test_batches_have_balances_of_their_own(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        desk.records.create("batch", {"name": "B1"})
        write_setting(desk.session, desk.model, desk.context, "stock.allow_negative", value=True)
    with shipping.engine.write(shipping.system()) as desk:
        take_in(desk, 10)
        lines = [
            {"product": 1, "quantity": 1, "batch": 1},
            {"product": 1, "quantity": 2},
            {"product": 1, "quantity": 4, "batch": 1},
        ]
        raw = {"warehouse": 1, "stage": "shipped", "lines": lines}
        desk.records.create("delivery", raw)
        assert (
            LedgerBalances().balance(
                desk.session, desk.reading, "stock", {"product": 1, "batch": 1}
            )
            == -5
        )
        assert (
            LedgerBalances().balance(
                desk.session, desk.reading, "stock", {"product": 1, "batch": None}
            )
            == 8
        )
        assert stock(desk) == 3
        assert sums_agree(desk)


def test_nothing_is_posted_into_a_closed_period(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        take_in(desk, 10)
        early = send(desk, 4, shipped_on="2026-10-05")
        write_setting(desk.session, desk.model, desk.context, "stock.closed_to", "2026-10-31")
    with shipping.engine.write(shipping.system()) as desk:
        with pytest.raises(InputError) as caught, desk.session.savepoint():
            send(desk, 1, shipped_on="2026-10-31")
        assert [each.code for each in caught.value.fields[""]] == ["period_closed"]
        desk.records.update("delivery", early, {"stage": "void"}, None)
        assert entries(desk)[-1][2] == date(2026, 11, 18)
        assert stock(desk, at=date(2026, 10, 31)) == -4
        assert stock(desk) == 10


def test_a_dimension_must_be_said_before_posting(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        with pytest.raises(InputError) as caught, desk.session.savepoint():
            desk.records.create("intake", {"product": 1, "quantity": 2})
        assert [each.code for each in caught.value.fields["warehouse"]] == ["dimension_missing"]


def test_nobody_but_the_engine_writes_a_ledger(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        take_in(desk, 10)
    with shipping.engine.write(shipping.acting("clerk")) as desk:
        assert stock(desk) == 10
        with pytest.raises(AccessError):
            desk.records.create("stock_entry", {"product": 1, "quantity": 5})
        with pytest.raises(AccessError):
            desk.records.update("stock_balance", 1, {"quantity": 5}, None)
        with pytest.raises(AccessError):
            desk.records.delete("stock_balance", 1)


def test_a_delivery_made_from_an_order_posts_what_it_copied(shipping: Installation) -> None:
    with shipping.engine.write(shipping.acting("clerk")) as desk:
        raw = {"customer": 1, "lines": [{"product": 1, "quantity": 3, "price": "5"}]}
        order = desk.records.create("sales_order", raw).id
        (line,) = desk.record("sales_order", order).lines["lines"]
    with shipping.engine.write(shipping.system()) as desk:
        take_in(desk, 10)
    with shipping.engine.write(shipping.acting("clerk")) as desk:
        deliver(desk, {line.id: 3}, warehouse=1, stage="shipped")
        assert LedgerBalances().balance(
            desk.session, desk.reading, "stock", {"product": 1}, "value"
        ) == Decimal(-5)
        assert sums_agree(desk)


def test_what_reads_a_balance_is_kept_right(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        take_in(desk, 10)
        assert desk.record("product", 1).values["stock"] == Decimal(10)
        send(desk, 4)
        assert desk.record("product", 1).values["stock"] == Decimal(6)


def test_expressions_ask_a_ledger_with_the_rights_of_who_acts(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        take_in(desk, 3)
        raw = {"warehouse": 1, "lines": [{"product": 1, "quantity": 4}]}
        saved = desk.records.create("delivery", raw)
        assert list(saved.warnings) == ["lines.0.enough"]
    with shipping.engine.write(shipping.acting("own_orders", employee=1)) as desk:
        raw = {"lines": [{"product": 1, "quantity": 4}]}
        assert desk.records.create("delivery", raw).warnings == {}


def test_what_lies_behind_the_lines_posts_too(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        desk.records.update("product", 1, {"gifts": [{"gift": 2, "each": "0.5"}]}, None)
        take_in(desk, 10)
        take_in(desk, 10, product=2)
        sample = desk.records.create(
            "sample_slip", {"warehouse": 1, "lines": [{"product": 1, "quantity": 4}]}
        )
        assert stock(desk, 2) == 8
        assert stock(desk) == 10
        desk.records.delete("sample_slip", sample.id)
        assert stock(desk, 2) == 10
        assert sums_agree(desk)


def test_an_entry_is_called_as_its_document_and_says_what_became_of_it(
    shipping: Installation,
) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        intake = take_in(desk, 3)
        desk.records.update("intake", intake, {"quantity": 4}, None)
        columns = ("document", "cause", "taken_back")
        request = PageRequest(entity="stock_entry", columns=columns)
        rows = sorted(desk.page(request).rows, key=lambda row: row.id)
        told = [(row.values["cause"], row.values["taken_back"]) for row in rows]
        assert told == [("in", "reversed"), ("in", "reversal"), ("in", None)]
        where = desk.condition("stock_entry", "taken_back = 'reversal' and cause = 'in'")
        found = desk.page(PageRequest(entity="stock_entry", where=where)).rows
        assert [row.id for row in found] == [rows[1].id]
        titles = titles_of(desk.session, desk.reading, "stock_entry", [row.id for row in rows])
        number = desk.record("intake", intake).values["number"]
        assert set(titles.values()) == {number}
        assert len(titles) == 3


def forget_ledger(desk: Desk) -> None:
    """Leave the ledger as if it had come only now."""
    entry, balance = desk.model.entity("stock_entry"), desk.model.entity("stock_balance")
    links = [entry.fields[name].columns[0].name for name in ("reverses", "reversed_by")]
    desk.session.execute(update(entry.table).values(dict.fromkeys(links)))
    for each in (entry, balance):
        desk.session.execute(delete(each.table))


def test_documents_that_were_there_before_the_ledger_are_brought_in_once(
    shipping: Installation,
) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        made = [take_in(desk, quantity) for quantity in (3, 4)]
        desk.records.delete("intake", take_in(desk, 5))
        forget_ledger(desk)
    counted = post_late(shipping.engine, shipping.system(), "stock", do=False)
    assert {each.entity: each.missing for each in counted if each.missing} == {"intake": 2}
    with shipping.engine.write(shipping.system()) as desk:
        assert entries(desk) == []
        desk.records.update("intake", made[0], {"quantity": 6}, None)  # a write brings it in
    done = post_late(shipping.engine, shipping.system(), "stock", do=True)
    assert sum(each.missing for each in done) == 1
    again = post_late(shipping.engine, shipping.system(), "stock", do=True)
    assert sum(each.missing for each in again) == 0
    with shipping.engine.read(shipping.system()) as desk:
        assert stock(desk) == 10
        assert sums_agree(desk)
    with pytest.raises(NotFoundError):
        post_late(shipping.engine, shipping.system(), "stok", do=False)


def test_a_document_that_would_make_a_ledger_negative_is_named_and_the_others_post(
    shipping: Installation,
) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        take_in(desk, 5)
        first, second = send(desk, 3), send(desk, 2)
        forget_ledger(desk)
        take_in(desk, 4)
    done = post_late(shipping.engine, shipping.system(), "stock", do=True)
    told = {each.entity: each for each in done}
    assert told["intake"].missing == 1
    assert told["delivery"].missing + len(told["delivery"].refused) == 2
    assert {record for record, _ in told["delivery"].refused} <= {first, second}
    with shipping.engine.read(shipping.system()) as desk:
        assert stock(desk) >= 0
        assert sums_agree(desk)
