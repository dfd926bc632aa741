"""Which process a record goes through, where the process of its stage field is chosen."""

from __future__ import annotations

from cardwright_entities.model.entities import FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.records.evaluating import RecordValues
from cardwright_metadata.definitions.stages import StagesDefinition, processes_named, read_choice
from cardwright_metadata.expressions.tree import Path


def process_of(model: Model, field: FieldModel, names: RecordValues) -> StagesDefinition | None:
    """Return the process of a record, None for a field that is none of a stage.

    A record that stands in a state which the chosen process does not have goes on in the one that
    has it: what decides may change elsewhere, and the record is not torn from its way.
    """
    chosen = chosen_process(model, field, names)
    state = names.values.get(field.name)
    if chosen is None or state is None or chosen.knows(state):
        return chosen
    stages = model.catalog.stages
    others = [stages[each] for each in processes_named(field.definition.options["stages"])]
    return next((each for each in others if each.knows(state)), chosen)


def chosen_process(model: Model, field: FieldModel, names: RecordValues) -> StagesDefinition | None:
    """Return the process that the values of a record choose, wherever it stands."""
    written = field.definition.options.get("stages")
    choice = read_choice(written)
    if choice is None:
        return model.catalog.stages.get(str(written))
    return model.catalog.stages.get(choice.named(names.value(Path(choice.by))))
