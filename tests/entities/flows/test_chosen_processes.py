"""A process chosen for each record: where it begins, which moves it takes, what a change does."""

from __future__ import annotations

import pytest
from installation import Installation

from cardwright_entities.engine import Desk
from cardwright_entities.errors import ConflictError, InputError, NotFoundError
from cardwright_entities.flows.actions import Asking
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.records.saving import SaveOptions
from cardwright_metadata.expressions.parsing import parse


def tender(desk: Desk, size: str | None, **values: object) -> int:
    return desk.records.create("tender", {"name": "泵站", "size": size, **values}).id


def stage(desk: Desk, record: int) -> object:
    return desk.record("tender", record).values["stage"]


def moves(desk: Desk, record: int) -> list[str]:
    return [each.name for each in desk.actions.offered("tender", record) if each.kind == "move"]


def take(desk: Desk, record: int, name: str) -> None:
    desk.actions.perform("tender", record, name, Asking())


def test_a_record_begins_and_goes_on_in_the_process_that_its_value_chooses(
    pipeline: Installation,
) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        small, large, unknown = (tender(desk, each) for each in ("small", "large", None))
        assert [stage(desk, each) for each in (small, large, unknown)] == [
            "asked",
            "draft",
            "draft",
        ]
        assert moves(desk, small) == ["answer"]
        assert moves(desk, large) == ["send", "lose"]
        take(desk, small, "answer")
        assert stage(desk, small) == "sent"
        with pytest.raises(NotFoundError):
            take(desk, small, "haggle")


def test_states_of_one_name_lock_as_their_own_process_says(pipeline: Installation) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        small, large = tender(desk, "small"), tender(desk, "large", amount="5")
        take(desk, small, "answer")
        take(desk, large, "send")
        desk.records.update("tender", large, {"name": "新名"}, None)
        with pytest.raises(InputError) as raised:
            desk.records.update("tender", small, {"name": "新名"}, None)
    assert raised.value.fields[""][0].code == "record_locked"


def test_lists_ask_for_the_states_of_all_processes(pipeline: Installation) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        small, large = tender(desk, "small"), tender(desk, "large", amount="5")
        tender(desk, "large")
        take(desk, small, "answer")
        take(desk, large, "send")
        sent = desk.page(PageRequest(entity="tender", where=parse("stage = 'sent'").tree))
        asked = desk.page(PageRequest(entity="tender", where=parse("stage = 'asked'").tree))
    assert {row.id for row in sent.rows} == {small, large}
    assert asked.rows == ()


def test_a_record_that_chooses_another_process_begins_it_anew(pipeline: Installation) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        record = tender(desk, "small")
        desk.records.update("tender", record, {"size": "large"}, None)
        assert (stage(desk, record), moves(desk, record)) == ("draft", ["send", "lose"])
        desk.records.update("tender", record, {"amount": "5"}, None)
        take(desk, record, "send")
        desk.records.update("tender", record, {"size": "small"}, None)
        # Both processes know the state, so it stands where it stood.
        assert (stage(desk, record), moves(desk, record)) == ("sent", [])


def test_a_new_record_is_refused_a_state_that_only_another_process_begins_with(
    pipeline: Installation,
) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        for state in ("won", "draft"):
            with pytest.raises(InputError) as raised:
                tender(desk, "small", stage=state)
            assert raised.value.fields["stage"][0].code == "stage_begins"
        assert stage(desk, tender(desk, "small", stage="asked")) == "asked"


def test_a_state_of_the_other_process_is_no_move(pipeline: Installation) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        record = tender(desk, "large")
        with pytest.raises((InputError, ConflictError)) as raised:
            desk.records.update("tender", record, {"stage": "asked"}, None, SaveOptions())
    assert isinstance(raised.value, InputError)
    assert raised.value.fields["stage"][0].code == "no_such_move"
