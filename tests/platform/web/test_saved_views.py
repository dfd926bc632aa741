"""Views of lists on screen: kept, opened, changed, shared, deleted and taken back."""

from __future__ import annotations

import re

import pytest
from serving import Browser, Served
from sqlalchemy import event, update

from cardwright_entities.store.view_tables import cw_view

SERVES = ("shelves",)

_LINK = re.compile(r"query=(\d+)")


@pytest.fixture(scope="module")
def shop(served: Served) -> Served:
    """A shop with four books."""
    with served.instance.engine.write(served.instance.system_context()) as desk:
        shelf = desk.records.create("shelf", {"name": "Upstairs", "floor": 2}).id
        for name, price, cost in (
            ("Ada", 20, 5),
            ("Bel", 60, 30),
            ("Cid", 80, 10),
            ("Dov", 90, 70),
        ):
            values = {"name": name, "price": price, "cost": cost, "shelf": shelf}
            desk.records.create("book", {**values, "bought": "2026-03-01"})
    return served


def enter(shop: Served, login: str, role: str) -> Browser:
    """Let somebody sign in and open a page, whose token his forms post."""
    browser = shop.signed_in(login, role)
    assert browser.get("/views").status_code == 200
    return browser


def titles(browser: Browser, url: str) -> list[str]:
    """Return the titles of the rows of a list."""
    page = browser.get(url)
    assert page.status_code == 200, page.text
    found = re.findall(r'<a class="cw-name" href="/card/book/[^"]*">(.*?)</a>', page.text)
    return [re.sub(r"<[^>]*>", "", each) for each in found]


def keep(browser: Browser, name: str, **fields: object) -> str:
    """Keep a list under a name; return the number of the view."""
    answer = browser.post("/list/book/views/new", {"name": name, **fields})
    assert answer.status_code == 303, answer.text
    found = _LINK.search(answer.headers["Location"])
    assert found is not None
    return found[1]


def test_a_list_is_kept_under_a_name_and_opened_again(shop: Served) -> None:
    ann = enter(shop, "ann", "keeper")
    form = ann.get("/list/book/views/new?where=price+%3E+50&sort=-price")
    assert 'name="where" value="price &gt; 50"' in form.text
    view = keep(ann, "Dear, dearest first", where="price > 50", sort="-price")
    assert titles(ann, f"/list/book?query={view}") == ["Dov", "Cid", "Bel"]
    page = ann.get(f"/list/book?query={view}").text
    assert 'aria-current="page">' in page
    assert "Dear, dearest first" in page
    assert "cw-dirty" not in page
    # Its condition is its chips: one is taken away, and nothing at all is said explicitly.
    assert f"query={view}&amp;where=true" in page
    assert len(titles(ann, f"/list/book?query={view}&where=true")) == 4
    assert "cw-dirty" in ann.get(f"/list/book?query={view}&where=true").text
    assert titles(enter(shop, "eve", "keeper"), f"/list/book?query={view}") != ["Dov", "Cid", "Bel"]


def test_a_name_is_needed_and_taken_once(shop: Served) -> None:
    bea = enter(shop, "bea", "keeper")
    for name in ("", "  ", "x" * 81):
        again = bea.post("/list/book/views/new", {"name": name, "where": "price > 1"})
        assert again.status_code == 422
        assert 'name="where" value="price &gt; 1"' in again.text
    keep(bea, "Mine")
    assert bea.post("/list/book/views/new", {"name": "Mine"}).status_code == 422
    assert bea.post("/list/book/views/new", {"name": "Y", "where": "prize > 1"}).status_code == 422


def test_a_packs_query_is_kept_with_what_was_added(shop: Served) -> None:
    cid = enter(shop, "cid", "keeper")
    view = keep(cid, "Good deals", query="dear", where="cost < 50")
    assert titles(cid, f"/list/book?query={view}") == ["Bel", "Cid"]
    page = cid.get(f"/list/book?query={view}").text
    assert re.findall(r'<th[^>]*data-path="(\w+)"', page) == ["name", "price", "cost"]


def test_changes_are_marked_saved_or_taken_back(shop: Served) -> None:
    dan = enter(shop, "dan", "keeper")
    view = keep(dan, "Some", where="price > 50")
    page = dan.get(f"/list/book?query={view}&where=price+%3E+70&size=20&mode=cards").text
    assert f'action="/views/{view}/save"' in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    saved = dan.post(
        f"/views/{view}/save",
        {"version": version[1], "where": "price > 70", "size": "20", "mode": "cards"},
    )
    assert saved.status_code == 303
    page = dan.get(f"/list/book?query={view}").text
    assert "cw-dirty" not in page
    assert 'class="cw-tile' in page
    assert titles(dan, f"/list/book?query={view}&mode=table") == ["Cid", "Dov"]


