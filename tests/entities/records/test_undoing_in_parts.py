"""A change set of others, taken back by people who may change a part of it each."""

from __future__ import annotations

import pytest
from installation import Installation

from cardwright_entities.contexts import Context
from cardwright_entities.errors import AccessError, ConflictError
from cardwright_entities.records.saving import SaveOptions
from cardwright_entities.records.undoing import undo


def two_in_one_set(workshop: Installation) -> tuple[int, int, int]:
    """Change the notes of a small and a large firm at once; return both and the set."""
    with workshop.engine.write(workshop.acting("chief")) as desk:
        small = desk.records.create("firm", {"name": "小厂", "staff": 5, "phone": "010-1"}).id
        large = desk.records.create("firm", {"name": "大厂", "staff": 500, "phone": "010-1"}).id
        number = desk.records.update("firm", small, {"phone": "010-2"}, 1).change_set
        options = SaveOptions(change_set=number)
        desk.records.update("firm", large, {"phone": "010-2"}, 1, options)
    return small, large, number


def another(workshop: Installation, role: str) -> Context:
    return workshop.acting(role, account=2)


def phones(workshop: Installation, *records: int) -> list[object]:
    with workshop.engine.read(workshop.system()) as desk:
        return [desk.record("firm", each).values["phone"] for each in records]


def test_who_takes_back_his_part_leaves_the_rest_to_be_taken_back(workshop: Installation) -> None:
    small, large, number = two_in_one_set(workshop)
    with workshop.engine.write(another(workshop, "small_firms")) as desk:
        assert undo(desk.records, number).undone == 1
    before, changed = phones(workshop, small, large)
    assert before != changed
    with workshop.engine.write(another(workshop, "chief")) as desk:
        assert undo(desk.records, number).undone == 1
    assert phones(workshop, small, large) == [before, before]


def test_the_author_takes_the_rest_back_and_the_set_is_undone(workshop: Installation) -> None:
    small, large, number = two_in_one_set(workshop)
    with workshop.engine.write(another(workshop, "small_firms")) as desk:
        undo(desk.records, number)
    with workshop.engine.write(workshop.acting("chief")) as desk:
        assert undo(desk.records, number).undone == 1
    assert len(set(phones(workshop, small, large))) == 1
    with (
        workshop.engine.write(workshop.acting("chief")) as desk,
        pytest.raises(ConflictError) as caught,
    ):
        undo(desk.records, number)
    assert caught.value.message.code == "already_undone"


def test_a_part_is_taken_back_once(workshop: Installation) -> None:
    _, _, number = two_in_one_set(workshop)
    with workshop.engine.write(another(workshop, "small_firms")) as desk:
        undo(desk.records, number)
    with (
        workshop.engine.write(another(workshop, "small_firms")) as desk,
        pytest.raises(ConflictError) as caught,
    ):
        undo(desk.records, number)
    assert caught.value.message.code == "already_undone"


def test_who_may_change_nothing_of_it_is_refused(workshop: Installation) -> None:
    _, _, number = two_in_one_set(workshop)
    guest = another(workshop, "guest")
    with workshop.engine.write(guest) as desk, pytest.raises(AccessError):
        undo(desk.records, number)
