"""People who fill in forms and are interrupted before they save."""

from __future__ import annotations

import re
from typing import Any

from posted_forms import Form
from serving import PASSWORD, Browser, Served
from sqlalchemy import select
from werkzeug.test import TestResponse

from cardwright_entities.accounts.accounts import NewAccount, create_account
from cardwright_entities.store.platform_tables import cw_draft
from cardwright_platform.signing_in import set_password

#: Stands on a page that offers what was typed before, or goes on with it.
STRIP = "cw-draft-strip"
_EN = {"Accept-Language": "en"}
_KEEP = re.compile(r'data-keep="([^"]+)"')
_CONTINUE = re.compile(r'href="([^"]*form-number=[^"]*)"')


def keep_url(page: TestResponse) -> str:
    """Return where the script of a form keeps it."""
    found = _KEEP.search(page.text)
    assert found is not None
    return found[1].replace("&amp;", "&")


class Typist:
    """Somebody who fills in forms and is interrupted."""

    def __init__(self, site: Served, login: str, *roles: str) -> None:
        self.site = site
        with site.instance.store.write(site.instance.system_context()) as session:
            wanted = NewAccount(login=login, name=login.title(), roles=list(roles))
            self.account = create_account(session, wanted)
        set_password(site.instance, self.account, PASSWORD)
        self.browser: Browser = site.browser()
        assert self.browser.sign_in(login, PASSWORD).status_code == 303
        self.browser.get("/account")

    def open(self, path: str) -> TestResponse:
        answer = self.browser.get(path, **_EN)
        assert answer.status_code == 200, path
        return answer

    def posted(self, page: TestResponse, **typed: str) -> dict[str, list[str]]:
        """Return what a form would post with something typed into it."""
        return Form(page.text).posted | {name: [text] for name, text in typed.items()}

    def type(self, path: str, **typed: str) -> dict[str, list[str]]:
        """Open a form, type into it and let the script keep it; return what the form would post."""
        page = self.open(path)
        fields = self.posted(page, **typed)
        kept = self.browser.post(keep_url(page), fields)
        assert kept.status_code == 200, kept.text
        return fields

    def kept(self) -> list[dict[str, Any]]:
        """Return what the table holds."""
        store, system = self.site.instance.store, self.site.instance.system_context()
        with store.read(system) as session:
            mine = cw_draft.c.account == self.account.id
            wanted = select(cw_draft.c["values"]).where(mine)
            rows = session.rows(wanted.order_by(cw_draft.c.changed_at))
        return [each for (values,) in rows for each in values]


def offered(page: TestResponse) -> str:
    """Return the address of the draft that a form offers."""
    found = _CONTINUE.search(page.text)
    assert found is not None, page.text
    return found[1].replace("&amp;", "&")
