"""What waits for one who leaves: his approvals, and each kind of record to its own successor."""

from __future__ import annotations

from dataclasses import replace

import pytest
from approving import Office
from installation import NOW

from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError
from cardwright_entities.flows.actions import Asking
from cardwright_entities.hand_over_jobs import hand_over_kinds
from cardwright_entities.jobs.kinds import JobKinds
from cardwright_entities.jobs.queue import Job, Jobs
from cardwright_entities.jobs.running import JobRunner, Worker


def leader(office: Office) -> Context:
    """Return an administrator who hands over."""
    acting = office.acting("管")
    return replace(acting, principal=replace(acting.principal, roles=frozenset({"admin", "mover"})))


def ask(office: Office, name: str, values: dict[str, object]) -> int:
    def do(desk: Desk) -> int:
        number = office.employees[name]
        asking = Asking(values=values)
        done = desk.actions.perform("worker", number, "owner.hand_over", asking)
        assert done.job is not None
        return done.job

    return office.installation.engine.run_write(leader(office), do)


def hand_over(office: Office, name: str, **values: object) -> Job:
    job = ask(office, name, values)
    engine = office.installation.engine
    kinds = JobKinds(hand_over_kinds(engine.desk))
    worker = Worker(
        office.installation.store, kinds, lambda asker: leader(office), lambda: NOW, "test"
    )
    runner = JobRunner(worker)
    while runner.run_next():
        pass
    with engine.read(office.system()) as desk:
        return Jobs().read(desk.session, job)


def test_what_waits_for_him_is_asked_of_his_successor(office: Office) -> None:
    record = office.submitted()
    assert office.asked(record) == "王"
    with office.installation.engine.read(leader(office)) as desk:
        plan = desk.actions.find("worker", office.employees["王"], "owner.hand_over")
    labels = [each.definition.label.in_language("en") for each in plan.asks]
    assert "Approvals that wait for him (1)" in labels
    job = hand_over(office, "王", successor=office.employees["总"], approvals=True)
    assert job.result is not None
    assert (job.result["handed"], job.result["refused"]) == (1, 0)
    assert office.asked(record) == "总"
    assert office.told("总") == ["approval_asked"]
    office.act("总", record, "approve")
    assert office.stage(record) == "approved"


def test_what_is_not_ticked_goes_on_waiting_for_him(office: Office) -> None:
    record = office.submitted()
    job = hand_over(office, "王", successor=office.employees["总"], approvals=False)
    assert job.result is not None
    assert job.result["handed"] == 0
    assert office.asked(record) == "王"


@pytest.mark.parametrize("successor", ["盲", "李"])
def test_who_may_not_decide_is_not_asked(office: Office, successor: str) -> None:
    # One reads no claims, the other has submitted this one.
    record = office.submitted()
    job = hand_over(office, "王", successor=office.employees[successor], approvals=True)
    assert job.result is not None
    assert (job.result["handed"], job.result["refused"]) == (0, 1)
    assert office.asked(record) == "王"


def test_a_kind_goes_to_the_successor_who_was_chosen_for_it(office: Office) -> None:
    record = office.submitted()
    values = {"approvals": True, "to_approvals": office.employees["总"]}
    job = hand_over(office, "王", successor=office.employees["周"], **values)
    assert job.result is not None
    assert job.result["handed"] == 1
    assert office.asked(record) == "总"


def test_another_successor_takes_over_the_kinds_that_are_chosen(office: Office) -> None:
    record = office.submitted()
    values = {"approvals": True, "other": office.employees["总"], "other_kinds": ["approvals"]}
    hand_over(office, "王", successor=office.employees["周"], **values)
    assert office.asked(record) == "总"


def test_half_an_answer_about_the_other_is_refused(office: Office) -> None:
    half: tuple[tuple[dict[str, object], str], ...] = (
        ({"other": office.employees["总"]}, "other_kinds"),
        ({"other_kinds": "approvals"}, "other"),
    )
    for values, place in half:
        with pytest.raises(InputError) as caught:
            ask(office, "王", {"successor": office.employees["周"], **values})
        assert [each.code for each in caught.value.fields[place]] == ["required"]


def test_a_successor_of_a_kind_is_refused_beside_his_input(office: Office) -> None:
    for wrong, code in ((office.employees["王"], "hand_over_to_himself"), (999, "not_found")):
        values = {"successor": office.employees["周"], "to_approvals": wrong}
        with pytest.raises(InputError) as caught:
            ask(office, "王", values)
        assert [each.code for each in caught.value.fields["to_approvals"]] == [code]