def test_columns_belong_to_ones_own_view_and_elsewhere_to_oneself(shop: Served) -> None:
    eli = enter(shop, "eli", "keeper")
    view = keep(eli, "Narrow", sort="-price")
    eli.post(
        "/list/book/columns", {"query": view, "columns": ["name", "cost"], "total.cost": "sum"}
    )
    heads = re.compile(r'<th[^>]*data-path="(\w+)"')
    assert heads.findall(eli.get(f"/list/book?query={view}").text) == ["name", "cost"]
    assert len(heads.findall(eli.get("/list/book").text)) == 4
    assert heads.findall(eli.get("/list/book?query=dear").text) == ["name", "price", "cost"]
    eli.post("/list/book/columns", {"query": "dear", "columns": ["name", "bought"]})
    assert heads.findall(eli.get("/list/book?query=dear").text) == ["name", "bought"]
    assert len(heads.findall(eli.get("/list/book").text)) == 4
    eli.post("/list/book/columns/change", {"query": view, "hide": "cost"})
    assert heads.findall(eli.get(f"/list/book?query={view}").text) == ["name"]
    eli.post("/list/book/columns/change", {"total": "price:max"})
    assert ">90<" in eli.get("/list/book").text.partition("<tfoot>")[2]
    eli.post("/list/book/columns/reset", {"query": "dear"})
    assert heads.findall(eli.get("/list/book?query=dear").text) == ["name", "price", "cost"]


def test_widths_are_kept_with_the_columns(shop: Served) -> None:
    fay = enter(shop, "fay", "keeper")
    fields = {"columns": ["name", "price"], "width.name": "40", "width.price": "9999"}
    assert fay.post("/list/book/columns", fields).status_code == 303
    page = fay.get("/list/book").text
    assert re.findall(r'<col width="(\d+)">', page) == ["320", "960"]
    assert 'class="cw-t cw-t-fixed"' in page
    assert ' width="1320"' in page
    fay.post("/list/book/columns", {"columns": ["name", "price", "cost"], "total.price": ""})
    assert re.findall(r'<col width="(\d+)">', fay.get("/list/book").text)[:2] == ["320", "960"]


def test_a_list_is_sorted_by_several_keys_with_their_numbers(shop: Served) -> None:
    gus = enter(shop, "gus", "keeper")
    page = gus.get("/list/book?sort=shelf,-price").text
    assert re.findall(r'<span class="cw-th-n">(\d)</span>', page) == ["2", "1"]
    assert "sort=shelf%2C-price%2Cbought" in page
    assert titles(gus, "/list/book?sort=shelf,-price")[0] == "Dov"


def test_two_who_change_one_view_lose_nothing(shop: Served) -> None:
    own, other = enter(shop, "hal", "boss"), enter(shop, "ida", "boss")
    view = keep(own, "Ours", where="price > 50", **{"with": ["all"]})
    page = other.get(f"/list/book?query={view}&where=price+%3E+70").text
    sent = dict(re.findall(r'name="(version|was\.\w+)" value="([^"]*)"', page))
    own.post(f"/views/{view}/save", {"version": sent["version"], "where": "price > 85"})
    asked = other.post(f"/views/{view}/save", {**sent, "where": "price > 70"})
    assert asked.status_code == 409
    assert "85" in asked.text
    assert "70" in asked.text
    assert titles(own, f"/list/book?query={view}") == ["Dov"]
    assert "/list/book/views/new?" in asked.text
    again = dict(re.findall(r'name="(version)" value="([^"]*)"', asked.text))
    mine = {**again, "where": "price > 70", "resolve.where": "mine"}
    assert other.post(f"/views/{view}/save", mine).status_code == 303
    assert titles(own, f"/list/book?query={view}") == ["Cid", "Dov"]
    # What only one of both has changed is nobody's question.
    page = other.get(f"/list/book?query={view}&sort=-price").text
    sent = dict(re.findall(r'name="(version|was\.\w+)" value="([^"]*)"', page))
    own.post(f"/views/{view}/save", {"version": sent["version"], "where": "price > 50"})
    assert other.post(f"/views/{view}/save", {**sent, "sort": "-price"}).status_code == 303
    assert titles(own, f"/list/book?query={view}") == ["Dov", "Cid", "Bel"]


def test_a_shared_view_widens_no_rights(shop: Served) -> None:
    jim, kay = enter(shop, "jim", "boss"), enter(shop, "kay", "visitor")
    open_ = keep(jim, "Open to all", where="price > 50", **{"with": ["all"]})
    hidden = keep(jim, "By what they cost", where="cost > 20", **{"with": ["role:visitor"]})
    fields = {"query": open_, "columns": ["name", "cost"], "total.cost": "sum"}
    jim.post("/list/book/columns", fields)
    page = kay.get(f"/list/book?query={open_}").text
    assert titles(kay, f"/list/book?query={open_}") == ["Bel", "Cid", "Dov"]
    assert "cost" not in page
    assert "By what they cost" not in page
    told = kay.get(f"/list/book?query={hidden}")
    assert told.status_code == 200
    assert titles(kay, f"/list/book?query={hidden}") == []
    assert "cost >" not in told.text
    assert not re.search(r"(>|&gt;|大于)\s*(<[^>]*>)*\s*20\b", told.text.partition("<main")[2])
    # Nobody who may not build queries shares, or changes what is shared.
    own = keep(kay, "Mine alone", **{"with": ["all"]})
    assert titles(jim, f"/list/book?query={own}") == titles(jim, "/list/book")
    assert kay.post(f"/views/{open_}/edit", {"name": "X", "version": "1"}).status_code == 403
    assert kay.post(f"/views/{open_}/delete").status_code == 403
    assert kay.post(f"/views/{int(own) + 99}/delete").status_code == 404


