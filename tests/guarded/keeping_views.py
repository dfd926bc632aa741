"""Views of lists that whoever may has kept, and what is sent to change them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from guarded.asked import OWN, Asked, Example, form, program
from guarded.company import Company

_VIEW = "/api/v1/views/<int(min=1, max=9007199254740991):view>"


def _kept(company: Company) -> int:
    """Keep a view that nobody else reaches; return its number."""
    body = {"entity": "task", "name": company.fresh(), "where": "times > 1"}
    return int(company.api("POST", "/views", body)["id"])


def _gone(company: Company) -> int:
    view = _kept(company)
    company.api("DELETE", f"/views/{view}")
    return view


def _second(company: Company) -> int:
    _kept(company)
    return _kept(company)


def _edit(company: Company) -> Asked:
    return form(f"/views/{_kept(company)}/edit", name=company.fresh(), version="1")


def _save(company: Company) -> Asked:
    return form(f"/views/{_kept(company)}/save", where="times > 2", version="1")


def _change(company: Company) -> Asked:
    return program(f"/views/{_kept(company)}", {"where": "times > 3"}, If_Match='"1"')


def _hide(company: Company) -> Asked:
    return form("/list/task/columns/change", OWN, total="times:sum")


#: By method and rule.
KEEPING_VIEWS: Mapping[tuple[str, str], Example] = MappingProxyType(
    {
        ("POST", "/list/<name>/columns/change"): _hide,
        ("POST", "/list/<name>/views/new"): lambda company: form(
            "/list/task/views/new", OWN, name=company.fresh()
        ),
        ("POST", "/views/<int:view>/delete"): lambda company: form(
            f"/views/{_kept(company)}/delete"
        ),
        ("POST", "/views/<int:view>/edit"): _edit,
        ("POST", "/views/<int:view>/move"): lambda company: form(
            f"/views/{_second(company)}/move", to="up"
        ),
        ("POST", "/views/<int:view>/restore"): lambda company: form(
            f"/views/{_gone(company)}/restore"
        ),
        ("POST", "/views/<int:view>/save"): _save,
        ("POST", "/api/v1/views"): lambda company: Asked(
            "/api/v1/views", json={"entity": "task", "name": company.fresh()}, may=OWN
        ),
        ("PATCH", _VIEW): _change,
        ("DELETE", _VIEW): lambda company: program(f"/views/{_kept(company)}"),
        ("POST", f"{_VIEW}/restore"): lambda company: program(f"/views/{_gone(company)}/restore"),
    }
)
