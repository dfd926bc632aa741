"""Messages that are held since a restore, let go."""

from __future__ import annotations

from guarded.asked import Asked, form, program
from guarded.company import Company


def release(company: Company) -> Asked:
    company.message("waiting")
    return form("/outbox/release")


def release_by_program(company: Company) -> Asked:
    company.message("waiting")
    return program("/outbox/release")
