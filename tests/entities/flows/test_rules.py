"""Rules do their steps once, after the save that they follow, with the rights of who caused it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from installation import NOW, PACKS, Installation, build_installation
from sqlalchemy import select

from cardwright_entities.contexts import Context
from cardwright_entities.errors import InputError, Message
from cardwright_entities.flows.actions import Asking
from cardwright_entities.flows.rules.clocks import day_of_record, last_slot
from cardwright_entities.flows.rules.runs import read_runs
from cardwright_entities.flows.rules.trying import try_rule
from cardwright_entities.jobs.kinds import JobKinds
from cardwright_entities.jobs.queue import Jobs
from cardwright_entities.jobs.running import JobRunner, Worker
from cardwright_entities.notifications import read_notifications
from cardwright_entities.records.undoing import undo
from cardwright_entities.rule_jobs import SWEEP, rule_kinds
from cardwright_entities.store.platform_tables import cw_change_set
from cardwright_metadata.definitions.rules import Shift, TriggerDefinition


@dataclass
class Duties:
    """An installation with rules, its worker, and the clock that both read."""

    installation: Installation
    now: datetime = NOW

    def acting(self, *roles: str, **more: Any) -> Context:
        return replace(self.installation.acting(*roles, **more), now=self.now)

    def system(self) -> Context:
        return replace(self.installation.system(), now=self.now)

    def create(self, context: Context, entity: str, **values: object) -> int:
        with self.installation.engine.write(context) as desk:
            return desk.records.create(entity, values).id

    def update(self, context: Context, record: int, **values: object) -> None:
        with self.installation.engine.write(context) as desk:
            desk.records.update("job", record, values, None)

    def act(self, context: Context, record: int, action: str) -> int | None:
        with self.installation.engine.write(context) as desk:
            done = desk.actions.perform("job", record, action, Asking())
            return done.saved.change_set if done.saved else None

    def job(self, record: int) -> Mapping[str, Any]:
        with self.installation.engine.read(self.system()) as desk:
            return desk.record("job", record).values

    def work(self, roles: tuple[str, ...] = ("boss",)) -> None:
        """Run all jobs that are due, as people with some roles."""
        store = self.installation.store

        def context_of(asker: Mapping[str, Any]) -> Context:
            if asker["kind"] == "system":
                return self.system()
            return self.acting(*roles, account=int(asker["account"]))

        kinds = JobKinds(rule_kinds(self.installation.engine.desk))
        runner = JobRunner(Worker(store, kinds, context_of, lambda: self.now, "test"))
        while runner.run_next():
            pass

    def sweep(self) -> None:
        """Let the clock's rules look."""
        with self.installation.store.write(self.system()) as session:
            Jobs().enqueue(session, SWEEP, {})
        self.work()


@pytest.fixture
def duties(store_url: str) -> Iterator[Duties]:
    installation = build_installation(store_url, PACKS / "duties")
    yield Duties(installation)
    installation.store.close()


def test_a_change_sets_off_a_rule_whose_steps_are_one_undoable_set(duties: Duties) -> None:
    boss = duties.acting("boss")
    record = duties.create(boss, "job", name="屋顶", price="1500")
    assert duties.job(record)["size"] is None
    duties.work()
    assert duties.job(record)["size"] == "large"
    duties.update(boss, record, price="10")
    duties.work()
    assert duties.job(record)["size"] == "small"
    with duties.installation.engine.write(boss) as desk:
        runs = read_runs(desk.session, "size_up")
        assert [each.state for each in runs] == ["done", "done"]
        sets = desk.session.rows(select(cw_change_set.c.kind, cw_change_set.c.label))
        assert ("rule", "Size up") in {tuple(row) for row in sets}
        undo(desk.records, runs[0].change_set or 0)
    assert duties.job(record)["size"] == "large"


def test_what_the_rule_does_not_wait_for_sets_nothing_off(duties: Duties) -> None:
    boss = duties.acting("boss")
    record = duties.create(boss, "job", name="屋顶", price="1500")
    duties.work()
    duties.update(boss, record, note="x")
    duties.work()
    with duties.installation.engine.read(boss) as desk:
        assert len(read_runs(desk.session, "size_up")) == 1


