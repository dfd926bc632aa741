"""How numbers, dates and names are written for one reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

_NO_TITLES: Mapping[tuple[str, int], str] = MappingProxyType({})

#: Months are written in words of our own, so that the machine's locale plays no part.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Locale:
    """A reader's language, zone and today; ``titles`` maps (entity, id) to a record's title.

    A page reads the titles of all records it shows at once and hands them in here; a record
    without a title is one that the reader may not see, and shows as nothing.
    """

    language: str = "zh"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    today: date | None = None
    titles: Mapping[tuple[str, int], str] = field(default_factory=lambda: _NO_TITLES, hash=False)

    def title(self, entity: str, identifier: int) -> str:
        """Return the title of a record, empty when it is not known or may not be read."""
        return self.titles.get((entity, identifier), "")

    def number(
        self, value: Decimal | int, decimals: int | None = None, *, grouped: bool = True
    ) -> str:
        """Write 1286000 as 1,286,000; with ``decimals`` exactly so many, else only those needed."""
        # Minus nought is nought; a whole number would be written by way of a float.
        value = Decimal(value or 0)
        mark = "," if grouped else ""
        if decimals is not None:
            return f"{value:{mark}.{decimals}f}"
        text = f"{value:{mark}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def percent(self, fraction: Decimal) -> str:
        """Write 0.15 as 15%."""
        return f"{self.number(fraction.scaleb(2))}%"

    def date(self, value: date) -> str:
        """Write a day the short way: 今天, 昨天, 11月18日, 2024-11-18; today, yesterday, 18 Nov."""
        if self.today is not None:
            distance = value - self.today
            near = _NEAR_DAYS.get(self.language, _NEAR_DAYS["en"])
            if distance in near:
                return near[distance]
            if value.year == self.today.year:
                if self.language == "zh":
                    return f"{value.month}月{value.day}日"
                return f"{value.day} {_MONTHS[value.month - 1]}"
        return value.isoformat()

    def time(self, value: time) -> str:
        """Write a time of day as 09:30, with seconds only when there are some."""
        return value.isoformat("seconds" if value.second or value.microsecond else "minutes")

    def datetime(self, value: datetime) -> str:
        """Write a moment in the reader's zone as its day and time: 昨天 09:30."""
        local = value.astimezone(self.zone)
        return f"{self.date(local.date())} {local:%H:%M}"

    def yes_or_no(self, value: bool) -> str:
        """Write a boolean as 是 or 否, Yes or No."""
        yes, no = ("是", "否") if self.language == "zh" else ("Yes", "No")
        return yes if value else no

    def listed(self, texts: Iterable[str]) -> str:
        """Write several names as one text: 甲、乙; A, B."""
        return ("、" if self.language == "zh" else ", ").join(texts)

    def said(self, clauses: Iterable[str]) -> str:
        """Write several statements as one text: 甲；乙; A; B."""
        return ("；" if self.language == "zh" else "; ").join(clauses)

    def is_set(self) -> str:
        """Write that there is a value which is not shown."""
        return "已设置" if self.language == "zh" else "Set"


_NEAR_DAYS: Mapping[str, Mapping[timedelta, str]] = MappingProxyType(
    {
        "zh": {timedelta(0): "今天", timedelta(-1): "昨天", timedelta(1): "明天"},
        "en": {timedelta(0): "Today", timedelta(-1): "Yesterday", timedelta(1): "Tomorrow"},
    }
)
