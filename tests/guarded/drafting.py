"""Requests that keep what is typed, and forget it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from guarded.asked import Asked, Example, form
from guarded.company import Company

_NUMBER = "0123456789abcdef"


def _keep(company: Company) -> Asked:
    return form(f"/drafts/task/{company.task()}/{_NUMBER}", name=company.fresh())


def _drop(company: Company) -> Asked:
    place = f"/drafts/task/{company.task()}/{_NUMBER}"
    kept = company.admin.browser.post(place, {"name": company.fresh()})
    assert kept.status_code == 200, kept.text
    return form(f"{place}/drop")


#: By method and rule.
DRAFTING: Mapping[tuple[str, str], Example] = MappingProxyType(
    {
        ("POST", "/drafts/<name>/<int:record>/<number>"): _keep,
        ("POST", "/drafts/<name>/<int:record>/<number>/drop"): _drop,
    }
)
