"""Tags and favourites on screen: given on cards and lists, found again, seen by nobody else."""

from __future__ import annotations

import json
import re
from html import unescape
from itertools import count
from typing import Any
from urllib.parse import quote

import pytest
from serving import Browser, Served
from sqlalchemy import event
from werkzeug.test import TestResponse

from cardwright_entities.accounts.accounts import find_account, set_roles

SERVES = ("workshop",)
EN = {"Accept-Language": "en"}
_LOGINS = count(1)


@pytest.fixture(scope="module")
def served(served_on_each: Served) -> Served:
    return served_on_each


def _person(served: Served, role: str = "clerk") -> Browser:
    browser = served.signed_in(login := f"marker{next(_LOGINS)}", role)
    instance = served.instance
    with instance.store.write(instance.system_context()) as session:
        set_roles(session, find_account(session, login).id, (role,))
    _page(browser, "/account")
    return browser


@pytest.fixture
def clerk(served: Served) -> Browser:
    return _person(served)


@pytest.fixture
def firms(served: Served) -> list[int]:
    """Three firms of every level; guests do not see the last."""
    with served.instance.engine.write(served.instance.system_context()) as desk:
        return [
            desk.records.create("firm", {"name": f"Firm {level}{next(_LOGINS)}", "level": level}).id
            for level in "abc"
        ]


def _page(browser: Browser, path: str) -> str:
    with browser.get(path, **EN) as answer:
        assert answer.status_code == 200, answer.text
        return unescape(answer.text)


def _send(browser: Browser, path: str, **fields: object) -> TestResponse:
    answer = browser.post(path, fields, **EN)
    assert answer.status_code == 303, answer.text
    return answer


def _undo(browser: Browser, page: str) -> None:
    found = re.search(r"/change-sets/\d+/undo", page)
    assert found is not None
    _send(browser, found[0])


def _listed(browser: Browser, where: str) -> set[int]:
    page = _page(browser, f"/list/firm?where={quote(where)}&size=200")
    return {int(each) for each in re.findall(r'<tr data-id="(\d+)"', page)}


def test_a_tag_is_added_and_removed_at_the_head_of_the_card(
    clerk: Browser, firms: list[int]
) -> None:
    card = f"/card/firm/{firms[0]}"
    assert 'id="cw-tag-in"' in _page(clerk, card)
    _send(clerk, f"{card}/tags", add="  重点  客户 ", return_url=f"{card}?tab=history")
    page = _page(clerk, card)
    assert ">重点 客户</a>" in page
    assert _listed(clerk, "$self in $tagged('重点 客户')") == {firms[0]}
    other = _page(clerk, f"/card/firm/{firms[1]}")
    assert '<option value="重点 客户">' in other
    answer = _send(clerk, f"{card}/tags", remove="重点 客户")
    page = _page(clerk, answer.location)
    assert ">重点 客户</a>" not in page
    assert "was removed" in page
    _undo(clerk, page)
    assert ">重点 客户</a>" in _page(clerk, card)


def test_one_click_on_the_star_means_the_first_folder_and_the_menu_any(
    clerk: Browser, firms: list[int]
) -> None:
    star = f"/card/firm/{firms[0]}/favourites"
    assert 'aria-pressed="false"' in _page(clerk, f"/card/firm/{firms[0]}")
    _send(clerk, star, add="")
    _send(clerk, star, add="Visits")
    page = _page(clerk, f"/card/firm/{firms[0]}")
    assert re.search(r'id="cw-star" aria-pressed="true"', page)
    assert ">Visits</span>" in page
    assert _listed(clerk, "$self in $favourites('Favourites')") == {firms[0]}
    _send(clerk, star, remove="Visits")
    assert _listed(clerk, "$self in $favourites('Visits')") == set()
    gone = _send(clerk, star, remove="")
    told = _page(clerk, gone.location)
    assert _listed(clerk, "$self in $favourites") == set()
    _undo(clerk, told)
    assert _listed(clerk, "$self in $favourites") == {firms[0]}


def test_a_name_that_cannot_be_taken_is_said(clerk: Browser, firms: list[int]) -> None:
    answer = _send(clerk, f"/card/firm/{firms[0]}/tags", add="x" * 41)
    assert "At most 40 characters" in _page(clerk, answer.location)
    form = clerk.post("/favourites", {"name": " "}, **EN)
    assert form.status_code == 422
    assert "cw-new-wrong" in form.text
    again = clerk.post("/list/firm/tag", {"of.ids": str(firms[0]), "mark_new": "y" * 41}, **EN)
    assert again.status_code == 422
    assert "y" * 41 in again.text


