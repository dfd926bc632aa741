"""Values that belong to no field of their own: totals, measures, group keys by period."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal


def plain_value(value: object) -> object:
    """Return the JSON of a computed value: decimals as strings, moments in ISO 8601."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [plain_value(each) for each in value]
    return value
