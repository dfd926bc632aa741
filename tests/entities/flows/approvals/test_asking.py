"""Who is asked by an approval: those whom a step means, if they are there and may read."""

from __future__ import annotations

import pytest
from approving import Office
from untouched import untouched

from cardwright_entities.accounts.accounts import set_disabled
from cardwright_entities.errors import ConflictError


def test_superiors_are_asked_one_after_the_other_and_nobody_twice(office: Office) -> None:
    record = office.submitted("周", amount="5000")
    office.act("王", record, "approve")
    office.act("钱", record, "approve")
    # 王 has agreed already, and he is the last below grade 8 or above.
    assert office.stage(record) == "approved"
    assert office.tasks(record)[-1] == ("board", "王", "skipped")


def test_who_submits_is_not_asked_himself(office: Office) -> None:
    record = office.submitted("王", amount="500")
    assert office.asked(record) == "钱孙"
    assert office.tasks(record)[0] == ("manager", "王", "skipped")


def test_who_is_missing_is_replaced_and_in_the_end_by_administrators(office: Office) -> None:
    with office.installation.engine.write(office.system()) as desk:
        desk.records.update("section", 1, {"head_of": None}, None)
    record = office.submitted("周")
    assert office.asked(record) == "王"  # his superior
    above = office.submitted("总")
    assert office.asked(above) == "管"


def test_a_step_that_nobody_fills_is_not_gone_into(office: Office) -> None:
    with office.installation.engine.write(office.system()) as desk:
        desk.records.update("section", 1, {"head_of": None}, None)
    above, below = office.claim("总"), office.submitted(amount="5000")
    with office.installation.engine.write(office.system()) as desk:
        desk.records.update("login", office.accounts["管"], {"roles": ["clerk"]}, None)
        for name in ("钱", "孙"):
            desk.records.update("login", office.accounts[name], {"roles": ["clerk"]}, None)
    with untouched(office.installation.store):
        with pytest.raises(ConflictError) as refused:
            office.act("总", above, "submit")
        with pytest.raises(ConflictError) as later:
            office.act("王", below, "approve")
    assert [each.value.message.code for each in (refused, later)] == ["approval_nobody"] * 2
    assert dict(refused.value.message.params)["step"]
    assert (office.stage(above), office.asked(below)) == ("draft", "王")


def test_one_named_person_is_asked_and_who_is_not_there_is_nobody(office: Office) -> None:
    def asked(name: str) -> str:
        record = office.submitted(name=name)
        office.act("王", record, "approve")
        return office.asked(record)

    assert (asked("复核"), asked("抽查")) == ("孙", "管")
    with office.installation.engine.write(office.system()) as desk:
        desk.records.update("worker", office.employees["周"], {"badge": "B7"}, None)
        set_disabled(desk.session, office.accounts["孙"], disabled=True)
    assert (asked("复核"), asked("抽查")) == ("钱", "周")


def test_who_may_not_read_the_record_is_not_asked(office: Office) -> None:
    record = office.submitted(witness=office.employees["盲"])
    office.act("王", record, "approve")
    assert office.asked(record) == "管"
