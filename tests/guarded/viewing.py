"""Requests with which somebody begins and ends to look as another."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from guarded.asked import OWN, Asked, Example
from guarded.company import Company
from serving import Browser

from cardwright_entities.accounts.accounts import list_accounts, set_roles


def _viewer(company: Company) -> Browser:
    """Return the browser of an admin who may look as others."""
    browser, instance = company.somebody(), company.served.instance
    with instance.store.write(instance.system_context()) as session:
        set_roles(session, max(each.id for each in list_accounts(session)), ["admin"])
    return browser


def _begin(company: Company) -> Asked:
    return Asked(f"/view-as/{company.looker.account}", form={}, browser=_viewer(company))


def _end(company: Company) -> Asked:
    browser = _viewer(company)
    answer = browser.post(f"/view-as/{company.rep.account}")
    assert answer.status_code == 303, answer.text
    return Asked("/view-as/end", form={}, browser=browser, may=OWN)


#: By method and rule.
VIEWING: Mapping[tuple[str, str], Example] = MappingProxyType(
    {("POST", "/view-as/<int:account>"): _begin, ("POST", "/view-as/end"): _end}
)
