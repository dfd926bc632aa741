"""Approvals ask the right people in the right order, and nothing goes past them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from approving import Office
from installation import PACKS
from sqlalchemy import select
from untouched import untouched

from cardwright_entities.errors import (
    CardwrightError,
    ConflictError,
    InputError,
    Message,
    NotFoundError,
    UnavailableError,
)
from cardwright_entities.flows.actions import Asking
from cardwright_entities.flows.approvals.lateness import elapsed
from cardwright_entities.flows.approvals.progress import asked_now
from cardwright_entities.model.checking import check_definitions
from cardwright_entities.records.merging import Merge, merge
from cardwright_entities.records.undoing import undo
from cardwright_entities.store.platform_tables import cw_change_set
from cardwright_entities.working_time import usual_week
from cardwright_metadata.checking import check


def test_a_record_waits_for_its_manager_and_is_approved(office: Office) -> None:
    record = office.claim()
    assert office.offered("李", record) == ["submit"]
    office.act("李", record, "submit")
    assert office.stage(record) == "checking"
    assert office.asked(record) == "王"
    assert office.told("王") == ["approval_asked"]
    assert office.offered("周", record) == []
    office.act("王", record, "approve", comment="同意")
    assert office.stage(record) == "approved"
    assert office.told("李") == ["approval_approved"]
    assert office.told("吴") == ["approval_approved"]


def test_what_is_being_approved_is_not_merged_until_its_approval_ends(office: Office) -> None:
    def merged(master: int, other: int) -> int:
        with office.installation.engine.write(office.acting("管")) as desk:
            asked = Merge(entity="claim", master=master, others=(other,), choices={}, confirmed={})
            return merge(desk.records, asked).change_set or 0

    running, other = office.submitted(), office.claim()
    for master, gone in ((running, other), (other, running)):
        with untouched(office.installation.store), pytest.raises(ConflictError) as refused:
            merged(master, gone)
        assert refused.value.message == Message.of("merge_of_locked", name="差旅")
    office.act("王", running, "reject", comment="重复")
    assert office.told("李") == ["approval_rejected"]
    change_set = merged(other, running)
    # What he was told is about the one that stayed; the past approval stays where it was.
    assert office.told("李") == ["approval_rejected"]
    assert (office.tasks(running), office.stage(other)) == (
        [("manager", "王", "rejected")],
        "draft",
    )
    with office.installation.engine.write(office.acting("管")) as desk:
        assert undo(desk.records, change_set).skipped == ()
    assert office.stage(running) == "refused"


def test_what_needs_no_approval_is_approved_at_once(office: Office) -> None:
    record = office.submitted(amount="10")
    assert office.stage(record) == "approved"
    assert office.tasks(record) == []


def test_one_of_several_is_enough_and_the_other_is_asked_no_more(office: Office) -> None:
    record = office.submitted(amount="500")
    office.act("王", record, "approve")
    assert office.asked(record) == "钱孙"
    office.act("孙", record, "approve")
    assert office.stage(record) == "approved"
    assert office.tasks(record)[1:] == [("money", "钱", "dropped"), ("money", "孙", "agreed")]


def test_all_must_agree_and_one_no_ends_it(office: Office) -> None:
    people = {"witness": office.employees["周"], "second": office.employees["钱"]}
    record = office.submitted(**people)
    office.act("王", record, "approve")
    assert office.asked(record) == "周钱"
    office.act("钱", record, "approve")
    assert office.asked(record) == "周"
    with pytest.raises(InputError) as refused:
        office.act("周", record, "reject")
    assert list(refused.value.fields) == ["comment"]
    office.act("周", record, "reject", comment="不实")
    assert office.stage(record) == "refused"
    assert office.told("李") == ["approval_rejected"]
    assert office.offered("李", record) == ["submit"]


def test_the_applicant_withdraws_and_nobody_else(office: Office) -> None:
    record = office.submitted()
    assert "withdraw" not in office.offered("周", record)
    office.act("李", record, "withdraw")
    assert office.stage(record) == "draft"
    assert office.told("王")[0] == "approval_withdrawn"
    with pytest.raises(ConflictError) as refused:
        office.act("王", record, "approve")
    assert refused.value.message.code == "approval_meanwhile"


def test_it_goes_back_to_an_earlier_step_and_is_asked_anew(office: Office) -> None:
    record = office.submitted(amount="500")
    assert "return" not in office.offered("王", record)
    office.act("王", record, "approve")
    office.act("钱", record, "return", step="manager", comment="请补充")
    assert office.asked(record) == "王"
    office.act("王", record, "approve")
    assert office.asked(record) == "钱孙"


def test_one_more_must_agree_when_he_is_added(office: Office) -> None:
    record = office.submitted(amount="500")
    office.act("王", record, "approve")
    office.act("钱", record, "add_signer", ask_whom=office.employees["周"])
    office.act("钱", record, "approve")
    assert office.stage(record) == "checking"
    assert office.asked(record) == "周"
    office.act("周", record, "approve")
    assert office.stage(record) == "approved"


def test_a_question_is_handed_on_to_who_may_read(office: Office) -> None:
    record = office.submitted()
    for name in ("盲", "王"):
        with pytest.raises(InputError):
            office.act("王", record, "hand_on", ask_whom=office.employees[name])
    office.act("王", record, "hand_on", ask_whom=office.employees["周"])
    assert office.offered("王", record) == []
    office.act("周", record, "approve")
    assert office.stage(record) == "approved"


def test_an_administrator_takes_over_what_nobody_answers(office: Office) -> None:
    record = office.submitted()
    office.act("管", record, "take")
    assert office.asked(record) == "管"
    office.act("管", record, "approve")
    assert office.stage(record) == "approved"


def test_nobody_edits_moves_or_deletes_what_is_being_approved(office: Office) -> None:
    record = office.submitted()
    for values in ({"amount": "1"}, {"stage": "approved"}, {"stage": "draft"}):
        with (
            pytest.raises(InputError),
            office.installation.engine.write(office.acting("李")) as desk,
        ):
            desk.records.update("claim", record, values, None)
    draft = office.claim()
    with pytest.raises(InputError), office.installation.engine.write(office.acting("李")) as desk:
        desk.records.update("claim", draft, {"stage": "approved"}, None)
    assert (office.stage(record), office.stage(draft)) == ("checking", "draft")


def test_an_approval_is_taken_back_unless_later_documents_stand_on_it(office: Office) -> None:
    record = office.submitted()
    office.act("王", record, "approve")
    assert "unapprove" not in office.offered("李", record)
    with office.installation.engine.write(office.acting("总")) as desk:
        done = desk.actions.perform("claim", record, "push.pay.whole", Asking())
        assert done.goes_to is not None
        payment = done.goes_to.id
    with pytest.raises(ConflictError) as refused:
        office.act("总", record, "unapprove", comment="错了")
    assert refused.value.message.code == "later_documents"
    with office.installation.engine.write(office.acting("总")) as desk:
        desk.records.delete("payment", payment)
    office.act("总", record, "unapprove", comment="错了")
    assert office.stage(record) == "draft"
    assert office.offered("李", record) == ["submit"]


def test_what_waits_for_somebody_is_listed_for_him_alone(office: Office) -> None:
    record = office.submitted()
    for name, found in (("王", [record]), ("周", [])):
        with office.installation.engine.read(office.acting(name)) as desk:
            assert [each.record for each in asked_now(desk, 50)] == found


def test_the_system_may_take_a_record_away_and_nobody_is_asked_any_more(office: Office) -> None:
    record = office.submitted()
    with office.installation.engine.write(office.system()) as desk:
        desk.records.update("claim", record, {"stage": "void"}, None)
    assert office.offered("王", record) == []
    assert office.tasks(record) == [("manager", "王", "dropped")]


def test_what_the_system_lets_wait_is_asked_of_the_first_step(office: Office) -> None:
    record = office.claim()
    with office.installation.engine.write(office.system()) as desk:
        desk.records.update("claim", record, {"stage": "checking"}, None)
    assert office.asked(record) == "王"
    office.act("王", record, "approve")
    assert office.stage(record) == "approved"


def test_who_cannot_read_a_record_learns_nothing_of_its_approval(office: Office) -> None:
    record = office.submitted()
    with pytest.raises(NotFoundError):
        office.act("盲", record, "approve")
    with pytest.raises(CardwrightError):
        office.act("周", record, "approve")


def test_who_does_not_answer_is_reminded_once_and_then_his_superior_is_asked(
    office: Office,
) -> None:
    record = office.submitted()
    office.sweep(23)
    assert office.told("王") == ["approval_asked"]
    for hours in (1, 1):
        office.sweep(hours)
    assert office.told("王") == ["approval_late", "approval_asked"]
    office.sweep(24)
    assert office.asked(record) == "总"
    office.act("总", record, "approve")
    assert office.stage(record) == "approved"


def test_who_has_left_is_asked_no_more(office: Office) -> None:
    record = office.submitted()
    with office.installation.engine.write(office.system()) as desk:
        gone = {"account": None}
        desk.records.update("worker", office.employees["王"], gone, None)
    office.sweep(1)
    assert office.asked(record) == "总"


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        # Friday 18:00 to Monday 06:00 in Shanghai.
        (datetime(2026, 11, 20, 10, tzinfo=UTC), datetime(2026, 11, 22, 22, tzinfo=UTC), 12),
        (datetime(2026, 11, 21, 10, tzinfo=UTC), datetime(2026, 11, 22, 10, tzinfo=UTC), 0),
        (datetime(2026, 11, 18, 3, tzinfo=UTC), datetime(2026, 11, 18, 5, tzinfo=UTC), 2),
    ],
)
def test_working_hours_leave_out_the_weekend(start: datetime, end: datetime, hours: int) -> None:
    found = elapsed(start, end, usual_week(ZoneInfo("Asia/Shanghai")))
    assert found == timedelta(hours=hours)


def test_what_runs_stays_on_its_flow_when_the_definition_changes(
    office: Office, tmp_path: Path
) -> None:
    record = office.submitted(amount="500")
    for each in (PACKS / "approvals").iterdir():
        text = each.read_text("utf-8")
        text = text.replace('amount > 100"', 'amount > 9000"').replace(", urge]", "]")
        (tmp_path / each.name).write_text(text, "utf-8")
    office.installation.install(tmp_path)
    assert "urge" in office.offered("李", record)
    office.act("王", record, "approve")
    assert office.asked(record) == "钱孙"
    later = office.submitted(amount="500")
    office.act("王", later, "approve")
    assert office.stage(later) == "approved"


def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(office: Office) -> None:
    record = office.submitted()

    def one(deed: tuple[str, str]) -> str:
        name, action = deed
        while True:
            try:
                office.installation.engine.run_write(
                    office.acting(name),
                    lambda desk: desk.actions.perform(
                        "claim", record, f"approval.{action}", Asking()
                    ),
                )
            except ConflictError as error:
                return error.message.code
            except UnavailableError:
                continue
            return action

    with ThreadPoolExecutor(8) as people:
        done = list(people.map(one, [("王", "approve"), ("李", "withdraw")] * 4))
    won = [each for each in done if each in ("approve", "withdraw")]
    assert len(won) == 1
    assert set(done) - set(won) == {"approval_meanwhile"}
    assert office.stage(record) == {"approve": "approved", "withdraw": "draft"}[won[0]]


def test_who_may_not_change_the_stage_submits_nothing(office: Office) -> None:
    record = office.claim()
    assert office.offered("吴", record) == []
    assert office.offered("总", record) == ["submit"]


def test_a_decision_is_no_undoable_way_past_the_approval(office: Office) -> None:
    record = office.submitted()
    office.act("王", record, "approve")
    with office.installation.engine.read(office.system()) as desk:
        sets = desk.session.rows(
            select(cw_change_set.c.id).where(cw_change_set.c.kind == "approval")
        )
    for (number,) in sets:
        with (
            suppress(CardwrightError),
            office.installation.engine.write(office.acting("总")) as desk,
        ):
            undo(desk.records, number)
    assert office.stage(record) == "approved"


def test_a_condition_of_another_type_is_refused_where_it_stands(
    office: Office, tmp_path: Path
) -> None:
    for each in (PACKS / "approvals").iterdir():
        text = each.read_text("utf-8").replace('if: "amount > 10"', 'if: "amount"')
        (tmp_path / each.name).write_text(text, "utf-8")
    types = office.installation.types
    problems = check(
        [tmp_path],
        types.catalogue(),
        lambda found: check_definitions(found, types, lambda message: message.code),
    )[1]
    assert [each.path for each in problems] == ["if"]
