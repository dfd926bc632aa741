"""Signing in at a real OpenID provider, in a real browser: linked, and let in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from openid_provider import real_provider, way
from playwright.sync_api import Browser, Page, expect
from screens.company import Company, demo_company
from screens.looks import Look, open_context

LINA = {"sub": "248289761001", "email": "li.na@harbour.example", "name": "李娜"}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, original: Path) -> Iterator[Company]:
    """A demo company whose people may sign in at a provider."""
    place = tmp_path_factory.mktemp("harbour")
    with real_provider(place, LINA) as issuer:
        said = way(issuer)
        settings = {
            "CARDWRIGHT_SIGN_IN_PROVIDERS": json.dumps(said["sign_in_providers"]),
            "CARDWRIGHT_SIGN_IN_SECRETS": json.dumps(said["sign_in_secrets"]),
            "CARDWRIGHT_OUTBOUND_NETWORKS": "127.0.0.0/8",
        }
        with demo_company(place, original, **settings) as company:
            yield company


def page_of(browser: Browser, company: Company, language: str, complaints: list[str]) -> Page:
    page = open_context(browser, Look("market", language, "desk")).new_page()
    # The provider's own pages want style from the internet; they may complain.
    page.on(
        "console",
        lambda said: (
            complaints.append(said.text)
            if said.type == "error"
            and page.url.startswith(company.address)
            and "ERR_NAME_NOT_RESOLVED" not in said.text
            else None
        ),
    )
    return page


def sign_in_there(page: Page, person: dict[str, str]) -> None:
    page.wait_for_url("**/oauth2/authorize?**")
    page.locator(f"button[value='{person['sub']}']").click()


def test_an_account_is_linked_and_opens_the_door(browser: Browser, company: Company) -> None:
    complaints: list[str] = []
    page = page_of(browser, company, "zh", complaints)
    page.goto(f"{company.address}/sign-in")
    page.locator("button[value=market]").click()
    page.wait_for_url(f"{company.address}/")
    page.goto(f"{company.address}/account")
    page.get_by_role("link", name="关联账号").click()
    page.get_by_role("button", name="关联").click()
    sign_in_there(page, LINA)
    page.wait_for_url(f"{company.address}/account/identities")
    expect(page.locator("main")).to_contain_text("li.na@harbour.example")
    expect(page.locator("#cw-toasts")).to_contain_text("已关联公司账号")
    page.context.close()

    page = page_of(browser, company, "zh", complaints)
    page.goto(f"{company.address}/list/customer")
    page.get_by_role("button", name="使用公司账号登录").click()
    sign_in_there(page, LINA)
    page.wait_for_url(f"{company.address}/list/customer")
    page.context.close()
    assert complaints == []
