"""Sharing single records with others, and marking them for oneself."""

from __future__ import annotations

from collections.abc import Mapping

from guarded.asked import Asked, Example, form, program
from guarded.company import Company

_NUMBER = "<int(min=1, max=9007199254740991):{}>"
_RECORD = f"/api/v1/records/<entity>/{_NUMBER.format('record')}"
_MARK = "/favourites/<int(max=9007199254740991):mark>"

#: Who may read a task may mark it for himself.
READING = frozenset({"looker", "rep", "caller"})


def _share(company: Company) -> Asked:
    path = f"/records/task/{company.task()}/shares"
    return program(path, {"with": [{"role": "admin"}]})


def _end(company: Company) -> Asked:
    return form(f"/card/task/{company.shared()}/end")


def _end_by_program(company: Company) -> Asked:
    return program(f"/records/task/{company.shared()}")


def _tag(company: Company) -> Asked:
    return form(f"/card/task/{company.task()}/tags", READING, add=company.fresh())


def _star(company: Company) -> Asked:
    return form(f"/card/task/{company.task()}/favourites", READING, add=company.fresh())


def _tag_some(company: Company) -> Asked:
    fields = {"of.ids": str(company.task()), "mark_new": company.fresh()}
    return Asked("/list/task/tag", form=fields, may=READING)


def _keep_some(company: Company) -> Asked:
    fields = {"of.ids": str(company.task()), "mark_new": company.fresh()}
    return Asked("/list/task/keep", form=fields, may=READING)


def _mark_by_program(company: Company) -> Asked:
    path = f"/api/v1/records/task/{company.task()}/marks"
    return Asked(path, json={"tags": [company.fresh()]}, may=READING)


def _make(company: Company) -> Asked:
    return form("/favourites", READING, name=company.fresh())


def _rename(company: Company) -> Asked:
    return form(f"/favourites/{company.folder()[0]}/rename", name=company.fresh())


def _delete(company: Company) -> Asked:
    return form(f"/favourites/{company.folder()[0]}/delete")


def _remove(company: Company) -> Asked:
    folder, task = company.folder()
    return form(f"/favourites/{folder}/remove", entity="task", ids=str(task))


SHARING: Mapping[tuple[str, str], Example] = {
    ("POST", f"{_RECORD}/shares"): _share,
    ("DELETE", f"{_RECORD}/shares/{_NUMBER.format('share')}"): _end_by_program,
    ("POST", "/card/<name>/<int:record>/shares/<int:share>/end"): _end,
    ("PATCH", f"{_RECORD}/marks"): _mark_by_program,
    ("POST", "/card/<name>/<int:record>/tags"): _tag,
    ("POST", "/card/<name>/<int:record>/favourites"): _star,
    ("POST", "/list/<name>/tag"): _tag_some,
    ("POST", "/list/<name>/keep"): _keep_some,
    ("POST", "/favourites"): _make,
    ("POST", f"{_MARK}/rename"): _rename,
    ("POST", f"{_MARK}/delete"): _delete,
    ("POST", f"{_MARK}/remove"): _remove,
}
