"""A form is sent again: the session has ended, the answer was lost, somebody came back to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from posted_forms import Form
from serving import PACKS, PASSWORD, Browser, Served, serve
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from cardwright_entities.accounts.accounts import NewAccount, create_account, find_account
from cardwright_entities.accounts.sessions import close_sessions
from cardwright_platform.signing_in import set_password

EN = {"Accept-Language": "en"}


@pytest.fixture(scope="module")
def site(store_module_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    packs = [PACKS / name for name in ("workshop", "vault")]
    served = serve(store_module_url, tmp_path_factory.mktemp("served"), *packs)
    yield served
    served.instance.close()


def signed_in(site: Served, login: str) -> Browser:
    with site.instance.store.write(site.instance.system_context()) as session:
        account = create_account(session, NewAccount(login=login, name=login, roles=["keeper"]))
    set_password(site.instance, account, PASSWORD)
    browser = site.browser()
    assert browser.sign_in(login, PASSWORD).status_code == 303
    return browser


def end_session(site: Served, login: str) -> None:
    with site.instance.store.write(site.instance.system_context()) as session:
        close_sessions(session, find_account(session, login).id)


def open_form(browser: Browser, path: str, **typed: str) -> dict[str, list[str]]:
    """Return what a form would post with something typed into it."""
    page = browser.get(path, **EN)
    assert page.status_code == 200
    return Form(page.text).posted | {name: [text] for name, text in typed.items()}


def saved_again(answer: TestResponse) -> dict[str, list[str]]:
    return Form(answer.text.partition("<main")[2]).posted


def count(site: Served, entity: str, name: str) -> int:
    with site.instance.engine.read(site.instance.system_context()) as desk:
        table = desk.model.entity(entity).table
        wanted = select(func.count()).select_from(table).where(table.c["name"] == name)
        return int(desk.session.scalar(wanted))


@pytest.mark.parametrize("as_whom", ["ann", "ann2"])
def test_what_is_posted_after_the_session_ended_comes_back_after_the_sign_in(
    site: Served, as_whom: str
) -> None:
    login = f"{as_whom}.before"
    browser = signed_in(site, login)
    fields = open_form(browser, "/new/thing", name=f"Of {as_whom}", code=as_whom)
    end_session(site, login)
    ended = browser.post("/new/thing", fields, **EN)
    assert ended.status_code == 401
    assert "Your session has ended" in ended.text
    held = saved_again(ended)
    assert (held["name"], held["code"]) == ([f"Of {as_whom}"], [as_whom])
    if as_whom == "ann2":
        login = "somebody.else"
        signed_in(site, login)
    assert browser.sign_in(login, PASSWORD).status_code == 303
    again = browser.client.post("/new/thing", data=held, headers={**EN})
    assert again.status_code == 403
    assert f"before signing in as {login}" in again.text
    typed = saved_again(again)
    assert (typed["name"], typed["code"]) == ([f"Of {as_whom}"], [as_whom])
    assert count(site, "thing", f"Of {as_whom}") == 0
    assert browser.client.post("/new/thing", data=typed).status_code == 303
    assert count(site, "thing", f"Of {as_whom}") == 1


def test_an_edit_comes_back_too_with_the_version_it_was_begun_from(site: Served) -> None:
    with site.instance.engine.write(site.instance.system_context()) as desk:
        record = desk.records.create("firm", {"name": "Edited"}).id
        desk.records.update("firm", record, {"staff": 2}, None)
    browser, path = signed_in(site, "bea"), f"/edit/firm/{record}"
    fields = open_form(browser, path, note="kept")
    with site.instance.engine.write(site.instance.system_context()) as desk:
        desk.records.update("firm", record, {"note": "other"}, None)
    end_session(site, "bea")
    held = saved_again(browser.post(path, fields, **EN))
    browser.sign_in("bea", PASSWORD)
    typed = saved_again(browser.client.post(path, data=held, headers=EN))
    assert (typed["note"], typed["version"]) == (["kept"], ["2"])
    assert browser.client.post(path, data=typed).status_code == 409


def test_no_secret_stands_on_the_page_of_an_ended_session(site: Served) -> None:
    browser = signed_in(site, "cho")
    secret = {"token": "planted", "pin": "planted", "doors.0.code": "planted"}
    carried = '{"names": ["name", "code"], "rows": [["1", 0, ["side", "planted"]]]}'
    fields = open_form(
        browser,
        "/new/remote",
        name="Safe",
        **secret,
        **{"doors.0.name": "front", "doors.*": carried},
    )
    end_session(site, "cho")
    ended = browser.post("/new/remote", fields, **EN)
    assert ended.status_code == 401
    assert "planted" not in ended.text
    held = saved_again(ended)
    assert (held["name"], held["doors.0.name"], held["doors.1.name"]) == (
        ["Safe"], ["front"], ["side"],
    )  # fmt: skip


def test_another_site_gets_nothing_back(site: Served) -> None:
    browser = signed_in(site, "dee")
    fields = open_form(browser, "/new/thing", name="Echo echo")
    forged = [
        browser.client.post("/new/thing", data=fields, headers={"Sec-Fetch-Site": "cross-site"}),
        browser.client.post("/new/thing", data=fields, headers={"Origin": "https://evil.example"}),
    ]
    end_session(site, "dee")
    forged.append(
        browser.client.post("/new/thing", data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    )
    assert [each.status_code for each in forged] == [403, 403, 403]
    assert not any("Echo echo" in each.text for each in forged)


def test_what_cannot_be_read_is_refused_as_before(site: Served) -> None:
    browser = signed_in(site, "eve")
    fields = open_form(browser, "/new/remote", name="Odd", **{"doors.*": "[not json"})
    fields["csrf_token"] = ["0" * 64]
    assert browser.client.post("/new/remote", data=fields, headers=EN).status_code == 403
    fields["doors.*"] = [""]
    shown = browser.client.post("/edit/remote/99999", data=fields, headers=EN)
    assert shown.status_code == 403
    assert "opened before signing in" in shown.text
    end_session(site, "eve")
    fields["doors.*"] = ["[not json"]
    assert browser.client.post("/new/remote", data=fields, headers=EN).status_code == 401


def test_a_form_whose_answer_was_lost_makes_one_record(site: Served) -> None:
    browser = signed_in(site, "fay")
    fields = open_form(browser, "/new/thing", name="Only once", code="once")
    first, second = (browser.post("/new/thing", fields, **EN) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    assert count(site, "thing", "Only once") == 1


def test_whoever_comes_back_to_a_form_and_changes_it_is_asked(site: Served) -> None:
    browser = signed_in(site, "gil")
    fields = open_form(browser, "/new/thing", name="First", code="g1")
    assert browser.post("/new/thing", fields, **EN).status_code == 303
    fields |= {"name": ["Second"], "code": ["g2"]}
    asked = browser.post("/new/thing", fields, **EN)
    assert asked.status_code == 422
    assert "has made a record already" in asked.text
    again = saved_again(asked)
    assert again["name"] == ["Second"]
    assert browser.post("/new/thing", again, **EN).status_code == 303
    assert (count(site, "thing", "First"), count(site, "thing", "Second")) == (1, 1)


def test_a_refused_form_may_be_sent_again_under_its_number(site: Served) -> None:
    browser = signed_in(site, "hal")
    fields = open_form(browser, "/new/thing", code="h1")
    refused = browser.post("/new/thing", fields, **EN)
    assert refused.status_code == 422
    mended = saved_again(refused) | {"name": ["Mended"]}
    assert mended["form-number"] == fields["form-number"]
    assert browser.post("/new/thing", mended).status_code == 303


def test_an_edit_whose_answer_was_lost_is_no_conflict(site: Served) -> None:
    with site.instance.engine.write(site.instance.system_context()) as desk:
        record = desk.records.create("firm", {"name": "Twice"}).id
    browser, path = signed_in(site, "ina"), f"/edit/firm/{record}"
    fields = open_form(browser, path, note="same")
    answers = [browser.post(path, fields) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert browser.post(path, fields | {"note": ["other"]}).status_code == 409


def test_a_script_is_told_where_to_go(site: Served) -> None:
    browser = signed_in(site, "joe")
    fields = open_form(browser, "/new/thing", name="By script", code="j1")
    accept = {"Accept": "application/json, text/html;q=0.9"}
    answer = browser.post("/new/thing", fields, **accept)
    assert answer.status_code == 200
    assert answer.get_json()["url"].startswith("/card/thing/")
    assert "cw_toast" in answer.headers["Set-Cookie"]
