"""Signing in by what a provider elsewhere says: who is let in, linked, or made a user."""

from __future__ import annotations

import base64
import re
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from harbour import BACK, IDENTITIES, away, back, come_in, is_in, led_to, with_way
from openid_provider import Liar
from serving import PASSWORD, Browser, Served

from cardwright_entities.accounts.accounts import (
    Account,
    find_account,
    list_accounts,
    set_disabled,
)
from cardwright_entities.accounts.identities import drop_identities, list_identities
from cardwright_entities.audit.reading import Narrowing, list_deeds
from cardwright_entities.store.platform_tables import cw_account


def test_who_is_bound_comes_in_where_he_wanted_to_go(
    served: Served, provider: Liar, bound: Account
) -> None:
    browser, answer = come_in(served, provider, return_url="/list/sailor?search=x")
    assert (answer.status_code, answer.location) == (303, "/list/sailor?search=x")
    assert bound.login in browser.get("/account").text


def test_the_browser_is_led_away_with_everything_the_protocol_asks(
    served: Served, provider: Liar
) -> None:
    address = away(served.browser())
    for part in ("response_type=code", "code_challenge_method=S256", "nonce=", "state=", "openid"):
        assert part in address
    assert address.startswith(f"{provider.issuer}/authorize?")
    assert urlencode({"redirect_uri": f"http://127.0.0.1:8000{BACK}"}) in address
    assert "secret" not in address


def test_a_session_from_before_is_no_session_after(
    served: Served, provider: Liar, bound: Account
) -> None:
    browser = served.browser()
    browser.client.set_cookie("cw_session", "chosen by somebody else")
    answer = provider.let_in(away(browser))
    assert back(browser, answer).status_code == 303
    cookie = browser.client.get_cookie("cw_session")
    assert cookie is not None
    assert cookie.value != "chosen by somebody else"
    assert is_in(browser)


@pytest.mark.parametrize("wanted", ["//evil.example", "/\\evil.example", "https://evil.example"])
def test_nobody_is_led_to_another_site_afterwards(
    served: Served, provider: Liar, bound: Account, wanted: str
) -> None:
    _, answer = come_in(served, provider, return_url=wanted)
    assert answer.location == "/"


def test_who_is_not_bound_does_not_come_in_and_is_told_how(served: Served, provider: Liar) -> None:
    browser, answer = come_in(served, provider)
    assert answer.status_code == 422
    assert "No user here belongs to that account" in answer.text
    assert not is_in(browser)


def test_a_disabled_account_is_refused_like_an_unknown_one(
    served: Served, provider: Liar, bound: Account
) -> None:
    with served.instance.store.write(served.instance.system_context()) as session:
        set_disabled(session, bound.id, disabled=True)
    browser, answer = come_in(served, provider)
    assert "No user here belongs to that account" in answer.text
    assert not is_in(browser)


def test_a_name_or_mail_address_opens_no_account_by_itself(
    served: Served, provider: Liar, login: str
) -> None:
    served.add(login, "editor")
    provider.claims = {
        "preferred_username": login,
        "email": "li.na@crew.example",
        "email_verified": True,
    }
    assert come_in(served, provider)[1].status_code == 422


def with_mail(served: Served, login: str, email: str) -> Account:
    account = served.add(login, "editor")
    with served.instance.store.write(served.instance.system_context()) as session:
        session.execute(
            cw_account.update().where(cw_account.c.id == account.id).values(email=email)
        )
    return account


def test_a_verified_mail_address_opens_where_the_operator_wants_it(
    served: Served, provider: Liar, login: str
) -> None:
    account = with_mail(served, login, f"{login.title()}@crew.example")
    first = provider.subject
    open_ = with_way(served, by_email=True)
    provider.claims = {"email": f"{login}@CREW.example", "email_verified": False}
    assert come_in(open_, provider)[1].status_code == 422
    provider.claims["email_verified"] = "yes"
    assert come_in(open_, provider)[1].status_code == 422
    provider.claims["email_verified"] = True
    assert come_in(open_, provider)[1].status_code == 303
    # Now it is bound: the subject counts and not the address, which is given to others one day.
    provider.claims["email"] = "something@else.example"
    assert come_in(open_, provider)[1].status_code == 303
    provider.claims |= {"sub": f"{first}-new", "email": f"{login}@crew.example"}
    assert come_in(open_, provider)[1].status_code == 422
    with served.instance.store.read(served.instance.system_context()) as session:
        assert [each.subject for each in list_identities(session, account.id)] == [first]


