"""Where a record stands: a state of a process, changed by moves and typed by nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from cardwright_entities.errors import Message
from cardwright_entities.field_types.picklists import PicklistType
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_metadata.definitions.others import ChoiceDefinition
from cardwright_metadata.definitions.stages import StagesDefinition


class StageType(PicklistType):
    """One state of a process, shown and asked for like a choice."""

    name = "stage"
    label: ClassVar[Mapping[str, str]] = {"zh": "阶段", "en": "Stage"}
    options: ClassVar[Mapping[str, Any]] = {
        "stages": {
            "type": "string",
            "description": (
                "The process (`kind: stages`) whose states the record goes through. Beside the "
                "field the engine keeps `<field>_since`, the moment of the last move."
            ),
        }
    }
    required_options = ("stages",)
    editable = False
    computed = "stage"

    def problems(self, field: FieldDefinition) -> tuple[Message, ...]:
        return ()


def choices_of_states(process: StagesDefinition) -> dict[str, ChoiceDefinition]:
    """Return the states of a process as the choices of its fields."""
    return {
        name: ChoiceDefinition(
            code=name, label=state.label, colour=state.colour, retired=state.retired
        )
        for name, state in process.states.items()
    }
