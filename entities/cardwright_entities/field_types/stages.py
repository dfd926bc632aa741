"""Where a record stands: a state of a process, changed by moves and typed by nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from cardwright_entities.errors import Message
from cardwright_entities.field_types.picklists import PicklistType
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_metadata.definitions.others import ChoiceDefinition
from cardwright_metadata.definitions.stages import StagesDefinition


class StageType(PicklistType):
    """One state of a process, shown and asked for like a choice."""

    name = "stage"
    icon = "progress"
    label: ClassVar[Mapping[str, str]] = {"zh": "阶段", "en": "Stage"}
    options: ClassVar[Mapping[str, Any]] = {
        "stages": {
            "type": ["string", "object"],
            "description": (
                "The process (`kind: stages`) whose states the record goes through, or how it is "
                "chosen for each record. Beside the field the engine keeps `<field>_since`, the "
                "moment of the last move."
            ),
            "properties": {
                "by": {
                    "type": "string",
                    "description": (
                        "The picklist or text that decides, of the record or of one it links to: "
                        "`kind`, `customer.sales_process`."
                    ),
                },
                "of": {
                    "type": "object",
                    "minProperties": 1,
                    "description": "The process for each value of it.",
                    "additionalProperties": {
                        "type": "string",
                        "description": "The name of a process.",
                    },
                },
                "else": {
                    "type": "string",
                    "description": "The process for every other value, and for none.",
                },
            },
            "required": ["by", "of", "else"],
            "additionalProperties": False,
        }
    }
    required_options = ("stages",)
    editable = False
    computed = "stage"

    def problems(self, field: FieldDefinition) -> tuple[Message, ...]:
        return ()


def choices_of_states(processes: Sequence[StagesDefinition]) -> dict[str, ChoiceDefinition]:
    """Return the states of processes as the choices of a field; one name is one choice."""
    found: dict[str, ChoiceDefinition] = {}
    for process in processes:
        for name, state in process.states.items():
            choice = ChoiceDefinition(
                code=name, label=state.label, colour=state.colour, retired=state.retired
            )
            # A state is in use as long as one process has it in use.
            if name not in found or (found[name].retired and not choice.retired):
                found[name] = choice
    return found
