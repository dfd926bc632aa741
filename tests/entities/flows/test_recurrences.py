"""Records that come again and again: on their days, once, whatever happens in between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from timed import Plant, build_plant

from cardwright_entities.flows.timing.days import first_day, shifted
from cardwright_entities.flows.timing.sweeping import Due, due_now, look_at
from cardwright_entities.notifications import Notification, read_notifications
from cardwright_entities.records.undoing import undo
from cardwright_metadata.definitions.timing import LengthDefinition

YEAR = {"start": "2026-11-20", "end": "2027-11-19"}


@pytest.fixture
def plant(store_url: str) -> Iterator[Plant]:
    made = build_plant(store_url)
    yield made
    made.installation.store.close()


def visits(plant: Plant) -> list[str]:
    return [each.isoformat() for each in plant.all("job", "planned")]


def following(plant: Plant, contract: int, name: str = "visits") -> str:
    found = plant.read("contract", contract)[f"{name}_next"]
    return found.isoformat() if found else ""


@settings(deadline=None)
@given(
    start=st.dates(date(2020, 1, 1), date(2032, 1, 1)),
    number=st.integers(1, 40),
    unit=st.sampled_from(["day", "week", "month", "year"]),
    ahead=st.integers(-400, 4_000),
)
def test_the_first_day_is_found_as_by_walking(
    start: date, number: int, unit: str, ahead: int
) -> None:
    floor = start + timedelta(days=ahead)
    step = 0
    while (walked := shifted(start, step * number, unit)) < floor:
        step += 1
    assert first_day(start, LengthDefinition(number=number, unit=unit), floor) == walked


def test_months_count_from_the_first_day_so_that_short_ones_lose_nothing() -> None:
    every = LengthDefinition(number=1, unit="month")
    days = [first_day(date(2027, 1, 31), every, date(2027, month, 1)) for month in (1, 2, 3, 4)]
    assert [each and each.isoformat() for each in days] == [
        "2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30",
    ]  # fmt: skip


def test_records_come_ahead_of_their_days(plant: Plant) -> None:
    contract = plant.create("contract", name="锅炉", valid=YEAR, cycle=3)
    assert following(plant, contract) == "2026-11-20"
    plant.work()
    assert visits(plant) == ["2026-11-20"]
    assert following(plant, contract) == "2027-02-20"
    plant.at("2027-02-12 08:00").work()
    assert len(visits(plant)) == 1
    plant.at("2027-02-13 08:00").work()
    plant.work()
    assert visits(plant) == ["2026-11-20", "2027-02-20"]
    assert plant.all("job", "name") == ["锅炉 巡检", "锅炉 巡检"]
    assert plant.all("job", "kind") == ["visit", "visit"]


def test_what_came_while_no_worker_ran_is_made_up_for(plant: Plant) -> None:
    contract = plant.create("contract", name="锅炉", valid=YEAR, cycle=3)
    plant.at("2028-03-01 08:00").work()
    assert visits(plant) == ["2026-11-20", "2027-02-20", "2027-05-20", "2027-08-20"]
    assert following(plant, contract) == ""


def test_what_had_passed_before_the_record_was_made_is_not(plant: Plant) -> None:
    valid = {"start": "2025-01-31", "end": "2027-12-31"}
    contract = plant.create("contract", name="锅炉", valid=valid, cycle=1)
    assert following(plant, contract) == "2026-11-30"


def test_words_say_how_often(plant: Plant) -> None:
    contract = plant.create("contract", name="锅炉", valid=YEAR, rhythm="weekly")
    plant.at("2026-12-05 08:00").work()
    assert following(plant, contract, "invoices") == "2026-12-11"
    assert [each.isoformat() for each in plant.all("bill", "day")] == [
        "2026-11-20", "2026-11-27", "2026-12-04",
    ]  # fmt: skip


def test_days_pass_while_it_is_skipped(plant: Plant) -> None:
    contract = plant.create("contract", name="锅炉", valid=YEAR, cycle=3, halted=True)
    plant.work()
    assert visits(plant) == []
    assert following(plant, contract) == "2027-02-20"
    plant.update("contract", contract, halted=False)
    plant.work()
    assert visits(plant) == []


def test_a_changed_interval_doubles_nothing(plant: Plant) -> None:
    contract = plant.create("contract", name="锅炉", valid=YEAR, cycle=3)
    plant.work()
    plant.update("contract", contract, cycle=1)
    assert following(plant, contract) == "2026-12-20"
    plant.update("contract", contract, cycle=3)
    plant.work()
    assert visits(plant) == ["2026-11-20"]


def test_an_undone_record_does_not_come_again(plant: Plant) -> None:
    contract = plant.create("contract", name="锅炉", valid=YEAR, cycle=3)
    plant.work()
    changed = plant.update("contract", contract, cycle=1)
    with plant.installation.engine.write(plant.context()) as desk:
        (made,) = plant.all("job", "id")
        desk.records.delete("job", made)
        undo(desk.records, changed)
    plant.work()
    assert visits(plant) == []
    assert following(plant, contract) == "2027-02-20"


def test_what_came_while_a_record_was_deleted_has_passed(plant: Plant) -> None:
    contract = plant.create("contract", name="锅炉", valid=YEAR, cycle=3)
    plant.work()
    with plant.installation.engine.write(plant.context()) as desk:
        desk.records.delete("job", 1)
        desk.records.delete("contract", contract)
    plant.at("2027-03-01 08:00").work()
    with plant.installation.engine.write(plant.context()) as desk:
        desk.records.restore("contract", contract)
    assert following(plant, contract) == "2027-05-20"
    plant.work()
    assert visits(plant) == []


def test_what_is_refused_is_tried_again_and_leaves_nothing(plant: Plant) -> None:
    long = "锅" * 40
    contract = plant.create("contract", name=long, valid=YEAR, cycle=3)
    plant.work()
    assert visits(plant) == []
    assert following(plant, contract) == "2026-11-20"
    plant.update("contract", contract, name="锅炉")
    plant.work()
    assert visits(plant) == ["2026-11-20"]


def test_what_is_refused_is_told_once_to_the_owner_and_to_administrators(plant: Plant) -> None:
    plant.update("login", 1, roles=["admin"])
    plant.create("worker", name="甲", account=1)
    account = plant.create("login", name="乙", login="other")
    worker = plant.create("worker", name="乙", account=account)
    owner = {"entity": "worker", "id": worker}
    long = "锅" * 40
    plant.create("contract", name=long, valid=YEAR, cycle=3, rhythm="weekly", owner=owner)
    for _ in range(3):
        plant.work()
    assert [each.isoformat() for each in plant.all("bill", "day")] == ["2026-11-20"]
    for each in (1, account):
        (told,) = notifications(plant, each)
        assert told.message.code == "recurrence_refused"
        params = dict(told.message.params)
        assert (params["day"], params["because"], params["because_max"]) == (
            "2026-11-20", "too_long", "30",
        )  # fmt: skip


def notifications(plant: Plant, account: int) -> list[Notification]:
    with plant.installation.engine.read(plant.context(account)) as desk:
        return read_notifications(desk.session, desk.reading)


def test_two_workers_with_the_same_record_in_hand_make_one(plant: Plant) -> None:
    plant.create("contract", name="锅炉", valid=YEAR, cycle=3)
    engine = plant.installation.engine
    with engine.read(plant.context()) as desk:
        (due,) = due_now(desk.records.beyond_rights())
    for _ in range(2):
        with engine.write(plant.context()) as desk:
            look_at(desk.records, due)
    assert due == Due("contract", due.record)
    assert visits(plant) == ["2026-11-20"]


def test_nothing_comes_of_an_interval_of_nothing(plant: Plant) -> None:
    for cycle in (0, -1, None):
        contract = plant.create("contract", name="锅炉", valid=YEAR, cycle=cycle)
        assert following(plant, contract) == ""
    assert plant.work() > 0
    assert visits(plant) == []


def test_the_new_record_belongs_to_whoever_looks_after_the_first(plant: Plant) -> None:
    worker = plant.create("worker", name="乙")
    owner = {"entity": "worker", "id": worker}
    plant.create("contract", name="锅炉", valid=YEAR, cycle=3, owner=owner)
    plant.work()
    (found,) = plant.all("job", "owner")
    assert (found.entity, found.id) == ("worker", worker)
