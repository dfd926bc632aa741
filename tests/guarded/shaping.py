"""Requests that shape objects: fields and choices into the draft, and what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from guarded.asked import Asked, Example, form
from guarded.company import Company

_TASK = "/studio/objects/task"


def _new_field(company: Company) -> Asked:
    return form(f"{_TASK}/new-field", label_zh=company.fresh(), type="text", place="-")


def _draft(company: Company) -> str:
    """Let the admin have a draft with one new field; return its plan."""
    browser = company.admin.browser
    browser.get(_TASK)
    asked = _new_field(company)
    assert browser.post(asked.path, asked.form).status_code == 303
    found = re.search(r'name="plan" value="([^"]+)"', browser.get("/studio/draft").text)
    assert found is not None
    return found[1]


def _drafted(company: Company, path: str, **fields: object) -> Asked:
    _draft(company)
    return form(path, **fields)


def _export(company: Company) -> Asked:
    plan = _draft(company)
    applied = company.admin.browser.post("/studio/draft/apply", {"plan": plan})
    assert applied.status_code == 303, applied.text
    return form("/studio/export", prefix="acme", pack_label="Shaped")


#: By method and rule.
SHAPING: Mapping[tuple[str, str], Example] = MappingProxyType(
    {
        ("POST", "/studio/objects/<entity>/card"): lambda company: form(
            f"{_TASK}/card", **{"mail.place": "1", "name.place": "2"}
        ),
        ("POST", "/studio/new-object"): lambda company: form(
            "/studio/new-object", **{"object_zh": company.fresh(), "key": "1", "1.label": "Name"}
        ),
        ("POST", "/studio/objects/<entity>/new-field"): _new_field,
        ("POST", "/studio/workbook"): lambda company: Asked(
            "/studio/workbook",
            files={"file": (f"name,day\n{company.fresh()},2026-05-01\n".encode(), "visits.csv")},
        ),
        ("POST", "/studio/objects/<entity>/fields/<field>"): lambda company: form(
            f"{_TASK}/fields/name", label_zh=company.fresh(), place="-"
        ),
        ("POST", "/studio/lists/<picklist>"): lambda company: form(
            "/studio/lists/urgency", **{"key": "1", "1.zh": company.fresh()}
        ),
        ("POST", "/studio/draft/<int:place>/remove"): lambda company: _drafted(
            company, "/studio/draft/0/remove"
        ),
        ("POST", "/studio/draft/check"): lambda company: _drafted(company, "/studio/draft/check"),
        ("POST", "/studio/draft/discard"): lambda company: _drafted(
            company, "/studio/draft/discard"
        ),
        ("POST", "/studio/export"): _export,
        ("POST", "/studio/draft/apply"): lambda company: form(
            "/studio/draft/apply", plan=_draft(company)
        ),
    }
)
