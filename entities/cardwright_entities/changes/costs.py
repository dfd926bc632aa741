"""What each step of a plan costs: which lock, how many rows, how long, and what takes it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cardwright_entities.changes.steps import Step

#: Locks as people feel them. ``none``: only what is new. ``brief``: for an instant, tried for at
#: most 200 ms at a time. ``batches``: the rows of one batch. ``writers``: who writes waits for it.
NONE, BRIEF, BATCHES, WRITERS = "none", "brief", "batches", "writers"

_POSTGRESQL: Mapping[str, tuple[str, str]] = {
    "create_table": (NONE, ""),
    "add_column": (BRIEF, "ACCESS EXCLUSIVE"),
    "add_reference": (BRIEF, "SHARE ROW EXCLUSIVE"),
    "create_index": (NONE, "SHARE UPDATE EXCLUSIVE"),
    "fill": (BATCHES, "ROW EXCLUSIVE"),
    "recode": (BATCHES, "ROW EXCLUSIVE"),
    "watch": (BRIEF, "SHARE ROW EXCLUSIVE"),
    "convert": (BATCHES, "ROW EXCLUSIVE"),
    "unwatch": (BRIEF, "ACCESS EXCLUSIVE"),
    "drop_index": (BRIEF, "ACCESS EXCLUSIVE"),
    "archive": (NONE, "ACCESS SHARE"),
    "forget": (BRIEF, "ROW EXCLUSIVE"),
    "unassign": (BRIEF, "ROW EXCLUSIVE"),
    "drop_column": (BRIEF, "ACCESS EXCLUSIVE"),
    "drop_table": (BRIEF, "ACCESS EXCLUSIVE"),
}
_SQLITE: Mapping[str, tuple[str, str]] = {
    "create_index": (WRITERS, "RESERVED"),
    "create_search": (WRITERS, "RESERVED"),
    "fill": (BATCHES, "RESERVED"),
    "recode": (BATCHES, "RESERVED"),
    "convert": (BATCHES, "RESERVED"),
    "archive": (NONE, "SHARED"),
    "drop_column": (WRITERS, "RESERVED"),
}
_BRIEF_ON_SQLITE = (BRIEF, "RESERVED")

#: What takes a step back once it is in use; the words stand in the platform's messages.
_INVERSE: Mapping[str, str] = {
    "create_table": "retire",
    "add_column": "retire",
    "add_reference": "retire",
    "create_index": "drop_index",
    "create_search": "drop_search",
    "fill": "nothing",
    "watch": "unwatch",
    "convert": "convert_back",
    "unwatch": "nothing",
    "drop_index": "create_index",
    "drop_search": "create_search",
    "archive": "nothing",
    "forget": "archive_only",
    "unassign": "nothing",
    "drop_column": "archive_only",
    "drop_table": "archive_only",
    "add": "retire",
    "rename": "rename_back",
    "retype": "convert_back",
    "change": "change_back",
    "retire": "restore",
    "restore": "retire",
    "purge": "archive_only",
}

# Rough figures of a small machine: enough to say one second or one minute.
_SECONDS_A_STEP = 0.02
_SECONDS_A_ROW: Mapping[str, float] = {
    "fill": 0.0002,
    "convert": 0.00004,
    "recode": 0.00001,
    "create_index": 0.000002,
    "archive": 0.00001,
    "drop_table": 0.000001,
}
#: SQLite writes the whole table again.
_SECONDS_A_COPIED_ROW = 0.000004


@dataclass(frozen=True)
class Cost:
    """What one step means for those who work meanwhile."""

    lock: str  #: none, brief, batches, writers; empty for a step without work
    mode: str  #: the engine's name of the lock
    rows: int
    seconds: float
    inverse: str

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON, beside its step."""
        return {
            "lock": self.lock,
            "lock_mode": self.mode,
            "rows": self.rows,
            "seconds": round(self.seconds, 2),
            "inverse": self.inverse,
        }


def cost_of(step: Step, dialect: str, rows: int) -> Cost:
    """Return what a step costs on a table of so many rows."""
    inverse = _INVERSE.get(step.kind, "change_back")
    if not step.works:
        return Cost("", "", 0, 0.0, inverse)
    if dialect == "postgresql":
        lock, mode = _POSTGRESQL.get(step.kind, (BRIEF, "ACCESS EXCLUSIVE"))
    else:
        lock, mode = _SQLITE.get(step.kind, _BRIEF_ON_SQLITE)
    each = _SECONDS_A_ROW.get(step.kind, 0.0)
    if step.kind == "drop_column" and dialect == "sqlite":
        each = _SECONDS_A_COPIED_ROW
    touched = rows if each else 0
    return Cost(lock, mode, touched, _SECONDS_A_STEP + touched * each, inverse)
