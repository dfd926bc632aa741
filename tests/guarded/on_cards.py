"""What is sent from cards and lists of records: made, changed, moved, filed, merged."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from guarded.asked import OWN, Asked, Example, form
from guarded.company import Company

#: What comes with a form: nothing of it is kept where the form is refused.
_PAPER = {"paper.upload": (b"a paper", "paper.txt")}


def _undo(company: Company) -> Asked:
    return form(f"/change-sets/{company.made_task()['$change_set']}/undo")


def _finish(company: Company) -> Asked:
    # A refusal is told on the card.
    path = f"/card/task/{company.task()}/actions/finish"
    return Asked(path, form={}, files=_PAPER, shown=OWN)


def _hang_files(company: Company) -> Asked:
    files = {"files": (b"hello", "hello.txt")}
    return Asked(f"/card/task/{company.task()}/files", form={}, files=files)


def _edit(company: Company) -> Asked:
    made = company.made_task()
    fields = {"name": company.fresh(), "version": str(made["version"])}
    return Asked(f"/edit/task/{made['id']}", form=fields, files=_PAPER)


def _field(company: Company) -> Asked:
    made = company.made_task()
    fields = {"name": company.fresh(), "version": str(made["version"])}
    return form(f"/card/task/{made['id']}/field/name", **fields)


def _new(company: Company) -> Asked:
    return Asked("/new/task", form={"name": company.fresh()}, files=_PAPER)


def _import(company: Company) -> Asked:
    return Asked("/import/task", form={}, files={"file": (b"Name\nX\n", "a.csv")})


def _columns_of_file(company: Company) -> Asked:
    path = f"/import/task/{company.file()}"
    return form(path, **{"column.0": "name", "mode": "create"})


def _delete_selected(company: Company) -> Asked:
    return Asked("/list/task/delete", form={"ids": str(company.task())}, shown=OWN)


def _selected_action(company: Company) -> Asked:
    fields = {"of.ids": str(company.task())}
    return Asked("/list/task/actions/finish", form=fields, shown=OWN)


def _merge(company: Company) -> Asked:
    stays, goes = company.task(), company.task()
    fields = {"records": f"{stays},{goes}", "master": str(stays)}
    return Asked("/merge/task", form=fields)


def _lines(company: Company) -> Asked:
    return Asked("/rows/task/steps", form={"then": "show.steps.1"}, changes=False)


def _reset_columns(company: Company) -> Asked:
    company.admin.browser.post("/list/task/columns", {"columns": "name"})
    return form("/list/task/columns/reset", OWN)


def _board(company: Company) -> Asked:
    # The move asks for something first.
    fields = {"record": str(company.task()), "to": "done"}
    return Asked("/list/task/board", form=fields, shown=OWN, changes=False)


#: By method and rule.
ON_CARDS: Mapping[tuple[str, str], Example] = MappingProxyType(
    {
        ("POST", "/card/<name>/<int:record>/actions/<action>"): _finish,
        ("POST", "/card/<name>/<int:record>/field/<field>"): _field,
        ("POST", "/card/<name>/<int:record>/files"): _hang_files,
        ("POST", "/change-sets/<int:change_set>/undo"): _undo,
        ("POST", "/edit/<name>/<int:record>"): _edit,
        ("POST", "/import/<name>"): _import,
        ("POST", "/import/<name>/<int:file>"): _columns_of_file,
        ("POST", "/list/<name>/actions/<action>"): _selected_action,
        ("POST", "/list/<name>/board"): _board,
        ("POST", "/list/<name>/columns/reset"): _reset_columns,
        ("POST", "/list/<name>/delete"): _delete_selected,
        ("POST", "/merge/<name>"): _merge,
        ("POST", "/new/<name>"): _new,
        ("POST", "/rows/<name>/<lines>"): _lines,
    }
)