def test_a_selection_is_tagged_and_kept_in_one_go_and_undone(
    clerk: Browser, firms: list[int]
) -> None:
    page = _page(clerk, "/list/firm")
    for deed, mark in (("tag", "$tagged('batch')"), ("keep", "$favourites('batch')")):
        assert f'formaction="/list/firm/{deed}"' in page
        form = clerk.post(f"/list/firm/{deed}", {"ids": [str(each) for each in firms]}, **EN)
        assert 'name="mark_new"' in form.text
        sent = {"of.ids": [str(each) for each in firms], "mark_new": "batch"}
        done = _send(clerk, f"/list/firm/{deed}", **sent)
        told = _page(clerk, done.location)
        assert _listed(clerk, f"$self in {mark}") == set(firms)
        _undo(clerk, told)
        assert _listed(clerk, f"$self in {mark}") == set()


def test_marks_that_are_there_are_offered_to_a_selection_and_all_of_a_list_can_be_meant(
    clerk: Browser, firms: list[int]
) -> None:
    _send(clerk, f"/card/firm/{firms[0]}/tags", add="known")
    form = clerk.post("/list/firm/tag", {"ids": str(firms[1])}, **EN).text
    found = re.search(r'<option value="(\d+)"[^>]*>known', form)
    assert found is not None
    where = f"id in ({firms[1]}, {firms[2]})"
    sent = {"of.all": "1", "of.where": where, "mark_known": found[1], "mark_new": "new"}
    _send(clerk, "/list/firm/tag", **sent)
    assert _listed(clerk, "$self in $tagged('known')") == set(firms)
    assert _listed(clerk, "$self in $tagged('new')") == set(firms[1:])
    page = _page(clerk, f"/list/firm?where={quote('$self in $tagged')}")
    assert page.count('class="cw-row-marks"') >= 3
    assert '<span class="cw-k">Tags</span>' in page


def test_the_builder_offers_ones_marks_and_shows_them_again(
    clerk: Browser, firms: list[int]
) -> None:
    assert "$self" not in {each["path"] for each in _fields(clerk)}
    _send(clerk, f"/card/firm/{firms[0]}/tags", add="it's")
    _send(clerk, f"/card/firm/{firms[1]}/favourites", add="Week")
    (offered,) = (each for each in _fields(clerk) if each["path"] == "$self")
    assert [each["label"] for each in offered["choices"]] == ["Tags · it's", "Favourites · Week"]
    values = [each["value"] for each in offered["choices"]]
    tree = {"field": "$self", "op": "in", "value": values}
    page = _page(clerk, f"/list/firm?filter={quote(json.dumps(tree))}")
    assert page.count("<tr data-id") == 2
    assert f'data-tree="{json.dumps(tree)}"' in page
    assert '<span class="cw-k">My tags and favourites</span>' in page


def _fields(browser: Browser) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = browser.get("/list/firm/fields", **EN).get_json()["fields"]
    return found


def test_the_tab_of_favourites_is_the_current_one(clerk: Browser, firms: list[int]) -> None:
    _send(clerk, f"/card/firm/{firms[0]}/favourites", add="")
    page = _page(clerk, "/list/firm")
    found = re.search(r'<a href="(/list/firm\?where=[^"]*favourites)"', page)
    assert found is not None
    page = _page(clerk, found[1])
    assert re.search(r'favourites" hx-boost="true" aria-current="page"', page)
    assert page.count("<tr data-id") == 1


def test_marks_of_others_are_never_seen(served: Served, clerk: Browser, firms: list[int]) -> None:
    _send(clerk, f"/card/firm/{firms[0]}/tags", add="secret word")
    _send(clerk, f"/card/firm/{firms[0]}/favourites", add="hidden folder")
    other = _person(served)
    _send(other, f"/card/firm/{firms[0]}/tags", add="own")
    for path in ("/", "/favourites", "/list/firm", f"/card/firm/{firms[0]}"):
        page = _page(other, path)
        assert "secret word" not in page, path
        assert "hidden folder" not in page, path
    number = re.search(r"/favourites\?of=(\d+)", _page(clerk, "/favourites"))
    assert number is not None
    assert "hidden folder" not in _page(other, f"/favourites?of={number[1]}")
    for verb in ("rename", "delete", "remove"):
        sent = {"name": "mine", "entity": "firm", "ids": str(firms[0])}
        assert other.post(f"/favourites/{number[1]}/{verb}", sent).status_code == 404


