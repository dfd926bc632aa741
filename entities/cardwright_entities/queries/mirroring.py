"""Mirrors beside the fields in which they end, by whose rules their values are shown."""

from __future__ import annotations

from dataclasses import replace

from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model


def shown_as(shown: FieldModel, end: FieldModel) -> FieldModel:
    """Return the field in which a mirror ends under the mirror's own name."""
    definition = replace(
        end.definition,
        name=shown.name,
        label=shown.definition.label or end.definition.label,
        id=shown.definition.id,
    )
    return replace(end, definition=definition)


def end_of(model: Model, entity: EntityModel, names: tuple[str, ...]) -> FieldModel:
    """Return the field in which a path over links to one record each ends."""
    found = entity.fields[names[0]]
    for name in names[1:]:
        targets = (model.entity(each) for each in found.targets)
        entity = next(each for each in targets if name in each.fields)
        found = entity.fields[name]
    return found
