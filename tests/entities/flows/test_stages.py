"""Stages: where records begin, which moves they take, what a move asks, sets and leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from installation import NOW, Installation

from cardwright_entities.engine import Desk
from cardwright_entities.errors import (
    AccessError,
    CardwrightError,
    ConflictError,
    InputError,
    NotFoundError,
)
from cardwright_entities.flows.actions import Asking
from cardwright_entities.records.gate import Saved, SaveOptions
from cardwright_entities.records.history import read_history
from cardwright_entities.records.undoing import undo


def bid(desk: Desk, **values: object) -> Saved:
    return desk.records.create("bid", {"name": "泵站", "amount": "1000", **values})


def stage(desk: Desk, record: int) -> object:
    return desk.record("bid", record).values["stage"]


def move(desk: Desk, record: int, name: str, **values: object) -> Saved:
    performed = desk.actions.perform("bid", record, name, Asking(values=values))
    assert performed.saved is not None
    return performed.saved


def codes(error: pytest.ExceptionInfo[InputError]) -> dict[str, str]:
    return {name: messages[0].code for name, messages in error.value.fields.items()}


def test_a_record_begins_at_the_start_and_knows_since_when(pipeline: Installation) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        saved = bid(desk)
        values = desk.record("bid", saved.id).values
    assert values["stage"] == "draft"
    assert values["stage_since"] == NOW


def test_a_move_sets_what_it_says_before_formulas_are_computed(pipeline: Installation) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        saved = bid(desk)
    later = replace(pipeline.acting("boss"), now=NOW + timedelta(days=3))
    with pipeline.engine.write(later) as desk:
        move(desk, saved.id, "send")
        values = desk.record("bid", saved.id).values
    assert values["stage"] == "sent"
    assert values["stage_since"] == NOW + timedelta(days=3)
    assert values["sent_on"] == date(2026, 11, 21)
    assert values["doubled"] == 2000
    assert values["fee"] == Decimal(200)


def test_what_is_offered_depends_on_the_state_and_on_who_asks(pipeline: Installation) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        saved = bid(desk)
        assert [each.name for each in desk.actions.offered("bid", saved.id)] == [
            "send",
            "lose",
            "copy",
        ]
        move(desk, saved.id, "send")
    offered = {}
    for role in ("boss", "seller", "reader", "typist", "small"):
        with pipeline.engine.read(pipeline.acting(role)) as desk:
            try:
                offered[role] = [each.name for each in desk.actions.offered("bid", saved.id)]
            except NotFoundError:
                offered[role] = ["nothing to be seen"]
    assert offered == {
        "boss": ["haggle", "win", "lose", "copy"],
        "seller": ["haggle", "lose", "copy"],
        "reader": [],
        "typist": ["copy"],
        "small": ["nothing to be seen"],
    }


def test_a_move_of_others_cannot_be_performed_by_its_name(pipeline: Installation) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        saved = bid(desk)
        move(desk, saved.id, "send")
    with pipeline.engine.write(pipeline.acting("seller")) as desk:
        with pytest.raises(NotFoundError):
            move(desk, saved.id, "win")
        with pytest.raises(InputError) as error:
            desk.records.update("bid", saved.id, {"stage": "won"}, None)
    assert codes(error) == {"stage": "no_such_move"}


def test_a_condition_that_does_not_hold_blocks_with_its_own_words(pipeline: Installation) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        saved = bid(desk, amount="0")
        send = desk.actions.find("bid", saved.id, "send")
        assert send.blocked is not None
        assert ("text_en", "Fill in the amount first") in send.blocked.params
        with pytest.raises(AccessError):
            move(desk, saved.id, "send")
        with pytest.raises(InputError) as error:
            desk.records.update("bid", saved.id, {"stage": "sent"}, None)
        assert codes(error) == {"stage": "move_blocked"}
        # What is missing may be given with the state: the condition is about the result.
        desk.records.update("bid", saved.id, {"stage": "sent", "amount": "5"}, None)
        assert stage(desk, saved.id) == "sent"


def test_a_move_asks_and_takes_no_empty_answer(pipeline: Installation) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        saved = bid(desk)
        lose = desk.actions.find("bid", saved.id, "lose")
        assert [each.name for each in lose.asks] == ["reason", "note"]
        assert lose.required == {"reason"}
        with pytest.raises(InputError) as error:
            move(desk, saved.id, "lose", note="too dear")
        assert codes(error) == {"reason": "required"}
        with pytest.raises(InputError) as error:
            move(desk, saved.id, "lose", reason="price", amount="1")
        assert codes(error) == {"amount": "unknown_field"}
        move(desk, saved.id, "lose", reason="price")
        values = desk.record("bid", saved.id).values
    assert (values["stage"], values["reason"]) == ("lost", "price")


def test_a_state_that_is_sent_is_the_move_that_leads_there(pipeline: Installation) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        saved = bid(desk)
        desk.records.update("bid", saved.id, {"stage": "sent"}, 1)
        assert desk.record("bid", saved.id).values["doubled"] == 2000
        with pytest.raises(InputError) as error:
            desk.records.update("bid", saved.id, {"stage": None}, 2)
        assert codes(error) == {"stage": "required"}
        with pytest.raises(InputError) as error:
            desk.records.update("bid", saved.id, {"stage": "elsewhere"}, 2)
        assert codes(error) == {"stage": "not_in_list"}
        desk.records.update("bid", saved.id, {"stage": "lost", "reason": "price"}, 2)
        with pytest.raises(InputError) as error:
            desk.records.update("bid", saved.id, {"stage": "draft"}, 3)
        assert codes(error) == {"stage": "several_moves"}
        move(desk, saved.id, "again")
        assert desk.record("bid", saved.id).values["note"] == "once more"


def test_sending_the_state_that_is_there_changes_nothing(pipeline: Installation) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        saved = bid(desk)
        desk.records.update("bid", saved.id, {"stage": "draft", "name": "x"}, 1)
        assert desk.record("bid", saved.id).values["stage_since"] == NOW


def test_a_new_record_begins_nowhere_else_but_an_imported_one_may(pipeline: Installation) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        with pytest.raises(InputError) as error:
            bid(desk, stage="won")
        assert codes(error) == {"stage": "stage_begins"}
        assert stage(desk, bid(desk, stage="draft").id) == "draft"
        raw = {"name": "old", "stage": "won"}
        saved = desk.records.create("bid", raw, SaveOptions(kind="import"))
        assert stage(desk, saved.id) == "won"


def test_nobody_types_since_when(pipeline: Installation) -> None:
    with (
        pipeline.engine.write(pipeline.acting("boss")) as desk,
        pytest.raises(InputError) as error,
    ):
        bid(desk, stage_since="2020-01-01T00:00:00Z")
    assert codes(error) == {"stage_since": "not_writable"}


def test_who_may_not_edit_the_field_takes_no_move(pipeline: Installation) -> None:
    with pipeline.engine.write(pipeline.acting("typist")) as desk:
        saved = bid(desk)
        with pytest.raises(NotFoundError):
            move(desk, saved.id, "send")
        with pytest.raises(InputError) as error:
            desk.records.update("bid", saved.id, {"stage": "sent"}, None)
    assert codes(error) == {"stage": "not_writable"}


def test_an_old_version_is_a_conflict_and_others_fields_are_none(pipeline: Installation) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        saved = bid(desk)
        desk.records.update("bid", saved.id, {"name": "other"}, 1)
        with pytest.raises(ConflictError):
            desk.actions.perform("bid", saved.id, "send", Asking(version=1))
        desk.actions.perform("bid", saved.id, "send", Asking(version=1, merge=True))
        with pytest.raises(CardwrightError):
            desk.actions.perform("bid", saved.id, "send", Asking(version=1, merge=True))


def test_a_move_is_in_history_and_can_be_undone(pipeline: Installation) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        saved = bid(desk)
        entity = desk.model.entity("bid")
    later = replace(pipeline.acting("boss"), now=NOW + timedelta(days=3))
    with pipeline.engine.write(later) as desk:
        moved = move(desk, saved.id, "send")
        newest = read_history(desk.session, desk.reading, entity, saved.id)[0]
        assert (newest.kind, newest.label, newest.before["stage"]) == ("move", "Send", "draft")
        assert undo(desk.records, moved.change_set).undone == 1
        values = desk.record("bid", saved.id).values
    assert values["stage"] == "draft"
    assert values["stage_since"] == NOW
    assert values["doubled"] is None


def test_the_engine_itself_may_set_any_state(pipeline: Installation) -> None:
    with pipeline.engine.write(pipeline.acting("seller")) as desk:
        saved = bid(desk)
        desk.records.beyond_rights().update("bid", saved.id, {"stage": "won"}, None)
        assert stage(desk, saved.id) == "won"


def test_lists_filter_by_state_and_by_since_when(pipeline: Installation) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        first, _ = bid(desk), bid(desk)
        move(desk, first.id, "lose", reason="price")
        texts = ("stage = 'lost'", "stage not in ('won', 'lost')", "stage_since >= today()")
        found = [desk.condition("bid", text) for text in texts]
        assert all(each is not None for each in found)


@pytest.mark.parametrize(("final", "code"), [("won", "record_frozen"), ("lost", "record_locked")])
def test_in_a_locked_state_nothing_is_typed_and_nothing_taken_away(
    pipeline: Installation, final: str, code: str
) -> None:
    boss = pipeline.acting("boss")
    with pipeline.engine.write(boss) as desk:
        raw = {"name": "x", "stage": final, "items": [{"name": "pump"}]}
        saved = desk.records.create("bid", raw, SaveOptions(kind="import"))
        line = desk.record("bid", saved.id).lines["items"][0].id
    for changed in (
        {"name": "y"},
        {"items": [{"name": "valve"}]},
        {"items": [{"id": line, "name": "valve"}]},
        {"items": [{"id": line, "remove": True}]},
    ):
        with pipeline.engine.write(boss) as desk, pytest.raises(InputError) as error:
            desk.records.update("bid", saved.id, changed, None)
        assert code in codes(error).values()
    with pipeline.engine.write(boss) as desk, pytest.raises(InputError):
        desk.records.update("bid_item", line, {"name": "valve"}, None)
    with pytest.raises(ConflictError), pipeline.engine.write(boss) as desk:
        desk.records.delete("bid", saved.id)
    with pipeline.engine.write(boss) as desk:
        desk.records.update("bid", saved.id, {"name": "x"}, None)


def test_a_move_from_any_leaves_nothing_that_is_closed(pipeline: Installation) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        closed = desk.records.create("bid", {"name": "x", "stage": "won"}, SaveOptions(kind="seed"))
        names = [each.name for each in desk.actions.offered("bid", closed.id)]
        assert "lose" not in names
        with pytest.raises(InputError) as error:
            desk.records.update("bid", closed.id, {"stage": "lost", "reason": "price"}, None)
        assert codes(error)["stage"] == "no_such_move"


def test_a_lock_leaves_what_is_said_to_be_unlocked(pipeline: Installation) -> None:
    boss = pipeline.acting("boss")
    with pipeline.engine.write(boss) as desk:
        raw = {"name": "x", "amount": "1000", "items": [{"name": "pump"}]}
        saved = desk.records.create("bid", {**raw, "stage": "lost"}, SaveOptions(kind="import"))
        (line,) = desk.record("bid", saved.id).lines["items"]
        assert desk.leaves_open("bid", saved.id)
        visits = {"visits": [{"note": "called"}], "items": [{"id": line.id, "spoken": "again"}]}
        desk.records.update("bid", saved.id, visits, None)
        (visit,) = desk.record("bid", saved.id).lines["visits"]
        desk.records.update("bid", saved.id, {"visits": [{"id": visit.id, "remove": True}]}, None)
        assert not desk.record("bid", saved.id).lines["visits"]
        with pytest.raises(InputError) as error:
            desk.records.update("bid", saved.id, {**visits, "name": "y"}, None)
    assert codes(error)[""] == "record_locked"
    with pipeline.engine.write(boss) as desk:
        closed = desk.records.create("bid", {**raw, "stage": "won"}, SaveOptions(kind="import"))
        assert not desk.leaves_open("bid", closed.id)
        with pytest.raises(InputError):
            desk.records.update("bid", closed.id, {"visits": [{"note": "called"}]}, None)


def test_a_move_leads_out_of_a_locked_state_with_what_it_sets(pipeline: Installation) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        saved = bid(desk)
        move(desk, saved.id, "lose", reason="price")
        move(desk, saved.id, "again")
        assert desk.record("bid", saved.id).values["note"] == "once more"
        desk.records.update("bid", saved.id, {"name": "free again"}, None)
