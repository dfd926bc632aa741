"""What the numbers and dimensions of a report are called."""

from __future__ import annotations

from collections.abc import Sequence

from cardwright_entities.model.model import Model
from cardwright_entities.reports.tables import Axis, Figure
from cardwright_metadata.definitions.texts import Text


def name_of_figure(model: Model, figure: Figure) -> Text:
    """Return a number's own label, or that of what it measures."""
    measure = figure.measure
    if figure.definition.label or measure is None:
        return figure.definition.label
    if measure.label:
        return measure.label
    if figure.field is not None:
        return figure.field.definition.label
    return model.catalog.entity(measure.entity).label


def name_of_axis(axis: Axis, figures: Sequence[Figure]) -> Text:
    """Return a dimension's own label, the one that a measure gives it, or that of its field."""
    if axis.definition.label:
        return axis.definition.label
    name, _, rest = axis.definition.path.partition(".")
    if not rest or rest == axis.grain:
        measures = (each.measure for each in figures if each.measure is not None)
        said = next((each.labels[name] for each in measures if name in each.labels), None)
        if said is not None:
            return said
    return axis.field.definition.label if axis.field is not None else Text()
