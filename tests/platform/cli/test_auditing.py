"""The audit log at the terminal: whole, or broken at a row that is named."""

from __future__ import annotations

import getpass
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

Cardwright = Callable[..., Any]


def test_verify_says_how_much_there_is_and_where_it_is_broken(
    cardwright: Cardwright, place: Path
) -> None:
    assert cardwright("apply", "--yes").code == 0
    assert cardwright("user", "add", "anna", "--role", "admin").code == 0
    found = cardwright("audit", "verify", "--json")
    assert found.code == 0
    told = found.json()
    assert told["rows"] == told["sealed"] > 0
    assert told["broken"] is None
    assert cardwright("audit", "verify", "--expect", told["head"]).code == 0
    assert "The log is what was noted." in cardwright("audit", "verify").out
    assert cardwright("audit", "verify", "--expect", "1:2").code == 2

    database = sqlite3.connect(next(place.rglob("*.sqlite")))
    rows = database.execute("SELECT DISTINCT actor, name, account FROM cw_audit").fetchall()
    assert rows == [("operator", getpass.getuser(), None)]
    database.execute("DROP TRIGGER cw_audit_stays")
    database.execute("UPDATE cw_audit SET name = 'nobody' WHERE id = 2")
    database.commit()
    database.close()
    broken = cardwright("audit", "verify")
    assert broken.code == 1
    assert "Row 2 was changed." in broken.out
    assert cardwright("audit", "verify", "--json").json()["broken"] == {"row": 2, "why": "changed"}
