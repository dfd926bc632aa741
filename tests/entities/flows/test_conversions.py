"""Conversions: targets filled from sources, rests kept and never overdrawn, whichever the way."""

from __future__ import annotations

from decimal import Decimal

import pytest
from installation import Installation
from shipping_steps import deliver, make_order, open_rests, order_lines, push

from cardwright_entities.engine import Desk
from cardwright_entities.errors import AccessError, ConflictError, InputError, NotFoundError
from cardwright_entities.flows.actions import Action, Asking
from cardwright_entities.records.undoing import undo
from cardwright_entities.settings import write_setting


def codes(error: InputError) -> dict[str, list[str]]:
    return {name: [each.code for each in found] for name, found in error.fields.items()}


def conversions(desk: Desk, entity: str, record: int) -> list[Action]:
    offered = desk.actions.offered(entity, record)
    return [each for each in offered if each.kind == "conversion"]


def test_a_new_order_is_open_as_a_whole(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 10, "2.5")
        assert open_rests(desk, order) == [Decimal(10), Decimal("2.5")]


def test_a_push_makes_a_delivery_of_all_that_is_open(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 10, 4)
        delivery = desk.record("delivery", push(desk, order))
        lines = [row.values for row in delivery.lines["lines"]]
        assert delivery.values["customer"] == 1
        assert delivery.values["ship_to"] == "苏州"
        assert [line["quantity"] for line in lines] == [Decimal(10), Decimal(4)]
        assert [line["product"] for line in lines] == [1, 2]
        assert [line["amount"] for line in lines] == [Decimal(50), Decimal(20)]
        assert open_rests(desk, order) == [Decimal(0), Decimal(0)]
        (action,) = (
            each
            for each in desk.actions.offered("sales_order", order)
            if each.name == "push.order_to_delivery"
        )
        assert action.blocked is not None
        with pytest.raises(AccessError) as caught:
            push(desk, order)
    assert caught.value.message.code == "nothing_open"


def test_one_order_is_delivered_in_parts(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 10)
        (line,) = order_lines(desk, order)
        push(desk, order, lines=[{"order_line": line, "quantity": 3}])
        assert open_rests(desk, order) == [Decimal(7)]
        delivery = desk.record("delivery", push(desk, order))
        assert delivery.lines["lines"][0].values["quantity"] == Decimal(7)


