"""A form is told what it would compute, under the names that its inputs have on the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from serving import PACKS, PASSWORD, Browser, Served, serve
from sqlalchemy import select

from cardwright_entities.accounts.accounts import NewAccount, create_account
from cardwright_entities.store.platform_tables import cw_account
from cardwright_platform.signing_in import set_password


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    url = "" if request.param == "sqlite" else str(request.getfixturevalue("postgresql_module_url"))
    served = serve(url, tmp_path_factory.mktemp("served"), PACKS / "workshop")
    yield served
    served.instance.close()


def signed_in(shop: Served, role: str) -> Browser:
    """Return the browser of somebody new with a role, and a page with a form before him."""
    instance = shop.instance
    with instance.store.write(instance.system_context()) as session:
        login = f"{role}{len(list(session.rows(select(cw_account.c.id))))}"
        account = create_account(session, NewAccount(login=login, name=login, roles=[role]))
    set_password(instance, account, PASSWORD)
    browser = shop.browser()
    assert browser.sign_in(login, PASSWORD).status_code == 303
    browser.get("/account")
    return browser


def test_lines_are_told_by_the_keys_of_their_rows(shop: Served) -> None:
    browser = signed_in(shop, "chief")
    typed = {
        "items.7.quantity": "3",
        "items.7.price": "1,000.50",
        "items.2.quantity": "1",
        "items.2.price": "0.5",
    }
    answer = browser.post("/compute/deal", typed)
    assert answer.status_code == 200
    assert answer.get_json() == {
        "values": {
            "items.7.amount": "3,001.50",
            "items.2.amount": "0.50",
            "total": "3,002.00",
        },
        "filled": {},
    }


def test_a_form_with_formulas_computes_and_one_without_does_not(shop: Served) -> None:
    browser = signed_in(shop, "chief")
    assert "data-live=" in browser.get("/new/deal").text
    assert "data-live=" not in browser.get("/new/thing").text
    assert browser.post("/new/firm", {"name": "甲", "staff": "4"}).status_code == 303
    assert "data-live=" in browser.get("/edit/firm/1").text
    told = browser.post("/compute/firm/1", {"staff": "12"}).get_json()["values"]
    assert told == {"double": "24"}
    stored = browser.get("/card/firm/1").text
    assert re.search(r">\s*8\s*<", stored)
    assert not re.search(r">\s*24\s*<", stored)


def test_who_may_not_write_is_told_nothing(shop: Served) -> None:
    guest = signed_in(shop, "guest")
    assert guest.post("/compute/firm", {"staff": "1"}).status_code == 403
    assert guest.post("/compute/deal", {}).status_code == 404
    assert guest.post("/compute/nothing", {}).status_code == 404
    chief = signed_in(shop, "chief")
    assert chief.client.post("/compute/firm", data={"staff": "1"}).status_code == 403