def test_a_step_changes_the_records_that_a_link_leads_to_in_both_directions(
    duties: Duties,
) -> None:
    boss = duties.acting("boss")
    record = duties.create(boss, "job", name="屋顶")
    bills = [duties.create(boss, "bill", name=each, job=record, amount="5") for each in "ab"]
    other = duties.create(boss, "bill", name="c", amount="5")
    duties.update(boss, record, name="地板")
    with duties.installation.engine.write(boss) as desk:
        desk.records.update("bill", other, {"amount": "6"}, None)
        desk.records.update("bill", bills[0], {"amount": "7"}, None)
    duties.work()
    with duties.installation.engine.read(duties.system()) as desk:
        names = [desk.record("bill", each).values["name"] for each in (*bills, other)]
    assert (names, duties.job(record)["note"]) == (["地板", "地板", "c"], "billed 7")


def test_a_move_makes_another_record_once_and_tells_people(duties: Duties) -> None:
    boss, system = duties.acting("boss", account=9), duties.system()
    for number in (1, 2):
        duties.create(system, "login", name=str(number), login=f"user{number}")
    above = duties.create(system, "worker", name="赵", account=1)
    below = duties.create(system, "worker", name="钱", account=2, boss=above)
    owner = {"entity": "worker", "id": below}
    record = duties.create(boss, "job", name="屋顶", price="1500", owner=owner)
    duties.act(boss, record, "finish")
    duties.work()
    with duties.installation.engine.read(duties.system()) as desk:
        bill = desk.record("bill", 1).values
        assert (bill["job"], bill["amount"]) == (record, Decimal("1500.00"))
    for account in (1, 2):
        with duties.installation.engine.read(duties.acting("boss", account=account)) as desk:
            (told,) = read_notifications(desk.session, desk.reading)
            assert dict(told.message.params)["text_en"] == "The job is done"


def test_the_steps_have_the_rights_of_who_caused_them(duties: Duties) -> None:
    helper = duties.acting("helper")
    record = duties.create(helper, "job", name="屋顶", price="1500")
    duties.act(helper, record, "finish")
    duties.work(roles=("helper",))
    with duties.installation.engine.read(duties.system()) as desk:
        (run,) = read_runs(desk.session, "bill_it")
        assert run.state == "failed"
        assert run.problem == {"code": "not_found", "params": {}}


def test_a_step_that_is_refused_takes_back_its_run_and_nothing_else(duties: Duties) -> None:
    boss = duties.acting("boss")
    record = duties.create(boss, "job", name="屋顶", price="-5")
    duties.act(boss, record, "finish")
    duties.work()
    assert duties.job(record)["stage"] == "done"
    with duties.installation.engine.read(boss) as desk:
        (run,) = read_runs(desk.session, "bill_it")
        assert run.problem is not None
        assert list(run.problem["fields"]) == ["amount"]


def test_a_record_enters_a_query_by_a_change_and_is_noticed_once(duties: Duties) -> None:
    boss = duties.acting("boss")
    old = duties.create(boss, "job", name="旧", price="2000")
    duties.sweep()
    assert duties.job(old)["note"] is None  # it was there before anybody watched
    record = duties.create(boss, "job", name="屋顶", price="10")
    duties.work()
    assert duties.job(record)["note"] is None
    duties.update(boss, record, price="1000")
    duties.update(boss, record, price="1200")
    duties.work()
    assert duties.job(record)["note"] == "dear"
    duties.update(boss, record, price="5", note="")
    duties.update(boss, record, price="5000")
    duties.work()
    assert duties.job(record)["note"] == "dear"
    with duties.installation.engine.read(boss) as desk:
        assert len(read_runs(desk.session, "dear_now")) == 2


def test_a_record_enters_a_query_by_time(duties: Duties) -> None:
    record = duties.create(duties.acting("boss"), "job", name="屋顶", due="2026-11-20")
    duties.sweep()
    assert duties.job(record)["note"] is None
    duties.now = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
    duties.sweep()
    duties.sweep()
    assert duties.job(record)["note"] == "late"


def test_a_day_comes_once_for_each_record(duties: Duties) -> None:
    system = duties.system()
    duties.create(system, "login", name="1", login="user1")
    worker = duties.create(system, "worker", name="赵", account=1)
    owner = {"entity": "worker", "id": worker}
    for due in ("2026-11-25", "2026-11-26", "2026-12-24"):
        duties.create(system, "job", name=due, due=due, owner=owner)
    # 11:30 in Shanghai on the 18th: what is due on the 25th is a week away.
    for _ in range(2):
        duties.sweep()
    with duties.installation.engine.read(duties.acting("boss", account=1)) as desk:
        assert [each.title for each in read_notifications(desk.session, desk.reading)] == [
            "2026-11-25"
        ]