def test_who_sees_a_part_of_a_view_changes_none_of_it(shop: Served) -> None:
    oda, pam = enter(shop, "oda", "boss"), enter(shop, "pam", "lister")
    hidden = keep(oda, "Costly", where="cost > 20", **{"with": ["all"]})
    partly = keep(oda, "Partly", where="price > 20", sort="-cost", **{"with": ["all"]})
    for view in (hidden, partly):
        for path, fields in (("edit", {"name": "Mine now"}), ("save", {"sort": "name"})):
            answer = pam.post(f"/views/{view}/{path}", {**fields, "version": "1"})
            assert answer.status_code in (403, 422), (view, path)
        assert "cost" not in pam.get(f"/list/book?query={view}").text.partition("<main")[2]
    own = keep(pam, "As I see it", query=partly)
    assert titles(pam, f"/list/book?query={own}") == ["Bel", "Cid", "Dov"]
    open_ = keep(oda, "Open", where="price > 20", **{"with": ["all"]})
    changed = pam.post(f"/views/{open_}/edit", {"name": "Opened", "version": "1"})
    assert changed.status_code == 303
    assert "Opened" in oda.get("/list/book").text


def test_a_view_is_renamed_moved_ordered_deleted_and_taken_back(shop: Served) -> None:
    lea = enter(shop, "lea", "boss")
    first, second = keep(lea, "One", folder="Daily"), keep(lea, "Two", folder="Daily")
    page = lea.get("/views").text
    assert page.index(">One<") < page.index(">Two<")
    assert "Daily" in page
    assert lea.post(f"/views/{second}/move", {"to": "up"}).status_code == 303
    page = lea.get("/views").text
    assert page.index(">Two<") < page.index(">One<")
    form = lea.get(f"/views/{first}/edit").text
    fields = dict(re.findall(r'name="(version)" value="(\d+)"', form))
    changed = lea.post(f"/views/{first}/edit", {**fields, "name": "Uno", "folder": "Weekly"})
    assert changed.status_code == 303
    stale = lea.post(f"/views/{first}/edit", {**fields, "name": "Ein", "folder": "Monthly"})
    assert stale.status_code == 409
    assert 'value="Ein"' in stale.text
    assert "Uno" in stale.text
    gone = lea.post(f"/views/{first}/delete", {"return": "/views"})
    assert gone.headers["Location"] == "/views"
    page = lea.get("/views").text
    assert f'action="/views/{first}/restore"' in page
    assert "Weekly" not in page
    assert lea.post(f"/views/{first}/restore").status_code == 303
    assert "Weekly" in lea.get("/views").text


def test_what_was_retired_is_left_out_and_said(shop: Served) -> None:
    max_ = enter(shop, "max", "keeper")
    view = keep(max_, "Of old", where="price > 50 and cost < 50")
    fields = {"query": view, "columns": ["name", "cost", "price"], "total.cost": "sum"}
    max_.post("/list/book/columns", fields)
    with shop.instance.store.write(shop.instance.system_context()) as session:
        body = {
            "where": "price > 50 and weight < 50",
            "columns": [{"path": "name"}, {"path": "weight"}, {"path": "price"}],
            "sort": ["weight", "-price"],
        }
        session.execute(update(cw_view).where(cw_view.c.id == int(view)).values(body=body))
    page = max_.get(f"/list/book?query={view}")
    assert page.status_code == 200
    assert titles(max_, f"/list/book?query={view}") == []
    assert "weight" in page.text
    assert "cw-chip-wrong" in page.text
    mended = re.search(r'href="([^"]*where=%28price[^"]*)"', page.text)
    assert mended is not None
    assert titles(max_, mended[1].replace("&amp;", "&")) == ["Dov", "Cid", "Bel"]
    assert "weight" in max_.get("/views").text


def test_a_list_in_a_view_takes_a_constant_number_of_statements(shop: Served) -> None:
    nan = enter(shop, "nan", "keeper")
    one = keep(nan, "View 0", where="price > 50")
    counted = [_statements(shop, nan, f"/list/book?query={one}")]
    for number in range(1, 12):
        keep(nan, f"View {number}", where=f"price > {number}", sort="-price")
    counted.append(_statements(shop, nan, f"/list/book?query={one}"))
    assert counted[0] == counted[1] <= 12


def _statements(shop: Served, browser: Browser, url: str) -> int:
    sent: list[str] = []
    engine = shop.instance.store.engine

    def note(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    browser.get(url)
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert browser.get(url).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len([each for each in sent if not each.lower().startswith(("begin", "pragma"))])
