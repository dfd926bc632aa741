"""Days that are told by their distance from a first day, as seeds and scenarios write them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_OFFSET = re.compile(r"@([+-]\d{1,5})?(?: (\d{2}:\d{2}))?")


def moment_of(written: str, first: date, zone: ZoneInfo) -> str:
    """Return the ISO day or time that ``@+3`` or ``@+3 09:30`` means; other text as it is."""
    found = _OFFSET.fullmatch(written)
    if found is None:
        return written
    day = first + timedelta(days=int(found[1] or 0))
    if found[2] is None:
        return day.isoformat()
    return datetime.combine(day, time.fromisoformat(found[2]), zone).isoformat()
