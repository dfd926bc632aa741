"""Forms tell of records that look the same; suspects are listed and merged, and it is undone."""

from __future__ import annotations

import re
from uuid import uuid4

from serving import PASSWORD, Browser, Served

from cardwright_entities.accounts.accounts import NewAccount, create_account
from cardwright_platform.signing_in import set_password

SERVES = ("doubles",)


def signed_in(served: Served, role: str) -> Browser:
    """Return the browser of somebody new with a role."""
    instance, login = served.instance, f"{role}-{uuid4().hex[:8]}"
    with instance.store.write(instance.system_context()) as session:
        account = create_account(session, NewAccount(login=login, name=login, roles=[role]))
    set_password(instance, account, PASSWORD)
    browser = served.browser()
    browser.sign_in(login, PASSWORD)
    browser.get("/account")
    return browser


def _firm(browser: Browser, name: str, **values: str) -> int:
    answer = browser.post("/new/firm", {"name": name, **values})
    assert answer.status_code == 303
    return int(answer.headers["Location"].rpartition("/")[2])


def test_a_form_names_what_looks_the_same_with_a_link(served: Served) -> None:
    browser = signed_in(served, "keeper")
    first = _firm(browser, "苏州远景有限公司")
    told = browser.post("/compute/firm", {"name": "苏州 远景"}).get_json()["duplicates"]
    assert [(each["text"], each["url"]) for each in told] == [
        ("苏州远景有限公司", f"/card/firm/{first}")
    ]
    assert browser.post("/compute/firm", {"name": "苏州远"}).get_json()["duplicates"] == []
    same = browser.post(f"/compute/firm/{first}", {"name": "苏州远景"}).get_json()
    assert same["duplicates"] == []
    assert "data-duplicates=" in browser.get("/new/firm").text


def test_a_form_is_silent_about_records_of_others(served: Served) -> None:
    _firm(signed_in(served, "keeper"), "别人的")
    told = signed_in(served, "seller").post("/compute/firm", {"name": "别人的"})
    assert told.get_json()["duplicates"] == []


def test_suspects_are_merged_and_the_merge_is_undone(served: Served) -> None:
    browser = signed_in(served, "keeper")
    first = _firm(browser, "昆山合一", city="昆山")
    second = _firm(browser, "昆山合一集团", city="苏州")
    page = browser.get("/duplicates/firm").text
    assert f"/card/firm/{first}" in page
    assert f"/merge/firm?records={first}%2C{second}" in browser.get(f"/card/firm/{first}").text
    page = browser.get(f"/merge/firm?records={first}&records={second}").text
    assert re.search(rf'name="choice.city" value="{first}" checked', page)
    sent = {"records": f"{first},{second}", "master": str(first), "choice.city": str(second)}
    answer = browser.post("/merge/firm", sent)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/card/firm/{first}")
    assert "苏州" in browser.get(f"/card/firm/{first}").text
    assert browser.get(f"/card/firm/{second}").headers["Location"] == f"/card/firm/{first}"
    again = browser.post("/merge/firm", sent)
    assert again.status_code == 404


def test_who_may_not_merge_is_offered_nothing(served: Served) -> None:
    browser = signed_in(served, "editor")
    first, second = _firm(browser, "太仓二合"), _firm(browser, "太仓二合")
    assert "/merge/" not in browser.get("/duplicates/firm").text
    assert "/merge/" not in browser.get(f"/card/firm/{first}").text
    sent = {"records": f"{first},{second}", "master": str(first)}
    assert browser.post("/merge/firm", sent).status_code == 403
