"""What is asked about passkeys: made, kept, removed, and the door they open."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from authenticator import Authenticator
from guarded.asked import OPEN, OWN, Asked, Example, form
from guarded.company import Company
from serving import PASSWORD, Browser

from cardwright_entities.accounts.accounts import list_accounts
from cardwright_entities.accounts.passkeys import list_passkeys

_OWN = "/account/passkeys"


def begin(company: Company) -> Asked:
    fields = {"old": PASSWORD}
    return Asked(f"{_OWN}/begin", form=fields, browser=company.somebody(), may=OWN)


def add(company: Company) -> Asked:
    browser = company.somebody()
    # What was made for one browser is refused to all others.
    fields = {"credential": _made(browser, Authenticator()), "name": "phone"}
    return Asked(_OWN, form=fields, browser=browser, shown=OWN)


def remove(company: Company) -> Asked:
    browser = company.somebody()
    _add(browser)
    found = re.search(rf"{_OWN}/\d+/remove", browser.get(_OWN).text)
    assert found is not None
    return Asked(found[0], form={}, browser=browser)


def remove_of_other(company: Company) -> Asked:
    holder = company.somebody()
    _add(holder)
    instance = company.served.instance
    with instance.store.read(instance.system_context()) as session:
        keys = [key for each in list_accounts(session) for key in list_passkeys(session, each.id)]
    newest = max(keys, key=lambda each: each.id)
    return form(f"/access/passkeys/{newest.account}/{newest.id}/remove", old=PASSWORD)


def ask(company: Company) -> Asked:
    return Asked("/sign-in/passkey/ask", form={}, browser=_stranger(company), may=OPEN)


def enter(company: Company) -> Asked:
    key = _add(company.somebody())
    browser = _stranger(company)
    options = json.loads(browser.post("/sign-in/passkey/ask").text)
    fields = {"credential": key.sign(options)}
    return Asked("/sign-in/passkey", form=fields, browser=browser, shown=OPEN)


def _stranger(company: Company) -> Browser:
    browser = company.served.browser()
    browser.get("/sign-in")
    return browser


def _add(browser: Browser) -> Authenticator:
    key = Authenticator()
    answer = browser.post(_OWN, {"credential": _made(browser, key), "name": "phone"})
    assert answer.status_code == 303, answer.text
    return key


def _made(browser: Browser, key: Authenticator) -> str:
    browser.get(_OWN)
    answer = browser.post(f"{_OWN}/begin", {"old": PASSWORD})
    assert answer.status_code == 200, answer.text
    return key.make(json.loads(answer.text))


PASSKEYS: Mapping[tuple[str, str], Example] = {
    ("POST", _OWN): add,
    ("POST", f"{_OWN}/begin"): begin,
    ("POST", f"{_OWN}/<int:passkey>/remove"): remove,
    ("POST", "/access/passkeys/<int:account>/<int:passkey>/remove"): remove_of_other,
    ("POST", "/sign-in/passkey"): enter,
    ("POST", "/sign-in/passkey/ask"): ask,
}
