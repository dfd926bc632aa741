"""How numbers, dates and names are written for one reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Locale:
    """A reader's language, zone and today; ``titles`` maps (entity, id) to a record's title.

    ``choices`` maps (picklist or field address, code) to the label in the reader's language.
    """

    language: str = "zh"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    today: date | None = None
