"""Requests that change what roles grant, each with something to change."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from guarded.asked import Example, form
from guarded.company import Company
from serving import PASSWORD


def _planned(company: Company) -> str:
    """Let the admin plan a new role; return the address of the plan."""
    browser = company.admin.browser
    browser.get("/access/new-role")
    answer = browser.post("/access/new-role", {"name": company.fresh(), "like": ""})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def _applied(company: Company) -> int:
    """Let the admin apply a new role; return the number of the change."""
    place = _planned(company)
    answer = company.admin.browser.post(f"{place}/apply", {"old": PASSWORD})
    assert answer.status_code == 303, answer.text
    return int(company.api("GET", "/commits")["items"][0]["number"])


def _made(company: Company) -> str:
    """Let the admin make a role; return its name."""
    place = _planned(company)
    answer = company.admin.browser.post(f"{place}/apply", {"old": PASSWORD})
    return answer.headers["Location"].rpartition("/")[2]


#: By method and rule.
RIGHTS: Mapping[tuple[str, str], Example] = MappingProxyType(
    {
        ("POST", "/access/changes/<int:number>/revert"): lambda company: form(
            f"/access/changes/{_applied(company)}/revert"
        ),
        ("POST", "/access/features/<role>"): lambda company: form(
            "/access/features/rep", feature="define_objects"
        ),
        ("POST", "/access/names/<role>"): lambda company: form(
            f"/access/names/{_made(company)}", name=company.fresh()
        ),
        ("POST", "/access/new-role"): lambda company: form(
            "/access/new-role", name=company.fresh()
        ),
        ("POST", "/access/plans/<plan>/apply"): lambda company: form(
            f"{_planned(company)}/apply", old=PASSWORD
        ),
        ("POST", "/access/roles/<role>/<entity>/change"): lambda company: form(
            "/access/roles/rep/task/change", **{"scope.merge": "all"}
        ),
    }
)
