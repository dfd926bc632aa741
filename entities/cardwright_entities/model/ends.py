"""Where a path over links ends."""

from __future__ import annotations

from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model


def end_of(model: Model, entity: EntityModel, names: tuple[str, ...]) -> FieldModel:
    """Return the field in which a path over links to one record each ends."""
    found = entity.fields[names[0]]
    for name in names[1:]:
        targets = (model.entity(each) for each in found.targets)
        entity = next(each for each in targets if name in each.fields)
        found = entity.fields[name]
    return found
