from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from serving import PASSWORD, Browser, Served, serve

from cardwright_entities.accounts import accounts, tokens
from cardwright_entities.accounts.accounts import Account
from cardwright_platform.app import create_app, make_theming
from cardwright_platform.signing_in import create_link

HOSTILE = ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"]


@pytest.fixture(scope="module")
def li_na(served: Served) -> Account:
    return served.add("li.na", "editor")


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/sign-in").status_code == 303


def test_a_password_opens_the_way_to_where_one_wanted_to_go(served: Served, li_na: Account) -> None:
    browser = served.browser()
    answer = browser.get("/list/sailor?search=x")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?return_url=%2Flist%2Fsailor%3Fsearch%3Dx"
    answer = browser.sign_in("LI.NA", PASSWORD, return_url="/list/sailor?search=x")
    assert (answer.status_code, answer.location) == (303, "/list/sailor?search=x")
    assert is_signed_in(browser)


def test_a_token_never_says_who_somebody_is_or_how_he_comes_in(served: Served) -> None:
    account = served.add("mei", "editor", password="")
    with served.instance.store.write(served.instance.system_context()) as session:
        token = tokens.create_token(session, account.id, "robot")
    robot = served.app.test_client()
    bearer = {"Authorization": f"Bearer {token}"}
    assert robot.get("/api/v1/records/sailor", headers=bearer).status_code == 200
    new = {"new": PASSWORD, "new_again": PASSWORD}
    rules = [each for each in served.app.url_map.iter_rules() if "POST" in (each.methods or ())]
    own = {each.rule for each in rules if each.rule.startswith("/account/")}
    assert {"/account/password", "/account/passkeys", "/account/second-step"} <= own
    for rule in own:
        refused = robot.post(re.sub("<[^>]+>", "1", rule), data=new, headers=bearer)
        assert refused.status_code == 403, rule
    assert robot.get("/account", headers=bearer).status_code == 403
    # Nobody has set a password by it, and it is good as before.
    assert served.browser().sign_in("mei", PASSWORD).status_code == 422
    assert robot.get("/api/v1/records/sailor", headers=bearer).status_code == 200


@pytest.mark.parametrize("wanted", HOSTILE)
def test_signing_in_never_leads_to_another_site(
    served: Served, li_na: Account, wanted: str
) -> None:
    answer = served.browser().sign_in("li.na", PASSWORD, return_url=wanted)
    assert answer.location == "/"
    assert served.browser().get(f"/sign-in?return_url={wanted}").status_code == 200


def test_unknown_and_known_logins_are_refused_in_the_same_words(
    served: Served, li_na: Account
) -> None:
    def refusal(login: str, password: str) -> str:
        browser = served.browser()
        answer = browser.sign_in(login, password)
        assert answer.status_code == 422
        text = answer.text.replace(login, "LOGIN").replace(browser.token, "TOKEN")
        text = re.sub(r"[0-9a-f]{64}", "TOKEN", text)
        return re.sub(r'value="(LOGIN)?"', "VALUE", text)

    assert refusal("li.na", "wrong") == refusal("nobody.at.all", "wrong")
    assert "Login or password is not right." in refusal("li.na", "")


def test_what_was_typed_is_data(served: Served) -> None:
    answer = served.browser().sign_in('"><script>alert(1)</script>', "x")
    assert "<script>alert" not in answer.text


def test_a_new_session_is_made_at_each_sign_in(served: Served, li_na: Account) -> None:
    browser = served.browser()
    browser.client.set_cookie("cw_session", "chosen-by-somebody-else")
    browser.sign_in("li.na", PASSWORD)
    cookie = browser.client.get_cookie("cw_session")
    assert cookie is not None
    assert cookie.value != "chosen-by-somebody-else"
    assert cookie.http_only
    assert cookie.same_site == "Lax"


