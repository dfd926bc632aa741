"""Closed records: whose values never change again. The engine notes since when."""

from __future__ import annotations

from collections.abc import Mapping

from cardwright_metadata.closing import FROZEN_AT


def is_closed(values: Mapping[str, object]) -> bool:
    """Tell whether stored values are those of a closed record."""
    return values.get(FROZEN_AT) is not None
