"""What leaves the application as a file, by a form that says why; backups, by programs."""

from __future__ import annotations

from collections.abc import Mapping

from guarded.asked import Asked, Example, program
from guarded.company import Company
from serving import PASSWORD


def _report(ending: str) -> Asked:
    # All that comes of it is a file, and a row of the log.
    return Asked(f"/reports/tasks.{ending}", form={"reason": "to be filed"}, changes=False)


def _verify(company: Company) -> Asked:
    return program(f"/backups/{company.backup()}/verify")


def _delete(company: Company) -> Asked:
    return program(f"/backups/{company.backup()}")


def _download(company: Company) -> Asked:
    path = f"/api/v1/backups/{company.backup()}/download"
    # No program may; what a person's browser sends is told in the log alone.
    browser = company.admin.browser
    return Asked(path, json={"password": PASSWORD}, browser=browser, changes=False)


TAKING_AWAY: Mapping[tuple[str, str], Example] = {
    ("POST", "/reports/<name>.csv"): lambda _: _report("csv"),
    ("POST", "/reports/<name>.xlsx"): lambda _: _report("xlsx"),
    ("POST", "/api/v1/backups"): lambda _: program("/backups"),
    ("POST", "/api/v1/backups/<name>/verify"): _verify,
    ("DELETE", "/api/v1/backups/<name>"): _delete,
    ("POST", "/api/v1/backups/<name>/download"): _download,
}