@pytest.mark.parametrize(
    "email", ["lı.na@crew.example", "li.na@crew.example.", "ｌi.na@crew.example"]
)
def test_an_address_that_only_looks_alike_opens_nothing(
    served: Served, provider: Liar, login: str, email: str
) -> None:
    with_mail(served, login, "li.na@crew.example")
    provider.claims = {"email": email, "email_verified": True}
    assert come_in(with_way(served, by_email=True), provider)[1].status_code == 422


def test_an_address_of_two_accounts_is_nobodys(served: Served, provider: Liar, login: str) -> None:
    for each in ("first", "second"):
        with_mail(served, f"{login}.{each}", "crew@crew.example")
    provider.claims = {"email": "crew@crew.example", "email_verified": True}
    assert come_in(with_way(served, by_email=True), provider)[1].status_code == 422


def test_users_are_made_where_the_operator_wants_it_with_his_roles(
    served: Served, provider: Liar
) -> None:
    making = with_way(served, create_users=True, roles=("reader",))
    provider.claims = {"preferred_username": "New.Hand", "name": "新 手", "roles": ["admin"]}
    browser, answer = come_in(making, provider)
    assert answer.status_code == 303
    assert is_in(browser)
    with served.instance.store.read(served.instance.system_context()) as session:
        made = find_account(session, "new.hand")
        assert (made.name, made.roles) == ("新 手", frozenset({"reader"}))
        before = len(list_accounts(session))
    assert come_in(making, provider)[1].status_code == 303
    with served.instance.store.read(served.instance.system_context()) as session:
        assert len(list_accounts(session)) == before


def test_a_user_is_never_made_over_another_one(served: Served, provider: Liar, login: str) -> None:
    served.add(login, "admin")
    provider.claims = {"preferred_username": login.upper()}
    making = with_way(served, create_users=True, roles=("reader",))
    browser, answer = come_in(making, provider)
    assert answer.status_code == 422
    assert not is_in(browser)


def test_more_is_asked_of_the_provider_and_only_about_the_same_person(
    served: Served, provider: Liar
) -> None:
    making = with_way(served, create_users=True, roles=("reader",))
    provider.people = {"sub": "another", "preferred_username": "steward"}
    assert come_in(making, provider)[1].status_code == 303
    with served.instance.store.read(served.instance.system_context()) as session:
        logins = [each.login for each in list_accounts(session)]
    assert provider.subject in logins
    assert "steward" not in logins
    provider.claims = {"sub": "s-boatswain"}
    provider.people = {"sub": "s-boatswain", "preferred_username": "boatswain"}
    assert come_in(making, provider)[1].status_code == 303
    with served.instance.store.read(served.instance.system_context()) as session:
        assert find_account(session, "boatswain").roles == {"reader"}


def test_the_second_step_is_asked_unless_the_provider_is_trusted(
    served: Served, provider: Liar, bound: Account
) -> None:
    browser = served.browser()
    browser.sign_in(bound.login, PASSWORD)
    browser.get("/account/second-step")
    browser.post("/account/second-step", {"old": PASSWORD})
    set_up(served, browser)
    second, answer = come_in(served, provider)
    assert answer.status_code == 200
    assert 'name="step"' in answer.text
    assert not is_in(second)
    trusted, answer = come_in(with_way(served, trust_second_step=True), provider)
    assert answer.status_code == 303
    assert is_in(trusted)


