"""Conversions for people who may not read everything of a source: nothing unread is told."""

from __future__ import annotations

import pytest
from installation import Installation
from shipping_steps import make_order

from cardwright_entities.engine import Desk
from cardwright_entities.errors import CardwrightError, ConflictError, InputError
from cardwright_entities.flows.actions import Asking
from cardwright_entities.flows.proposals import Proposal, propose

PUSH = "push.lead_to_customer"


def proposal(desk: Desk, name: str, *sources: int) -> Proposal:
    return propose(desk.records, desk.model.catalog.conversions[name], sources, shown=True)


def make_lead(shipping: Installation, **values: object) -> int:
    with shipping.engine.write(shipping.system()) as desk:
        return desk.records.create("lead", {"company": "宏达", "person": "周明", **values}).id


def offered(shipping: Installation, lead: int) -> bool:
    with shipping.engine.read(shipping.acting("caller")) as desk:
        return any(each.name == PUSH for each in desk.actions.offered("lead", lead))


def test_a_proposal_shows_nothing_of_hidden_fields(shipping: Installation) -> None:
    lead = make_lead(shipping, phone="13800001234")
    with shipping.engine.read(shipping.acting("caller")) as desk:
        shown = proposal(desk, "lead_to_customer", lead)
    with shipping.engine.read(shipping.system()) as desk:
        whole = proposal(desk, "lead_to_customer", lead)
    assert "needs" not in shown.values
    assert whole.values["needs"] == "周明"
    assert shown.values["name"] == "宏达"


@pytest.mark.parametrize("empty", [None, ""])
def test_what_was_not_shown_is_filled_in_by_the_save(shipping: Installation, empty: object) -> None:
    lead = make_lead(shipping, phone="13800001234")
    with shipping.engine.write(shipping.acting("caller")) as desk:
        raw = proposal(desk, "lead_to_customer", lead).raw | {"needs": empty}
        made = desk.records.create("customer", raw)
        assert desk.record("customer", made.id).values["needs"] == "周明"


def test_what_was_typed_over_it_stays(shipping: Installation) -> None:
    lead = make_lead(shipping, phone="13800001234")
    with shipping.engine.write(shipping.acting("caller")) as desk:
        raw = proposal(desk, "lead_to_customer", lead).raw | {"needs": "样品"}
        made = desk.records.create("customer", raw)
        assert desk.record("customer", made.id).values["needs"] == "样品"


def test_who_saw_a_value_and_emptied_it_left_it_empty(shipping: Installation) -> None:
    lead = make_lead(shipping, phone="13800001234")
    with shipping.engine.write(shipping.system()) as desk:
        raw = proposal(desk, "lead_to_customer", lead).raw | {"needs": ""}
        made = desk.records.create("customer", raw)
        assert desk.record("customer", made.id).values["needs"] is None


def test_an_offer_does_not_follow_from_a_hidden_value(shipping: Installation) -> None:
    small, large, none = (make_lead(shipping, budget=each) for each in (10, 5000, None))
    assert [offered(shipping, each) for each in (small, large, none)] == [False] * 3
    sure = make_lead(shipping, budget=5000, phone="13800001234")
    assert offered(shipping, sure)


def test_the_refusal_does_not_follow_from_a_hidden_value_either(shipping: Installation) -> None:
    told = []
    for budget in (10, 5000, None):
        lead = make_lead(shipping, budget=budget)
        with shipping.engine.write(shipping.acting("caller")) as desk:
            told.append(refusals(desk, lead))
    assert told[0] == told[1] == told[2]
    assert told[0][1:] == ["not_convertible", "not_convertible"]


def refusals(desk: Desk, lead: int) -> list[str]:
    """Return how a press, a proposal and a save are refused."""
    found = []
    with pytest.raises(CardwrightError) as pressed:
        desk.actions.perform("lead", lead, PUSH, Asking())
    found.append(type(pressed.value).__name__)
    with pytest.raises(ConflictError) as proposed:
        proposal(desk, "lead_to_customer", lead)
    found.append(proposed.value.message.code)
    with pytest.raises(InputError) as saved:
        desk.records.create("customer", {"name": "新", "from_lead": lead})
    found.append(saved.value.fields["from_lead"][0].code)
    return found


def test_who_reads_all_converts_what_holds(shipping: Installation) -> None:
    lead = make_lead(shipping, budget=10)
    with shipping.engine.write(shipping.system()) as desk:
        assert propose(desk.records, desk.model.catalog.conversions["lead_to_customer"], [lead])


def test_a_rest_that_is_hidden_is_not_proposed(shipping: Installation) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        order = make_order(desk, 10)
    with shipping.engine.read(shipping.acting("packer")) as desk:
        (line,) = proposal(desk, "order_to_delivery", order).lines["lines"]
    with shipping.engine.read(shipping.acting("clerk")) as desk:
        (whole,) = proposal(desk, "order_to_delivery", order).lines["lines"]
    assert set(whole) - set(line) == {"quantity", "price"}


def test_sources_that_agree_in_a_hidden_field_are_not_told_from_others(
    shipping: Installation,
) -> None:
    with shipping.engine.write(shipping.system()) as desk:
        one, like, other = (make_order(desk, 1, ship_to=each) for each in ("苏州", "苏州", "无锡"))
    told = []
    with shipping.engine.read(shipping.acting("packer")) as desk:
        for second in (like, other):
            with pytest.raises(InputError) as caught:
                proposal(desk, "order_to_delivery", one, second)
            told.append([each.code for each in caught.value.fields["sources"]])
    assert told == [["not_convertible"]] * 2
