"""What is asked about ways in and out: the second step, signing in elsewhere, notices."""

from __future__ import annotations

from guarded.asked import OPEN, OWN, Asked
from guarded.company import Company
from serving import PASSWORD

from cardwright_entities.accounts.accounts import list_accounts
from cardwright_entities.accounts.identities import add_identity


def leave(company: Company) -> Asked:
    company.somebody()  # whoever signs in next may try again
    browser = company.served.browser()
    browser.get("/sign-in")
    return Asked("/sign-in/with/harbour", form={}, browser=browser, may=OPEN)


def link_elsewhere(company: Company) -> Asked:
    path, fields = "/account/identities/harbour/link", {"old": PASSWORD}
    return Asked(path, form=fields, browser=company.somebody(), may=OWN)


def unlink_elsewhere(company: Company) -> Asked:
    browser, instance = company.somebody(), company.served.instance
    with instance.store.write(instance.system_context()) as session:
        newest = max(list_accounts(session), key=lambda each: each.id)
        add_identity(session, newest.id, "harbour", newest.login, label=newest.login)
    # Where nothing is linked, nothing is unlinked.
    fields = {"old": PASSWORD}
    return Asked("/account/identities/harbour/unlink", form=fields, browser=browser, shown=OWN)


def choose_notices(company: Company) -> Asked:
    fields = {"bell": "all"}
    return Asked("/account/notices", form=fields, browser=company.somebody(), may=OWN)


def propose(company: Company) -> Asked:
    fields = {"old": PASSWORD}
    return Asked("/account/second-step", form=fields, browser=company.somebody(), may=OWN)


def confirm(company: Company) -> Asked:
    browser, code = company.step("proposed")
    return Asked("/account/second-step/confirm", form={"code": code}, browser=browser)


def renew(company: Company) -> Asked:
    browser, _ = company.step("in use")
    # Who has none is told so.
    return Asked("/account/second-step/codes", form={"old": PASSWORD}, browser=browser)


def turn_off(company: Company) -> Asked:
    browser, _ = company.step("in use")
    # Where there is none, nothing is turned off.
    return Asked("/account/second-step/off", form={"old": PASSWORD}, browser=browser, shown=OWN)
