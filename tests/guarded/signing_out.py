"""Somebody else's session, found as whoever looks after the log finds it."""

from __future__ import annotations

import re

from guarded.asked import Asked, form
from guarded.company import Company


def sign_out_other(company: Company) -> Asked:
    """Return what ends the session of somebody who has just come."""
    before = _online(company)
    company.somebody()
    (session,) = _online(company) - before
    return form("/audit/online/end", session=session)


def _online(company: Company) -> set[str]:
    page = company.admin.browser.get("/audit/online").text
    return set(re.findall(r'name="session" value="([^"]+)"', page))
