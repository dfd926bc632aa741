"""What is asked about invitations: somebody new, again, and taken back."""

from __future__ import annotations

from collections.abc import Mapping

from guarded.asked import Asked, Example, form
from guarded.company import Company


def invite(company: Company) -> Asked:
    name = company.fresh()
    return form("/invitations/new", login=name, name=name, invitation_how="link")


def mail_again(company: Company) -> Asked:
    # Nobody here has an address, and the refusal is told on the page.
    return Asked(f"/invitations/{_awaited(company)}/mail", form={}, changes=False)


def show_link(company: Company) -> Asked:
    return form(f"/invitations/{_awaited(company)}/link")


def withdraw(company: Company) -> Asked:
    path = f"/invitations/{_awaited(company)}"
    assert company.admin.browser.post(f"{path}/link").status_code == 200
    return form(f"{path}/withdraw")


def _awaited(company: Company) -> int:
    return company.served.add(company.fresh(), password="").id


INVITING: Mapping[tuple[str, str], Example] = {
    ("POST", "/invitations/new"): invite,
    ("POST", "/invitations/<int:account>/link"): show_link,
    ("POST", "/invitations/<int:account>/mail"): mail_again,
    ("POST", "/invitations/<int:account>/withdraw"): withdraw,
}