def test_what_may_not_be_read_is_neither_shown_nor_counted_nor_marked(
    served: Served, firms: list[int]
) -> None:
    guest = _person(served, "guest")
    with served.instance.engine.write(served.instance.system_context()) as desk:
        desk.records.update("firm", firms[2], {"level": "b"}, None)
    for each in firms:
        _send(guest, f"/card/firm/{each}/tags", add="mine")
        _send(guest, f"/card/firm/{each}/favourites", add="")
        _page(guest, f"/card/firm/{each}")
    home = _page(guest, "/")
    assert re.search(r"mine</a>.*?>[^<]* 3</a>", home)
    with served.instance.engine.read(served.instance.system_context()) as desk:
        name = desk.record("firm", firms[2]).values["name"]
    with served.instance.engine.write(served.instance.system_context()) as desk:
        desk.records.update("firm", firms[2], {"level": "c"}, None)
    for path in ("/", "/favourites", f"/list/firm?where={quote('$self in $favourites')}"):
        assert f">{name}" not in _page(guest, path), path
    assert re.search(r"mine</a>.*?>[^<]* 2</a>", _page(guest, "/"))
    assert '<span class="cw-due cw-num">2</span>' in _page(guest, "/favourites")
    assert _listed(guest, "$self in $tagged('mine')") == set(firms[:2])
    for deed in ("tags", "favourites"):
        for sent in ({"add": "x"}, {"remove": "mine"}):
            assert guest.post(f"/card/firm/{firms[2]}/{deed}", sent).status_code == 404


def test_the_page_of_favourites_names_renames_empties_and_deletes(
    clerk: Browser, firms: list[int]
) -> None:
    made = _send(clerk, "/favourites", name="Week 1")
    folder = made.location
    number = folder.rpartition("=")[2]
    assert "Nothing in here" in _page(clerk, folder)
    for each in firms:
        _send(clerk, f"/card/firm/{each}/favourites", add="week 1")
    page = _page(clerk, folder)
    assert page.count('name="ids"') == 3
    _send(clerk, f"/favourites/{number}/rename", name="Week 2")
    assert clerk.post("/favourites", {"name": "Week 3"}, **EN).status_code == 303
    wrong = clerk.post(f"/favourites/{number}/rename", {"name": "week 3"}, **EN)
    assert wrong.status_code == 422
    assert 'value="week 3"' in wrong.text
    out = _send(clerk, f"/favourites/{number}/remove", entity="firm", ids=str(firms[0]))
    page = _page(clerk, out.location)
    assert page.count('name="ids"') == 2
    _undo(clerk, page)
    assert _listed(clerk, "$self in $favourites('Week 2')") == set(firms)
    gone = _send(clerk, f"/favourites/{number}/delete")
    page = _page(clerk, gone.location)
    assert "Week 2</span>" not in page
    _undo(clerk, page)
    assert "Week 2</span>" in _page(clerk, "/favourites")


def test_the_home_page_has_what_was_opened_last(served: Served, firms: list[int]) -> None:
    clerk = _person(served)
    for each in firms[:2]:
        _page(clerk, f"/card/firm/{each}")
        served.clock.forward(minutes=2)
    opened = _page(clerk, "/").partition("Recently opened")[2]
    assert re.findall(r'href="/card/firm/(\d+)"', opened)[:2] == [
        str(each) for each in firms[1::-1]
    ]
    assert "Recently opened" not in _page(_person(served), "/")


def test_a_link_offers_favourites_first(clerk: Browser, firms: list[int]) -> None:
    _send(clerk, f"/card/firm/{firms[1]}/favourites", add="")
    url = "/options/deal/firm/firm"
    options = clerk.get(url).get_json()["options"]
    assert (options[0]["value"], options[0]["note"][:1]) == (str(firms[1]), "★")
    assert len({each["value"] for each in options}) == len(options)
    assert "★" not in "".join(each["note"] for each in options[1:])
    picker = _page(clerk, "/pick/deal/firm/firm")
    assert re.findall(r'<tr data-id="(\d+)"', picker)[0] == str(firms[1])
    found = clerk.get(f"{url}?q=nothing+like+that").get_json()["options"]
    assert found == []


def test_what_an_entity_switches_off_is_not_there(served: Served, clerk: Browser) -> None:
    with served.instance.engine.write(served.instance.system_context()) as desk:
        head = desk.records.create("person", {"name": "P", "jobs": []}).id
        job = desk.model.entity("job")
    assert job.definition.owner
    assert 'id="cw-marks"' in _page(clerk, f"/card/person/{head}")
    assert clerk.post("/list/job/tag", {"of.ids": "1", "mark_new": "x"}).status_code == 404


def test_a_page_takes_the_same_statements_however_many_marks_there_are(
    served: Served, clerk: Browser, firms: list[int]
) -> None:
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    paths = ("/list/firm", f"/card/firm/{firms[0]}")
    event.listen(served.instance.store.engine, "before_cursor_execute", note)
    counts = []
    for number in range(2):
        for path in paths:
            _page(clerk, path)
            seen.clear()
            _page(clerk, path)
            counts.append(len(seen))
            assert sum("cw_mark" in each for each in seen) == 1
        for each in firms:
            for name in ("a", "b", "c"):
                _send(clerk, f"/card/firm/{each}/tags", add=f"{name}{number}")
            _send(clerk, f"/card/firm/{each}/favourites", add=f"f{number}")
    event.remove(served.instance.store.engine, "before_cursor_execute", note)
    assert counts[:2] == counts[2:]
    assert counts[0] <= 12