def test_signing_out_ends_the_session_for_whoever_kept_its_cookie(
    served: Served, li_na: Account
) -> None:
    browser = served.browser()
    browser.sign_in("li.na", PASSWORD)
    kept = browser.client.get_cookie("cw_session")
    assert kept is not None
    browser.get("/link/nothing")
    assert browser.post("/sign-out").status_code == 303
    thief = served.browser()
    thief.client.set_cookie("cw_session", kept.value)
    assert not is_signed_in(thief)


def test_a_disabled_user_is_out_at_the_next_request(served: Served) -> None:
    account = served.add("gone", "reader")
    browser = served.browser()
    browser.sign_in("gone", PASSWORD)
    assert is_signed_in(browser)
    with served.instance.store.write(served.instance.system_context()) as session:
        accounts.set_disabled(session, account.id, disabled=True)
    assert not is_signed_in(browser)
    assert served.browser().sign_in("gone", PASSWORD).status_code == 422


def test_a_one_time_link_signs_in_once_and_looking_does_not_use_it(
    served: Served, li_na: Account
) -> None:
    path = create_link(served.instance, li_na, "sign_in").removeprefix(
        served.instance.config.address
    )
    first, second = served.browser(), served.browser()
    assert "Sign in as Li.Na" in first.get(path).text
    assert second.get(path).status_code == 200
    assert first.post(path).status_code == 303
    assert is_signed_in(first)
    assert second.post(path).status_code == 404
    assert served.browser().get(path).status_code == 404


def test_a_link_sets_a_password_that_holds(served: Served) -> None:
    account = served.add("zhou.min", "reader", password="")
    link = create_link(served.instance, account, "set_password")
    path = link.removeprefix(served.instance.config.address)
    browser = served.browser()
    browser.get(path)
    short = browser.post(path, {"password": "short", "password_again": "short"})
    assert short.status_code == 422
    assert "At least 12 characters." in short.text
    unlike = browser.post(path, {"password": PASSWORD, "password_again": "other"})
    assert "The two do not agree." in unlike.text
    done = browser.post(path, {"password": PASSWORD, "password_again": PASSWORD})
    assert done.status_code == 303
    assert served.browser().sign_in("zhou.min", PASSWORD).status_code == 303


def test_a_new_password_ends_all_other_sessions(served: Served) -> None:
    served.add("many.devices", "reader")
    here, there = served.browser(), served.browser()
    for browser in (here, there):
        browser.sign_in("many.devices", PASSWORD)
    here.get("/link/nothing")
    wrong = here.post("/account/password", {"old": "x", "new": "y" * 12, "new_again": "y" * 12})
    assert wrong.status_code == 422
    assert "The password is not right." in wrong.text
    new = "four new lanterns"
    done = here.post("/account/password", {"old": PASSWORD, "new": new, "new_again": new})
    assert done.status_code == 303
    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert served.browser().sign_in("many.devices", PASSWORD).status_code == 422
    assert served.browser().sign_in("many.devices", new).status_code == 303


def test_ones_own_page_shows_the_devices_and_signs_the_others_out(served: Served) -> None:
    here, there = served.signed_in("two.devices", "reader"), served.browser()
    there.client.environ_base["HTTP_USER_AGENT"] = "Other <b>browser</b>"
    there.sign_in("two.devices", PASSWORD)
    page = here.get("/account").text
    assert "this device" in page
    assert "Other &lt;b&gt;browser" in page
    assert here.post("/account/sign-out-others").status_code == 303
    assert is_signed_in(here)
    assert not is_signed_in(there)


def test_one_device_is_signed_out_and_only_by_whose_it_is(served: Served) -> None:
    here, phone = served.signed_in("lost.phone", "reader"), served.browser()
    stranger = served.signed_in("some.stranger", "reader")
    phone.sign_in("lost.phone", PASSWORD)
    ends = re.findall(r'action="(/account/sessions/\w+/end)"', here.get("/account").text)
    assert len(ends) == 1
    stranger.get("/account")
    assert stranger.post(ends[0]).status_code == 303
    assert is_signed_in(phone)
    assert here.post(ends[0]).status_code == 303
    assert is_signed_in(here)
    assert not is_signed_in(phone)
    assert here.post(ends[0]).status_code == 303


