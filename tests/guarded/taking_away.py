"""What leaves the application as a file, by a form that says why."""

from __future__ import annotations

from collections.abc import Mapping

from guarded.asked import Asked, Example


def _report(ending: str) -> Asked:
    # All that comes of it is a file, and a row of the log.
    return Asked(f"/reports/tasks.{ending}", form={"reason": "to be filed"}, changes=False)


TAKING_AWAY: Mapping[tuple[str, str], Example] = {
    ("POST", "/reports/<name>.csv"): lambda _: _report("csv"),
    ("POST", "/reports/<name>.xlsx"): lambda _: _report("xlsx"),
}
