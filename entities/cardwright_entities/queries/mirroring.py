"""Mirrors beside the fields in which they end, by whose rules their values are shown."""

from __future__ import annotations

from dataclasses import replace

from cardwright_entities.model.entities import FieldModel


def shown_as(shown: FieldModel, end: FieldModel) -> FieldModel:
    """Return the field in which a mirror ends under the mirror's own name."""
    definition = replace(
        end.definition,
        name=shown.name,
        label=shown.definition.label or end.definition.label,
        id=shown.definition.id,
    )
    return replace(end, definition=definition)
