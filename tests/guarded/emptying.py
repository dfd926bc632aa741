"""What comes back from the recycle bin, and what goes for good."""

from __future__ import annotations

from collections.abc import Mapping

from guarded.asked import OWN, Asked, Example, form, program
from guarded.company import Company


def gone(company: Company) -> int:
    """Delete a record; return its number."""
    task = company.task()
    company.api("DELETE", f"/records/task/{task}")
    return task


def _restore(company: Company) -> Asked:
    return Asked("/bin/restore", form={"ids": f"task:{gone(company)}"}, shown=OWN)


def _purge(company: Company) -> Asked:
    return form("/bin/purge", ids=f"task:{gone(company)}", word="delete")


def _older(company: Company) -> Asked:
    return form("/bin/older", days="0", word="delete")


def _clear(company: Company) -> Asked:
    return form("/clearing", entity="task", word="clear")


def _records(company: Company) -> list[dict[str, object]]:
    return [{"entity": "task", "id": gone(company)}]


def _restore_by_program(company: Company) -> Asked:
    # Each record comes back or is left by itself.
    return Asked("/api/v1/bin/restore", json={"records": _records(company)}, shown=OWN)


def _purge_by_program(company: Company) -> Asked:
    return program("/bin/purge", {"records": _records(company), "reason": "tidying up"})


EMPTYING: Mapping[tuple[str, str], Example] = {
    ("POST", "/bin/restore"): _restore,
    ("POST", "/bin/purge"): _purge,
    ("POST", "/bin/older"): _older,
    ("POST", "/clearing"): _clear,
    ("POST", "/api/v1/bin/restore"): _restore_by_program,
    ("POST", "/api/v1/bin/purge"): _purge_by_program,
}
