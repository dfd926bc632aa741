"""Rules hear of values that follow from what others wrote, in the transaction of that write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from installation import PACKS, Installation, build_installation

from cardwright_entities.flows.rules.runs import read_runs
from cardwright_entities.jobs.queue import Jobs
from cardwright_entities.records.undoing import undo
from cardwright_entities.rule_jobs import SWEEP
from cardwright_entities.scenarios.settling import Settling


@dataclass
class Credit:
    """An installation with clients and bills, and its worker."""

    installation: Installation

    def __post_init__(self) -> None:
        with self.installation.store.write(self.installation.system()) as session:
            Jobs().enqueue(session, SWEEP, {})
        self.work()

    def create(self, entity: str, **values: object) -> int:
        with self.installation.engine.write(self.installation.acting("admin")) as desk:
            return desk.records.create(entity, values).id

    def bill(self, client: int, amount: int) -> int:
        """Store a bill; return its change set."""
        with self.installation.engine.write(self.installation.acting("admin")) as desk:
            values = {"client": client, "amount": amount}
            return desk.records.create("bill", values).change_set

    def work(self) -> None:
        Settling(self.installation.engine).settle(self.installation.acting("admin"))

    def client(self, record: int) -> dict[str, object]:
        with self.installation.engine.read(self.installation.system()) as desk:
            return dict(desk.record("client", record).values)

    def runs(self, rule: str) -> list[str]:
        with self.installation.store.read(self.installation.system()) as session:
            return [each.state for each in read_runs(session, rule)]


@pytest.fixture
def credit(store_url: str) -> Iterator[Credit]:
    installation = build_installation(store_url, PACKS / "credit")
    yield Credit(installation)
    installation.store.close()


def test_what_others_write_warns_once_and_relaxes_when_it_is_undone(credit: Credit) -> None:
    ann = credit.create("client", name="Ann")
    credit.bill(ann, 900)
    credit.work()
    assert (credit.client(ann)["note"], credit.runs("warn")) == (None, [])
    change_set = credit.bill(ann, 200)
    credit.bill(ann, 10)
    credit.work()
    assert (credit.client(ann)["note"], credit.runs("warn")) == ("warned", ["done"])
    with credit.installation.engine.write(credit.installation.acting("admin")) as desk:
        undo(desk.records, change_set)
    credit.work()
    assert (credit.client(ann)["note"], credit.runs("relax")) == ("fine", ["done"])


def test_a_condition_sees_the_kept_value_before_and_after(credit: Credit) -> None:
    ann = credit.create("client", name="Ann")
    for amount in (4000, 2000, 100):
        credit.bill(ann, amount)
    credit.work()
    assert credit.client(ann)["heard"] == 3
    assert credit.runs("cross") == ["done"]


def test_a_value_that_follows_is_no_edit_of_its_record(credit: Credit) -> None:
    ann = credit.create("client", name="Ann")
    credit.bill(ann, 1)
    credit.work()
    edits = len(credit.runs("edited"))
    credit.bill(ann, 1)
    credit.work()
    # The rule that counts edits the client, the sum of its bills does not.
    assert len(credit.runs("edited")) == edits + 1


def test_many_bills_at_once_warn_every_client_with_the_same_number_of_statements(
    credit: Credit,
) -> None:
    needed = []
    for count in (20, 200):
        clients = [credit.create("client", name=f"{count} {each}") for each in range(count)]
        with credit.installation.engine.write(credit.installation.acting("admin")) as desk:
            before = desk.session.statements
            values = [{"client": each, "amount": 1001} for each in clients]
            desk.records.create_many("bill", values)
            needed.append(desk.session.statements - before)
        credit.work()
        assert {credit.client(each)["note"] for each in clients} == {"warned"}
    assert needed[0] == needed[1]


def test_rules_that_set_off_each_other_by_kept_values_end(credit: Credit) -> None:
    ann = credit.create("client", name="Ann", most=0)
    credit.bill(ann, 90001)
    credit.work()
    assert sorted(credit.runs("pay")) == ["done", "loop"]
