"""Computed values as their fields keep them."""

from __future__ import annotations

from decimal import Decimal

from cardwright_entities.contexts import Context
from cardwright_entities.field_types.number_text import round_to_scale
from cardwright_entities.model.entities import FieldModel


def kept_value(found: FieldModel, value: object, context: Context) -> object:
    """Return a value as its field keeps it; a computed number is rounded to the field's decimals.

    Raise ValueProblem for what does not fit.
    """
    scale = found.value_type.scale
    if isinstance(value, Decimal) and found.type.computed and scale >= 0:
        value = round_to_scale(value, scale)
    return found.parse(value, context)
