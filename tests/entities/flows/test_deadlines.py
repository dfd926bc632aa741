"""Deadlines in working time: pauses, holidays, reopening, and being told of once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from timed import Plant, build_plant, shown

from cardwright_entities.errors import InputError
from cardwright_entities.notifications import read_notifications
from cardwright_entities.records.undoing import undo


@pytest.fixture
def plant(store_url: str) -> Iterator[Plant]:
    made = build_plant(store_url)
    yield made
    made.installation.store.close()


def stands(plant: Plant, record: int, name: str = "respond") -> tuple[str, str]:
    values = plant.read("job", record)
    return shown(values[f"{name}_due"]), str(values[f"{name}_state"])


def told(plant: Plant) -> list[str]:
    with plant.installation.engine.read(plant.context()) as desk:
        found = read_notifications(desk.session, desk.reading)
    return [str(each.message.params) for each in reversed(found)]


def test_work_that_is_left_on_friday_goes_on_after_the_weekend(plant: Plant) -> None:
    job = plant.create("job", name="锅炉")
    # One hour on Friday, three on Saturday, four on Monday.
    assert stands(plant, job) == ("11-23 14:00", "running")


def test_each_deadline_counts_in_its_own_calendar(plant: Plant) -> None:
    firm = plant.create("firm", name="夜班", calendar="always")
    job = plant.create("job", name="锅炉", firm=firm, planned="2026-11-24", allowed="4 hours")
    assert stands(plant, job) == ("11-21 01:00", "running")
    assert stands(plant, job, "repair") == ("11-20 21:00", "running")
    assert stands(plant, job, "close") == ("11-25 18:00", "running")


def test_without_a_moment_to_count_from_nothing_counts(plant: Plant) -> None:
    job = plant.create("job", name="锅炉")
    values = plant.read("job", job)
    assert (values["close_due"], values["close_state"]) == (None, None)
    plant.update("job", job, planned="2026-11-24")
    assert stands(plant, job, "close")[1] == "running"


def test_a_pause_moves_the_deadline_by_its_working_time(plant: Plant) -> None:
    job = plant.create("job", name="锅炉")
    plant.at("2026-11-20 17:30").update("job", job, stage="waiting")
    assert stands(plant, job) == ("", "paused")
    # Half an hour was used; the rest of Friday, Saturday and half an hour of Monday stood still.
    plant.at("2026-11-23 09:30").update("job", job, stage="new")
    assert stands(plant, job) == ("11-23 18:00", "running")


def test_a_deadline_that_stands_still_is_not_missed(plant: Plant) -> None:
    job = plant.create("job", name="锅炉")
    plant.update("job", job, stage="waiting")
    plant.at("2026-12-20 10:00").work()
    assert stands(plant, job) == ("", "paused")
    assert told(plant) == []


def test_done_in_time_is_met(plant: Plant) -> None:
    job = plant.create("job", name="锅炉")
    plant.at("2026-11-23 14:00").update("job", job, stage="done")
    assert stands(plant, job) == ("11-23 14:00", "met")
    assert shown(plant.read("job", job)["respond_met"]) == "11-23 14:00"


def test_done_too_late_is_missed_even_if_nobody_has_looked(plant: Plant) -> None:
    job = plant.create("job", name="锅炉")
    plant.at("2026-11-23 14:01").update("job", job, stage="done")
    assert stands(plant, job) == ("11-23 14:00", "missed")


def test_what_is_opened_again_goes_on_as_if_it_had_never_been_met(plant: Plant) -> None:
    job = plant.create("job", name="锅炉")
    change = plant.at("2026-11-21 10:00").update("job", job, stage="done")
    assert stands(plant, job)[1] == "met"
    with plant.installation.engine.write(plant.context()) as desk:
        undo(desk.records, change)
    assert stands(plant, job) == ("11-23 14:00", "running")
    assert plant.read("job", job)["respond_met"] is None


def test_undoing_a_pause_does_not_undo_the_time_it_took(plant: Plant) -> None:
    job = plant.create("job", name="锅炉")
    change = plant.at("2026-11-21 09:00").update("job", job, stage="waiting")
    with plant.installation.engine.write(plant.at("2026-11-21 11:00").context()) as desk:
        undo(desk.records, change)
    assert stands(plant, job) == ("11-23 16:00", "running")


def test_the_clock_alone_makes_a_deadline_missed_and_tells_once(plant: Plant) -> None:
    job = plant.create("job", name="锅炉")
    plant.at("2026-11-23 14:00").work()
    assert stands(plant, job) == ("11-23 14:00", "running")
    plant.at("2026-11-23 14:01").work()
    assert stands(plant, job) == ("11-23 14:00", "missed")
    plant.at("2026-11-23 15:00").work()
    plant.work()
    assert [each for each in told(plant) if "late" in each or "超时" in each] == told(plant)[-1:]


def test_before_counts_hours_of_work(plant: Plant) -> None:
    plant.create("job", name="锅炉")
    plant.at("2026-11-23 10:59").work()
    assert told(plant) == []
    # Two hours of work before 14:00, with lunch between twelve and one.
    plant.at("2026-11-23 11:00").work()
    plant.at("2026-11-23 11:30").work()
    assert len(told(plant)) == 1


def test_a_holiday_that_is_noted_later_moves_what_is_open(plant: Plant) -> None:
    job = plant.create("job", name="锅炉")
    done = plant.create("job", name="水泵")
    plant.update("job", done, stage="done")
    plant.create("day_off", day="2026-11-21", last_day="2026-11-23")
    plant.work()
    assert stands(plant, job) == ("11-24 17:00", "running")
    assert stands(plant, done) == ("11-23 14:00", "met")


def test_a_swapped_day_is_worked_in_the_hours_of_a_usual_one(plant: Plant) -> None:
    plant.create("day_off", day="2026-11-22", works=True)
    job = plant.create("job", name="锅炉")
    assert stands(plant, job) == ("11-22 14:00", "running")


def test_a_day_off_of_another_calendar_means_nothing(plant: Plant) -> None:
    plant.create("day_off", day="2026-11-23", calendar="always")
    job = plant.create("job", name="锅炉")
    assert stands(plant, job) == ("11-23 14:00", "running")


def test_working_days_of_expressions_know_the_holidays(plant: Plant) -> None:
    valid = {"start": "2026-11-20", "end": "2026-12-03"}
    contract = plant.create("contract", name="甲", valid=valid)
    assert plant.read("contract", contract)["days"] == 11
    plant.create("day_off", day="2026-11-25", last_day="2026-11-26")
    plant.create("day_off", day="2026-11-29", works=True)
    other = plant.create("contract", name="乙", valid=valid)
    assert plant.read("contract", other)["days"] == 10


def test_nobody_writes_what_the_engine_keeps(plant: Plant) -> None:
    job = plant.create("job", name="锅炉")
    with pytest.raises(InputError) as caught:
        plant.update("job", job, respond_state="met")
    assert "respond_state" in caught.value.fields