def test_a_schedule_runs_at_its_next_time_over_all_that_it_is_about(duties: Duties) -> None:
    boss = duties.acting("boss")
    first, second = (duties.create(boss, "job", name=name) for name in "ab")
    duties.act(boss, second, "finish")
    duties.sweep()
    duties.now = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
    duties.sweep()
    duties.sweep()
    assert (duties.job(first)["turns"], duties.job(second)["turns"]) == (1, 0)


def test_rules_do_not_go_round_in_circles(duties: Duties) -> None:
    boss = duties.acting("boss")
    record = duties.create(boss, "job", name="屋顶", note="ping")
    duties.update(boss, record, turns=1)
    duties.work()
    assert duties.job(record)["turns"] == 2
    with duties.installation.engine.read(boss) as desk:
        assert [each.state for each in read_runs(desk.session, "ping")] == ["done", "loop"]


def test_a_button_works_at_once_and_only_where_its_condition_holds(duties: Duties) -> None:
    boss = duties.acting("boss")
    record = duties.create(boss, "job", name="屋顶", price="60000")
    change_set = duties.act(boss, record, "rule.double")
    assert duties.job(record)["price"] == Decimal("120000.00")
    assert duties.act(boss, record, "rule.double") is None  # the first step ends it
    with duties.installation.engine.write(boss) as desk:
        undo(desk.records, change_set or 0)
    assert duties.job(record)["price"] == Decimal("60000.00")
    free = duties.create(boss, "job", name="免费", price="0")
    with duties.installation.engine.read(boss) as desk:
        offered = [each.name for each in desk.actions.offered("job", free)]
    assert "rule.double" not in offered


def test_who_presses_a_button_answers_with_what_he_may_read(duties: Duties) -> None:
    boss, apprentice = duties.acting("boss"), duties.acting("apprentice")
    plain = duties.create(boss, "job", name="刷墙", price="300")
    other = duties.create(boss, "job", name="秘密", price="50000")
    near = duties.create(boss, "job", name="补漏", price="400")

    def press(answer: int) -> None:
        with duties.installation.engine.write(apprentice) as desk:
            asking = Asking(values={"other": answer})
            desk.actions.perform("job", plain, "rule.like", asking)

    for answer in (other, 999):
        with pytest.raises(InputError) as refused:
            press(answer)
        assert refused.value.fields == {"other": (Message("unknown_record"),)}
    assert duties.job(plain)["note"] is None
    press(near)
    assert duties.job(plain)["note"] == "补漏"


def test_a_rule_is_tried_on_the_days_behind_without_doing_anything(duties: Duties) -> None:
    boss = duties.acting("boss")
    record = duties.create(boss, "job", name="屋顶", price="10", due="2026-11-20")
    duties.update(boss, record, price="2000")
    duties.update(boss, record, note="x")
    other = duties.create(boss, "job", name="墙", price="3000")
    with duties.installation.engine.read(duties.system()) as desk:
        rules = desk.model.catalog.rules
        found = {
            name: [each for _, each in try_rule(desk.records, rules[name])]
            for name in ("size_up", "dear_now", "due_soon")
        }
    assert found["size_up"] == [record, record, other]
    assert found["dear_now"] == [record, other]
    assert found["due_soon"] == [record]
    assert duties.job(record)["size"] is None


@pytest.mark.parametrize(
    ("shift", "day"),
    [
        (Shift(number=-1, unit="month"), date(2027, 2, 28)),
        (Shift(number=-1, unit="week"), date(2027, 2, 7)),
        (Shift(number=1, unit="year"), date(2026, 1, 31)),
        (Shift(number=0, unit="day"), date(2027, 1, 31)),
    ],
)
def test_a_shift_finds_the_day_of_a_record(shift: Shift, day: date) -> None:
    assert day_of_record(date(2027, 1, 31), shift) == day


@pytest.mark.parametrize(
    ("trigger", "slot"),
    [
        (TriggerDefinition(schedule="hourly"), "2026-11-18T11"),
        (TriggerDefinition(schedule="daily", at="11:30"), "2026-11-18T11:30"),
        (TriggerDefinition(schedule="daily", at="11:31"), "2026-11-17T11:31"),
        (TriggerDefinition(schedule="weekly", day=1, at="02:00"), "2026-11-16T02:00"),
        (TriggerDefinition(schedule="monthly", day=31, at="02:00"), "2026-10-31T02:00"),
    ],
)
def test_a_schedule_names_its_newest_moment(trigger: TriggerDefinition, slot: str) -> None:
    # 11:30 in Shanghai, a Wednesday.
    context = Context(principal=None, now=NOW)  # type: ignore[arg-type] # only its zone is read
    assert last_slot(trigger, NOW, context.zone) == slot