def test_guessing_is_slowed_down_per_login(fresh: Served) -> None:
    fresh.add("target", "reader")
    browser = fresh.browser()
    for _ in range(10):
        assert browser.sign_in("target", "guess").status_code == 422
    answer = browser.sign_in("target", PASSWORD)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    fresh.clock.forward(minutes=10)
    assert browser.sign_in("target", PASSWORD).status_code == 303


def test_a_session_ends_when_nobody_works(fresh: Served) -> None:
    browser = fresh.signed_in("idle", "reader")
    fresh.clock.forward(hours=7)
    assert is_signed_in(browser)
    fresh.clock.forward(hours=7)
    assert is_signed_in(browser)
    fresh.clock.forward(hours=8, seconds=1)
    assert not is_signed_in(browser)


def test_who_asks_to_stay_keeps_the_cookie_for_a_week(fresh: Served) -> None:
    fresh.add("stays", "reader")
    browser = fresh.browser()
    browser.sign_in("stays", PASSWORD, stay="1")
    cookie = browser.client.get_cookie("cw_session")
    assert cookie is not None
    assert cookie.max_age == timedelta(days=7).total_seconds()
    fresh.clock.forward(days=6)
    assert is_signed_in(browser)
    fresh.clock.forward(days=1)
    assert not is_signed_in(browser)


def test_strangers_choose_their_language(served: Served) -> None:
    browser = served.browser()
    assert "<h1>Sign in</h1>" in browser.get("/sign-in", Accept_Language="en-GB").text
    assert "<h1>登录</h1>" in browser.get("/sign-in", Accept_Language="zh-CN,zh;q=0.9").text
    browser.post("/look", {"language": "zh", "return_url": "/sign-in"})
    browser.post("/look", {"mode": "dark", "return_url": "//evil.example"})
    page = browser.get("/sign-in", Accept_Language="en").text
    assert "<h1>登录</h1>" in page
    assert 'data-bs-theme="dark"' in page


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Served]:
    demo = serve("", tmp_path, demo=True)
    demo.add("boss", "admin", password="")
    yield demo
    demo.instance.close()


def test_in_a_demo_one_comes_in_by_a_click(demo: Served) -> None:
    browser = demo.browser()
    assert 'name="demo" value="boss"' in browser.get("/sign-in").text
    assert browser.post("/sign-in", {"demo": "boss"}).status_code == 303
    assert is_signed_in(browser)


@pytest.mark.parametrize(
    "choices",
    [
        {"demo": False},
        {"host": "0.0.0.0"},
        {"base_url": "http://127.0.0.1:8000"},
        {"trusted_proxies": 1},
    ],
)
def test_nobody_comes_in_by_a_click_where_others_could_reach_it(
    demo: Served, choices: dict[str, object]
) -> None:
    config = replace(demo.instance.config, **choices)  # type: ignore[arg-type] # fields by name
    instance = replace(demo.instance, config=config)
    browser = Browser(create_app(instance, make_theming(instance)).test_client())
    assert 'name="demo"' not in browser.get("/sign-in").text
    assert browser.post("/sign-in", {"demo": "boss"}).status_code == 422
    assert not is_signed_in(browser)


def test_nobody_comes_in_by_a_click_from_another_machine(demo: Served) -> None:
    away = {"REMOTE_ADDR": "10.0.0.9"}
    client = demo.app.test_client()
    page = client.get("/sign-in", environ_overrides=away)
    assert 'name="demo"' not in page.text
    token = re.search(r'name="csrf_token" value="([0-9a-f]+)"', page.text)
    assert token is not None
    fields = {"csrf_token": token[1], "demo": "boss"}
    assert client.post("/sign-in", data=fields, environ_overrides=away).status_code == 422
