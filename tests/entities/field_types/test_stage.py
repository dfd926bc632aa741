from typing import Any

import pytest

from cardwright_entities.field_types.stages import choices_of_states
from cardwright_metadata.definitions.stages import StagesDefinition, StateDefinition
from cardwright_metadata.definitions.texts import Text

PROCESS = StagesDefinition(
    name="bids",
    states={
        "draft": StateDefinition(name="draft", label=Text.of({"zh": "草稿", "en": "Draft"})),
        "won": StateDefinition(
            name="won", label=Text.of({"zh": "中标", "en": "Won"}), colour="green"
        ),
    },
)
CHOICES = choices_of_states([PROCESS])


@pytest.mark.parametrize("state", [None, "draft", "won"])
def test_a_state_comes_back(make: Any, state: str | None) -> None:
    assert make("stage", stages="bids", choices=CHOICES).survives(state)


def test_states_are_shown_and_searched_like_choices(make: Any) -> None:
    field = make("stage", stages="bids", choices=CHOICES)
    assert (field.shown("won"), field.shown("won", "en")) == ("中标", "Won")
    assert CHOICES["won"].colour == "green"
    assert field.code("lost") == "not_in_list"


def test_nobody_types_a_state(make: Any) -> None:
    assert not make("stage", stages="bids", choices=CHOICES).type.editable