def test_one_delivery_takes_from_several_orders(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        first, second = make_order(desk, 10), make_order(desk, 5)
        lines = {order_lines(desk, first)[0]: 10, order_lines(desk, second)[0]: 2}
        deliver(desk, lines)
        assert open_rests(desk, first) == [Decimal(0)]
        assert open_rests(desk, second) == [Decimal(3)]
        assert desk.record("sales_order", second).values["open_total"] == Decimal(3)


def test_what_adds_up_rests_is_right_from_the_first_save(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 10)
        assert desk.record("sales_order", order).values["open_total"] == Decimal(10)


def test_sources_that_do_not_go_together_are_refused(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        first, second = make_order(desk, 10), make_order(desk, 5, ship_to="无锡")
        lines = {order_lines(desk, first)[0]: 1, order_lines(desk, second)[0]: 1}
        with pytest.raises(InputError) as caught:
            deliver(desk, lines)
    assert codes(caught.value) == {"lines.1.order_line": ["sources_differ"]}


def test_more_than_is_open_is_refused_at_its_line(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 10, 4)
        first, second = order_lines(desk, order)
        deliver(desk, {first: 6})
        with pytest.raises(InputError) as caught, desk.session.savepoint():
            deliver(desk, {second: 1, first: 5})
        assert open_rests(desk, order) == [Decimal(4), Decimal(4)]
    assert codes(caught.value) == {"lines.1.quantity": ["more_than_open"]}
    said = dict(caught.value.fields["lines.1.quantity"][0].params)
    assert said == {"open": "4", "source": "SO0001 #1"}


def test_a_tolerance_lets_a_little_more_be_taken(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        write_setting(desk.session, desk.model, desk.context, "delivery.over", "0.1")
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 10)
        (line,) = order_lines(desk, order)
        saved = deliver(desk, {line: 11})
        assert open_rests(desk, order) == [Decimal(-1)]
        with pytest.raises(InputError):
            desk.records.update(
                "delivery", saved.id, {"lines": [{"order_line": line, "quantity": "0.5"}]}, None
            )


def test_what_is_given_back_is_open_again(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 10)
        (line,) = order_lines(desk, order)
        saved = deliver(desk, {line: 10})
        row = desk.record("delivery", saved.id).lines["lines"][0]
        changed = {"lines": [{"id": row.id, "quantity": 4}]}
        desk.records.update("delivery", saved.id, changed, None)
        assert open_rests(desk, order) == [Decimal(6)]
        desk.records.update("delivery", saved.id, {"stage": "void"}, None)
        assert open_rests(desk, order) == [Decimal(10)]


def test_deleting_restoring_and_removing_lines_move_the_rest(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 10)
        (line,) = order_lines(desk, order)
        saved = deliver(desk, {line: 8})
        desk.records.delete("delivery", saved.id)
        assert open_rests(desk, order) == [Decimal(10)]
        desk.records.restore("delivery", saved.id)
        assert open_rests(desk, order) == [Decimal(2)]
        row = desk.record("delivery", saved.id).lines["lines"][0]
        gone = {"lines": [{"id": row.id, "remove": True}]}
        desk.records.update("delivery", saved.id, gone, None)
        assert open_rests(desk, order) == [Decimal(10)]


def test_a_restored_target_takes_no_more_than_is_open(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 10)
        (line,) = order_lines(desk, order)
        saved = deliver(desk, {line: 8})
        desk.records.delete("delivery", saved.id)
        deliver(desk, {line: 5})
        with pytest.raises(InputError) as caught, desk.session.savepoint():
            desk.records.restore("delivery", saved.id)
        assert open_rests(desk, order) == [Decimal(5)]
    assert codes(caught.value) == {"": ["more_than_open"]}


def test_an_undone_push_gives_everything_back(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 10)
        (line,) = order_lines(desk, order)
        saved = deliver(desk, {line: 10})
        version = desk.record("sales_order", order).version
        undone = undo(desk.records, saved.change_set)
        assert undone.skipped == ()
        assert open_rests(desk, order) == [Decimal(10)]
        assert desk.record("sales_order", order).version == version


def test_an_order_is_not_lowered_below_what_was_taken(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 10)
        (line,) = order_lines(desk, order)
        deliver(desk, {line: 8})
        lower = {"lines": [{"id": line, "quantity": 7}]}
        with pytest.raises(InputError) as caught:
            desk.records.update("sales_order", order, lower, None)
        assert codes(caught.value) == {"lines.0.quantity": ["less_than_taken"]}
        more = {"lines": [{"id": line, "quantity": 12}]}
        desk.records.update("sales_order", order, more, None)
        assert open_rests(desk, order) == [Decimal(4)]


def test_an_undone_change_of_a_source_counts_what_was_taken_since(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 10)
        (line,) = order_lines(desk, order)
        more = {"lines": [{"id": line, "quantity": 12}]}
        changed = desk.records.update("sales_order", order, more, None).change_set
        deliver(desk, {line: 4})
        assert undo(desk.records, changed).skipped == ()
        assert open_rests(desk, order) == [Decimal(6)]


def test_an_undo_does_not_lower_a_source_below_what_was_taken(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 4)
        (line,) = order_lines(desk, order)
        more = {"lines": [{"id": line, "quantity": 10}]}
        changed = desk.records.update("sales_order", order, more, None).change_set
        deliver(desk, {line: 8})
        assert undo(desk.records, changed).skipped == (("order_line", line),)
        assert open_rests(desk, order) == [Decimal(2)]


def test_what_was_made_from_an_order_holds_its_release(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 10, stage="draft")
        released = desk.records.update("sales_order", order, {"stage": "approved"}, None)
        delivery = push(desk, order)
        assert undo(desk.records, released.change_set).skipped == (("sales_order", order),)
        assert desk.record("sales_order", order).values["stage"] == "approved"
        desk.records.delete("delivery", delivery)
        assert undo(desk.records, released.change_set).skipped == ()
        assert desk.record("sales_order", order).values["stage"] == "draft"
        assert open_rests(desk, order) == [Decimal(10)]


def test_nobody_types_the_rest(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 10)
        (line,) = order_lines(desk, order)
        raw = {"lines": [{"id": line, "open_quantity": 3}]}
        with pytest.raises(InputError) as caught:
            desk.records.update("sales_order", order, raw, None)
        assert codes(caught.value) == {"lines.0.open_quantity": ["read_only"]}


def test_a_source_that_may_not_be_converted_is_refused(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 10, stage="draft")
        (line,) = order_lines(desk, order)
        names = [each.name for each in desk.actions.offered("sales_order", order)]
        assert "push.order_to_delivery" not in names
        with pytest.raises(InputError) as caught:
            deliver(desk, {line: 1})
        assert codes(caught.value) == {"lines.0.order_line": ["not_convertible"]}
        with pytest.raises(NotFoundError):
            push(desk, order)


def test_a_head_pays_several_orders_and_keeps_their_open_amounts(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        first, second = make_order(desk, 1, payable="100"), make_order(desk, 1, payable="50")
        lines = [{"order": first, "amount": "60"}, {"order": second, "amount": "50"}]
        desk.records.create("receipt", {"lines": lines})
        assert desk.record("sales_order", first).values["open_amount"] == Decimal(40)
        assert desk.record("sales_order", first).values["received"] == Decimal(60)
        assert desk.record("sales_order", make_order(desk, 5)).values["open_total"] == Decimal(5)
        receipt = desk.record("receipt", push(desk, first, "push.order_to_receipt"))
        assert receipt.values["customer"] == 1
        assert receipt.lines["lines"][0].values["amount"] == Decimal(40)
        with pytest.raises(InputError) as caught:
            desk.records.create("receipt", {"lines": [{"order": second, "amount": "0.01"}]})
    assert codes(caught.value) == {"lines.0.amount": ["more_than_open"]}


def test_one_order_is_invoiced_several_times(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 1, payable="100")
        names = [each.name for each in desk.actions.offered("sales_order", order)]
        assert "push.order_to_invoice.whole" in names
        assert "push.order_to_invoice.part" in names
        push(desk, order, "push.order_to_invoice.part", amount="30")
        assert desk.record("sales_order", order).values["uninvoiced"] == Decimal(70)
        invoice = desk.record("invoice", push(desk, order, "push.order_to_invoice.whole"))
        assert invoice.values["amount"] == Decimal(70)
        assert invoice.values["customer"] == 1
        with pytest.raises(InputError) as caught:
            desk.records.create("invoice", {"order": order, "amount": "1"})
    assert codes(caught.value) == {"amount": ["more_than_open"]}


def test_a_lead_becomes_a_customer_and_takes_everything_along(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        raw = {"company": "苏州精科", "person": "王芳", "phone": "13800138000"}
        lead = desk.records.create("lead", raw).id
        note = desk.records.create("note", {"text": "a", "about": f"lead:{lead}"}).id
        visit = desk.records.create("visit", {"text": "b", "lead": lead}).id
        (action,) = conversions(desk, "lead", lead)
        assert [each.name for each in action.asks] == ["opportunity"]
        done = desk.actions.perform("lead", lead, action.name, Asking(values={"opportunity": True}))
        assert done.goes_to is not None
        customer = done.goes_to.id
        values = desk.record("customer", customer).values
        assert (values["name"], values["from_lead"]) == ("苏州精科", lead)
        assert desk.record("contact", 1).values["name"] == "王芳"
        assert desk.record("contact", 1).values["customer"] == customer
        assert desk.record("opportunity", 1).values["lead"] == lead
        assert str(desk.record("note", note).values["about"]).count("customer") == 1
        assert desk.record("visit", visit).values["customer"] == customer
        assert desk.record("lead", lead).values["state"] == "converted"
        assert conversions(desk, "lead", lead) == []
        assert done.saved is not None
        undo(desk.records, done.saved.change_set)
        assert desk.record("lead", lead).values["state"] == "new"
        with pytest.raises(NotFoundError):
            desk.record("contact", 1)


def test_a_lead_converted_without_an_opportunity_makes_none(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        lead = desk.records.create("lead", {"company": "无锡宏达"}).id
        desk.actions.perform("lead", lead, "push.lead_to_customer", Asking())
        for entity in ("opportunity", "contact"):
            with pytest.raises(NotFoundError):
                desk.record(entity, 1)


def test_a_push_needs_the_right_to_create_the_target(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 10)
    with shipping.engine.write(shipping.acting("reader")) as desk:
        assert conversions(desk, "sales_order", order) == []
        with pytest.raises(NotFoundError):
            push(desk, order)
    with shipping.engine.write(shipping.acting("clerk")) as desk:
        assert desk.record("delivery", push(desk, order)).values["customer"] == 1


def test_a_source_that_may_not_be_read_looks_like_one_that_is_missing(
    shipping: Installation,
) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 10, stage="draft")
        (line,) = order_lines(desk, order)
    with shipping.engine.write(shipping.acting("own_orders")) as desk:
        found = []
        for number in (line, 9999):
            with pytest.raises(InputError) as caught:
                deliver(desk, {number: 1})
            found.append(codes(caught.value))
        assert found == [{"lines.0.order_line": ["unknown_record"]}] * 2
        with pytest.raises(NotFoundError):
            push(desk, order)


def test_a_push_of_an_older_version_is_refused(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 10)
        desk.records.update("sales_order", order, {"ship_to": "上海"}, None)
        asking = Asking(version=1)
        with pytest.raises(ConflictError):
            desk.actions.perform("sales_order", order, "push.order_to_delivery", asking)
