"""联查: the whole chain with the rights of its reader, and what stands in its way."""

from __future__ import annotations

import pytest
from installation import Installation
from shipping_steps import deliver, make_order, order_lines, push

from cardwright_entities.engine import Desk
from cardwright_entities.errors import ConflictError, InputError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.actions import Action, Asking
from cardwright_entities.flows.chains import later_documents, read_chain, refuse_later
from cardwright_entities.queries.requests import PageRequest


def test_a_chain_shows_where_a_record_came_from_and_what_was_made_of_it(
    shipping: Installation,
) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        first = make_order(desk, 10, payable="100")
        second = make_order(desk, 5)
        lines = {order_lines(desk, first)[0]: 4, order_lines(desk, second)[0]: 5}
        delivery = deliver(desk, lines).id
        invoice = push(desk, first, "push.order_to_invoice.whole")
        down = read_chain(desk, "sales_order", first)
        assert [(each.record.entity, each.record.id, each.step) for each in down.records] == [
            ("delivery", delivery, 1),
            ("invoice", invoice, 1),
        ]
        assert [each.title for each in down.records] == ["DN0001", "IV0001"]
        up = read_chain(desk, "delivery", delivery)
        assert [(each.record.id, each.step) for each in up.records] == [(first, -1), (second, -1)]
        assert {each.conversion for each in up.edges} == {"order_to_delivery"}


def test_a_chain_stops_at_what_its_reader_may_not_see(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 10, payable="100")
        delivery = push(desk, order)
        push(desk, order, "push.order_to_invoice.whole")
    with shipping.engine.read(shipping.acting("clerk")) as desk:
        found = read_chain(desk, "sales_order", order)
        assert [each.record for each in found.records] == [RecordRef("delivery", delivery)]
    with shipping.engine.read(shipping.acting("own_orders")) as desk:
        assert read_chain(desk, "delivery", delivery).records == ()


def test_a_chain_goes_on_from_what_a_conversion_made_besides_its_target(
    shipping: Installation,
) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        lead = desk.records.create("lead", {"company": "苏州精科"}).id
        asking = Asking(values={"opportunity": True})
        desk.actions.perform("lead", lead, "push.lead_to_customer", asking)
        down = read_chain(desk, "lead", lead)
        assert {each.record.entity for each in down.records} == {"customer", "opportunity"}
        up = read_chain(desk, "opportunity", 1)
        assert [each.record for each in up.records] == [RecordRef("lead", lead)]


def test_a_chain_leaves_out_what_was_deleted(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 10)
        delivery = push(desk, order)
        desk.records.delete("delivery", delivery)
        assert read_chain(desk, "sales_order", order).records == ()


def test_later_documents_are_those_that_count(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 10)
        assert later_documents(desk.records, "sales_order", order) == []
        delivery = push(desk, order)
        assert later_documents(desk.records, "sales_order", order) == [
            RecordRef("delivery", delivery)
        ]
        with pytest.raises(ConflictError) as caught:
            refuse_later(desk.records, "sales_order", order)
        assert dict(caught.value.message.params) == {"count": "1", "names": "DN0001"}
        desk.records.update("delivery", delivery, {"stage": "void"}, None)
        refuse_later(desk.records, "sales_order", order)


def test_later_documents_that_one_may_not_see_are_only_counted(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 10)
        push(desk, order)
    with shipping.engine.write(shipping.acting("reader")) as desk:
        with pytest.raises(ConflictError) as caught:
            refuse_later(desk.records, "sales_order", order)
        assert dict(caught.value.message.params) == {"count": "1", "names": ""}
        assert caught.value.details == {"documents": []}


def test_a_move_that_reverses_waits_for_later_documents_to_go(shipping: Installation) -> None:
    with shipping.engine.write(shipping.acting("admin")) as desk:
        offer = desk.records.create("offer", {"customer": 1}).id
        desk.actions.perform("offer", offer, "accept", Asking())
        desk.actions.perform("offer", offer, "push.offer_to_order", Asking())
        (reopen,) = (e for e in desk.actions.offered("offer", offer) if e.name == "reopen")
        assert reopen.blocked is not None
        assert dict(reopen.blocked.params) == {"count": "1", "names": "SO0001"}
        with pytest.raises(InputError), desk.session.savepoint():
            desk.records.update("offer", offer, {"stage": "draft"}, None)
        desk.records.delete("sales_order", 1)
        desk.actions.perform("offer", offer, "reopen", Asking())
        assert desk.record("offer", offer).values["stage"] == "draft"


def test_a_move_waits_for_what_was_made_and_names_it(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        offer = desk.records.create("offer", {"customer": 1}).id
        desk.actions.perform("offer", offer, "accept", Asking())
        assert _finish(desk, offer).blocked is None
        desk.actions.perform("offer", offer, "push.offer_to_order", Asking())
        blocked = _finish(desk, offer).blocked
        order = desk.page(PageRequest(entity="sales_order", columns=("number",))).rows[0]
        assert blocked is not None
        said = dict(blocked.params)
        assert (blocked.code, said["count"]) == ("open_documents", "1")
        assert str(order.values["number"]) in str(said["names"])
        desk.records.update("sales_order", order.id, {"stage": "closed"}, None)
        assert _finish(desk, offer).blocked is None


def _finish(desk: Desk, offer: int) -> Action:
    (found,) = (each for each in desk.actions.offered("offer", offer) if each.name == "finish")
    return found


@pytest.mark.parametrize(("posted", "offered"), [(False, True), (True, False)])
def test_a_move_from_any_leaves_nothing_that_is_posted(
    shipping: Installation, posted: bool, offered: bool
) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        raw = {"customer": 1, "warehouse": 1, "product": 1 if posted else None}
        offer = desk.records.create("offer", raw).id
        desk.actions.perform("offer", offer, "accept", Asking())
        names = [each.name for each in desk.actions.offered("offer", offer)]
        assert ("shelve" in names) is offered
        assert "reopen" in names
