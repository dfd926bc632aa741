"""What a password must be, how long it is good for, and how many tries there are to guess it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import PASSWORD, Browser, Served, serve

from cardwright_entities.accounts.accounts import find_account
from cardwright_entities.audit.reading import Narrowing, list_deeds
from cardwright_metadata.pack_folders import bundled_packs
from cardwright_platform.signing_in import create_link

WRONG = "no such lantern"


@pytest.fixture
def company(tmp_path: Path, store_url: str) -> Iterator[Served]:
    served = serve(
        store_url,
        tmp_path,
        name="Harbour Freight",
        password_days=90,
        lock_tries=3,
        lock_minutes=20,
    )
    yield served
    served.instance.close()


def is_in(browser: Browser) -> bool:
    return browser.get("/account").status_code == 200


def guess(company: Served, login: str, times: int) -> list[int]:
    browser = company.browser()
    return [browser.sign_in(login, WRONG).status_code for _ in range(times)]


@pytest.mark.parametrize(
    "password",
    ["harbourfreight 2026", "Freight!!!!!!", "iloveyou123456", "woaini1314!!"],
)
def test_words_of_the_company_and_common_ones_are_no_passwords(
    company: Served, password: str
) -> None:
    account = company.add("wen", "editor", password="")
    with company.instance.store.read(company.instance.system_context()) as session:
        assert find_account(session, "wen").name == "Wen"
    link = create_link(company.instance, account, "set_password")
    path = f"/link/{link.rpartition('/')[2]}"
    browser = company.browser()
    browser.get(path)
    answer = browser.post(path, {"password": password, "password_again": password})
    assert answer.status_code == 422, answer.location
    assert "Too easy to guess" in answer.text


def test_an_old_password_lets_nobody_in_until_there_is_a_new_one(company: Served) -> None:
    company.add("wen", "editor")
    browser = company.browser()
    company.clock.forward(days=89)
    assert browser.sign_in("wen", PASSWORD).location == "/"
    company.clock.forward(days=2)
    browser = company.browser()
    answer = browser.sign_in("wen", PASSWORD)
    assert re.fullmatch(r"/link/[\w-]+", answer.location)
    assert not is_in(browser)
    assert "good for 90 days" in browser.get(answer.location).text
    same = browser.post(answer.location, {"password": PASSWORD, "password_again": PASSWORD})
    assert same.status_code == 422
    assert "the one you have now" in same.text
    assert not is_in(browser)
    new = "four new anchors"
    done = browser.post(answer.location, {"password": new, "password_again": new})
    assert done.status_code == 303
    assert is_in(browser)
    assert company.browser().sign_in("wen", new).location == "/"
    assert company.browser().get(answer.location).status_code == 404


def test_after_wrong_passwords_nothing_is_looked_at_for_a_while(company: Served) -> None:
    company.add("wen", "editor")
    # What there is not is locked like what there is, in the same words.
    assert guess(company, "wen", 5) == guess(company, "nobody", 5) == [422, 422, 422, 429, 429]
    browser = company.browser()
    refused = browser.sign_in("wen", PASSWORD)
    unknown = company.browser().sign_in("nobody", PASSWORD)
    assert refused.status_code == unknown.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 20 * 60 + 1
    assert "wen" not in refused.text
    company.clock.forward(minutes=20)
    assert browser.sign_in("wen", PASSWORD).status_code == 303


def test_a_right_password_begins_the_count_anew(company: Served) -> None:
    company.add("wen", "editor")
    for _ in range(3):
        assert guess(company, "wen", 2) == [422, 422]
        assert company.browser().sign_in("wen", PASSWORD).status_code == 303


def test_strangers_do_not_lock_anybody_out_of_a_browser_of_his_own(company: Served) -> None:
    company.add("wen", "editor")
    own = company.browser()
    assert own.sign_in("wen", PASSWORD).status_code == 303
    own.get("/account")
    own.post("/sign-out")
    assert guess(company, "wen", 4)[-1] == 429
    assert own.sign_in("wen", PASSWORD).status_code == 303
    # It is no way around the limit: it has one of its own, and is good for one login.
    own.get("/account")
    own.post("/sign-out")
    assert [own.sign_in("wen", WRONG).status_code for _ in range(4)] == [422, 422, 422, 429]
    company.add("min", "editor")
    company.clock.forward(minutes=20)
    assert guess(company, "min", 4)[-1] == 429
    assert own.sign_in("min", PASSWORD).status_code == 429


@pytest.mark.parametrize("value", ["x.y", ".", "", "x" * 3000, "ä.ö"])
def test_a_proof_that_we_did_not_make_proves_nothing(company: Served, value: str) -> None:
    company.add("wen", "editor")
    assert guess(company, "wen", 4)[-1] == 429
    browser = company.browser()
    browser.client.set_cookie("cw_device", value)
    assert browser.sign_in("wen", PASSWORD).status_code == 429


def test_strangers_do_not_keep_anybody_from_what_asks_for_his_password(company: Served) -> None:
    browser = company.signed_in("wen", "editor")
    assert guess(company, "wen", 4)[-1] == 429
    browser.get("/account")
    new = "four new anchors"
    fields = {"old": PASSWORD, "new": new, "new_again": new}
    assert browser.post("/account/password", fields).status_code == 303


@pytest.fixture
def office(tmp_path: Path, store_url: str) -> Iterator[Served]:
    """An installation whose pack brings the settings; the operator wrote no age."""
    base = Path(str(bundled_packs()["base"]))
    served = serve(store_url, tmp_path, base, lock_tries=5, lock_minutes=20)
    yield served
    served.instance.close()


def set_rules(office: Served, **values: str) -> None:
    """Let an administrator say on the page of settings what shall hold."""
    boss = office.browser()
    boss.sign_in("boss", PASSWORD)
    boss.get("/settings")
    fields = {f"{group}.{name}": value for each, value in values.items()
              for group, _, name in [each.partition("_")]}  # fmt: skip
    answer = boss.post("/settings", fields)
    assert answer.status_code == 303, answer.text


def locked_after(office: Served, login: str) -> int:
    """Return how many wrong passwords are looked at; what was locked is open again before."""
    office.clock.forward(hours=25)
    browser = office.browser()
    return next(n for n in range(20) if browser.sign_in(login, WRONG).status_code == 429)


def test_settings_make_the_rules_stricter_and_never_laxer(office: Served) -> None:
    office.add("boss", "admin")
    office.add("wen", "reader")
    assert locked_after(office, "wen") == 5
    set_rules(office, lock_tries="3", lock_minutes="60", password_days="30")
    assert locked_after(office, "wen") == 3
    office.clock.forward(minutes=59)
    browser = office.browser()
    assert browser.sign_in("wen", PASSWORD).status_code == 429
    office.clock.forward(minutes=2)
    assert browser.sign_in("wen", PASSWORD).location == "/"
    office.clock.forward(days=31)
    late = office.browser().sign_in("wen", PASSWORD).location
    assert late.startswith("/link/")
    assert "good for 30 days" in office.browser().get(late).text


def test_what_is_laxer_than_the_operators_word_has_no_effect(office: Served) -> None:
    office.add("boss", "admin")
    office.add("wen", "reader")
    set_rules(office, lock_tries="50", lock_minutes="1")
    assert locked_after(office, "wen") == 5
    office.clock.forward(minutes=19)
    assert office.browser().sign_in("wen", PASSWORD).status_code == 429
    boss = office.browser()
    boss.sign_in("boss", PASSWORD)
    boss.get("/settings")
    refused = boss.post("/settings", {"lock.tries": "2"})
    assert refused.status_code == 422


def test_the_log_tells_once_when_a_lock_begins(company: Served) -> None:
    company.add("wen", "editor")
    guess(company, "wen", 6)
    with company.instance.store.read(company.instance.system_context()) as session:
        locks = list_deeds(session, Narrowing(kind="sign_in_locked"), limit=9)
        tries = list_deeds(session, Narrowing(kind="sign_in_refused"), limit=9)
    assert [(each.target, each.area, bool(each.address)) for each in locks] == [
        ("wen", "signing", True)
    ]
    assert len(tries) == 3
