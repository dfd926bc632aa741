"""Days that are told by their distance from a first day."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from cardwright_entities.relative_days import moment_of

FIRST, ZONE = date(2026, 2, 27), ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("@", "2026-02-27"),
        ("@+3", "2026-03-02"),
        ("@-30", "2026-01-28"),
        ("@+1 09:30", "2026-02-28T09:30:00+08:00"),
        ("@ 00:00", "2026-02-27T00:00:00+08:00"),
        ("a@b", "a@b"),
        ("@name", "@name"),
        ("2026-01-01", "2026-01-01"),
    ],
)
def test_a_day_is_told_by_its_distance(written: str, meant: str) -> None:
    assert moment_of(written, FIRST, ZONE) == meant
