"""复制: a copy takes values and lines along, and leaves what belongs to the first record alone."""

from __future__ import annotations

import pytest
from installation import Installation

from cardwright_entities.errors import InputError, NotFoundError
from cardwright_entities.flows.actions import Asking
from cardwright_entities.flows.copying import copied


def test_a_copy_has_the_values_and_lines_but_its_own_number_and_stage(
    pipeline: Installation,
) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        client = desk.records.create("client", {"name": "Water works"})
        items = [{"name": "pump", "quantity": 2}, {"name": "valve", "quantity": 7}]
        first = desk.records.create(
            "bid",
            {"name": "A", "amount": 5, "client": client.id, "secret": "x", "items": items},
        )
        desk.actions.perform("bid", first.id, "send", Asking())
        made = desk.actions.perform("bid", first.id, "copy", Asking(values={"name": "B"}))
        assert made.goes_to is not None
        found = desk.record("bid", made.goes_to.id)
    values = found.values
    assert (values["name"], values["amount"], values["client"]) == ("B", 5, client.id)
    assert (values["code"], values["stage"], values["secret"]) == ("B0002", "draft", None)
    assert [(row.values["name"], row.values["quantity"]) for row in found.lines["items"]] == [
        ("pump", 2),
        ("valve", 7),
    ]


def test_what_was_set_by_a_move_and_is_never_typed_stays_behind(pipeline: Installation) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        first = desk.records.create("bid", {"name": "A", "amount": 5})
        desk.actions.perform("bid", first.id, "send", Asking())
        proposal = copied(desk.records, "bid", first.id)
    assert "doubled" not in proposal.values
    assert "stage_since" not in proposal.values


def test_only_who_may_create_is_offered_a_copy_and_of_what_he_sees(pipeline: Installation) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        first = desk.records.create("bid", {"name": "A", "amount": 500})
    with pipeline.engine.write(pipeline.acting("reader")) as desk, pytest.raises(NotFoundError):
        desk.actions.perform("bid", first.id, "copy", Asking())
    with pipeline.engine.write(pipeline.acting("small")) as desk, pytest.raises(NotFoundError):
        copied(desk.records, "bid", first.id)


def test_what_is_wrong_with_the_copy_is_said_by_field(pipeline: Installation) -> None:
    with pipeline.engine.write(pipeline.acting("boss")) as desk:
        first = desk.records.create("bid", {"name": "A"})
        with pytest.raises(InputError) as error:
            desk.actions.perform("bid", first.id, "copy", Asking(values={"name": ""}))
    assert list(error.value.fields) == ["name"]
