"""When backups are due: every day or week at an hour of the company, by settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

#: The settings that say it, as the pack base defines them.
OFTEN, DAY, AT, KEEP, TRY = (
    "backup.often",
    "backup.day",
    "backup.time",
    "backup.keep",
    "backup.verify",
)
SETTINGS = (OFTEN, DAY, AT, KEEP, TRY)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, kw_only=True)
class BackupSchedule:
    """``often``: never, daily, weekly; ``weekday`` is 0 for Monday."""

    often: str = "never"
    weekday: int = 0
    at: time = time(3, 10)
    keep: int = 14
    verify: bool = True

    def last_due(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """Return the newest moment up to now at which a backup was due, None if none ever is."""
        if self.often == "never":
            return None
        local = now.astimezone(zone)
        due = datetime.combine(local.date(), self.at, zone)
        while due > now or (self.often == "weekly" and due.weekday() != self.weekday):
            due = datetime.combine(due.date() - timedelta(days=1), self.at, zone)
        return due

    def next_due(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """Return the first moment after now at which a backup is due, None if none ever is."""
        last = self.last_due(now, zone)
        if last is None:
            return None
        days = 7 if self.often == "weekly" else 1
        return datetime.combine(last.date() + timedelta(days=days), self.at, zone)


def read_schedule(settings: Mapping[str, object]) -> BackupSchedule:
    """Return the schedule that settings say; where no pack defines them there is none."""
    known = {name: settings[name] for name in SETTINGS if name in settings}
    usual = BackupSchedule()
    day, at, keep = _code(known.get(DAY)), known.get(AT), known.get(KEEP)
    return BackupSchedule(
        often=_code(known.get(OFTEN)) or usual.often,
        weekday=_DAYS.index(day) if day in _DAYS else usual.weekday,
        at=at if isinstance(at, time) else usual.at,
        keep=keep if isinstance(keep, int) else usual.keep,
        verify=bool(known.get(TRY, usual.verify)),
    )


def _code(value: object) -> str:
    return str(value) if value else ""