def set_up(served: Served, browser: Browser) -> None:
    found = re.search(r'cw-letters">([A-Z2-7 ]+)<', browser.get("/account/second-step").text)
    assert found is not None
    totp = TOTP(base64.b32decode(found[1].replace(" ", "")), 6, SHA1(), 30)  # noqa: S303 - as apps do
    code = totp.generate(int(served.clock().timestamp())).decode()
    assert browser.post("/account/second-step/confirm", {"code": code}).status_code == 200


def test_one_links_an_account_elsewhere_with_ones_password(
    served: Served, provider: Liar, login: str
) -> None:
    browser = served.signed_in(login, "editor")
    assert "Not linked" in browser.get(IDENTITIES).text
    page = browser.post(f"{IDENTITIES}/harbour/link", {"old": "wrong"})
    assert page.status_code == 422
    assert "The password is not right" in page.text
    address = led_to(browser.post(f"{IDENTITIES}/harbour/link", {"old": PASSWORD}))
    provider.claims = {"email": "li.na@harbour.example"}
    answer = back(browser, provider.let_in(address))
    assert (answer.status_code, answer.location) == (303, IDENTITIES)
    assert "li.na@harbour.example" in browser.get(IDENTITIES).text
    assert come_in(served, provider)[1].status_code == 303
    assert browser.post(f"{IDENTITIES}/harbour/unlink", {"old": "wrong"}).status_code == 422
    assert browser.post(f"{IDENTITIES}/harbour/unlink", {"old": PASSWORD}).status_code == 303
    assert come_in(served, provider)[1].status_code == 422


def test_nobody_takes_over_who_another_is_elsewhere(
    served: Served, provider: Liar, bound: Account
) -> None:
    browser = served.signed_in(f"mallory.{provider.subject}", "editor")
    address = led_to(
        (browser.get(IDENTITIES), browser.post(f"{IDENTITIES}/harbour/link", {"old": PASSWORD}))[1]
    )
    answer = back(browser, provider.let_in(address))
    assert answer.status_code == 422
    assert "belongs to another user" in answer.text
    with served.instance.store.read(served.instance.system_context()) as session:
        assert len(list_identities(session, bound.id)) == 1


def test_nobody_binds_his_account_elsewhere_to_another_here(
    served: Served, provider: Liar, login: str
) -> None:
    mallory = served.signed_in(f"mallory.{provider.subject}", "editor")
    mallory.get(IDENTITIES)
    address = led_to(mallory.post(f"{IDENTITIES}/harbour/link", {"old": PASSWORD}))
    victim = served.signed_in(login, "editor")
    assert back(victim, provider.let_in(address)).status_code == 422
    with served.instance.store.read(served.instance.system_context()) as session:
        assert list_identities(session, find_account(session, login).id) == ()


def test_the_last_way_in_stays(served: Served, provider: Liar) -> None:
    making = with_way(served, create_users=True, roles=("reader",))
    browser, _ = come_in(making, provider)
    browser.get(IDENTITIES)
    answer = browser.post(f"{IDENTITIES}/harbour/unlink")
    assert answer.status_code == 422
    assert "Set a password first" in answer.text


def test_a_way_that_is_not_there_is_missing(served: Served) -> None:
    browser = served.browser()
    browser.get("/sign-in")
    assert browser.post("/sign-in/with/nowhere").status_code == 404
    assert browser.get("/sign-in/with/nowhere/back?state=x&code=y").status_code == 404


def test_the_log_tells_who_was_linked_and_unlinked(
    served: Served, provider: Liar, bound: Account
) -> None:
    system = served.instance.system_context()
    with served.instance.store.write(system) as session:
        assert drop_identities(session, bound.id, provider="harbour") == 1
        assert drop_identities(session, bound.id, provider="harbour") == 0
    with served.instance.store.read(system) as session:
        found = list_deeds(session, Narrowing(area="accounts"), limit=5)
    told = [(each.kind, each.target, dict(each.detail)) for each in found[:2]]
    about = {"account": bound.id, "provider": "harbour"}
    assert told == [("identity_unlinked", "hand", about), ("identity_linked", "hand", about)]
