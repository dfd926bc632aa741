"""Closed documents: whose values never change again, and who may not be edited."""

from __future__ import annotations

from collections.abc import Mapping

#: The field of the engine that says since when a record is closed.
FROZEN_AT = "frozen_at"


def is_closed(values: Mapping[str, object]) -> bool:
    """Tell whether stored values are those of a closed record."""
    return values.get(FROZEN_AT) is not None
