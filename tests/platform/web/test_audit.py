"""The audit log: everybody's deeds stand in it, and nobody sees a value that he may not read."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from serving import PACKS, Program, Served, serve

ROLES = """\
kind: role
name: inspector
label: {zh: 审计员, en: Inspector}
features: [see_logs]
---
kind: role
name: reading_inspector
label: {zh: 审计员, en: Inspector}
features: [see_logs]
grants: {visit: read}
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("office")
    pack = folder / "inspection"
    pack.mkdir()
    head = "kind: pack\nname: inspection\nlabel: {zh: 审计, en: Inspection}\nlanguage: 1\n---\n"
    (pack / "pack.yaml").write_text(head + ROLES, "utf-8")
    served = serve("", folder, PACKS / "letters", pack)
    with served.instance.engine.write(served.instance.system_context()) as desk:
        saved = desk.records.create("visit", {"name": "Anna Secret"})
        desk.records.update("visit", saved.id, {"name": "Berta Secret"}, saved.version)
    yield served
    served.instance.close()


def test_deeds_stand_in_the_log_with_the_way_to_each(office: Served) -> None:
    page = office.signed_in("ina", "inspector").get("/audit").text
    for words in ("signed in", "account made", "definitions changed", "created", "edited"):
        assert words in page
    assert 'href="/audit?area=signing"' in page
    assert 'href="/audit"' in office.signed_in("ina2", "inspector").get("/").text


def test_a_row_shows_values_only_to_who_may_read_them(office: Served) -> None:
    row = "/audit/" + last(office, "update")
    assert (
        "Anna Secret → Berta Secret" in office.signed_in("rea", "reading_inspector").get(row).text
    )
    page = office.signed_in("inb", "inspector").get(row).text
    assert "Secret" not in page
    assert "1 changes of records that you may not read" in page


def test_what_is_asked_for_narrows_and_pages(office: Served) -> None:
    browser = office.signed_in("inc", "inspector")
    assert "definitions changed" not in list_of(browser.get("/audit?area=signing").text)
    assert "signed in" in list_of(browser.get("/audit?kind=signed_in&text=INC").text)
    assert "Nothing in the log is like that" in browser.get("/audit?text=nobody%20at%20all").text
    assert "Nothing in the log is like that" in browser.get("/audit?until=2001-01-01").text
    assert "signed in" in list_of(browser.get("/audit?since=2001-01-01&kind=signed_in").text)
    assert browser.get("/audit?since=x&record=y&area=z&before=-1").status_code == 200


def test_a_refused_sign_in_keeps_what_was_tried(office: Served) -> None:
    stranger = office.browser()
    assert stranger.sign_in("mallory", "wrong wrong wrong").status_code == 422
    page = office.signed_in("ind", "inspector").get("/audit?kind=sign_in_refused").text
    assert "mallory" in page
    assert "wrong wrong" not in page


def test_a_file_of_the_log_is_a_deed_itself(office: Served) -> None:
    browser = office.signed_in("ine", "inspector")
    browser.get("/audit")
    answer = browser.post("/audit/export", {"kind": "signed_in"})
    lines = answer.text.splitlines()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit.csv"'
    assert all("signed in" in line for line in lines[1:])
    assert len(lines) > 1
    assert "log exported" in browser.get("/audit?area=taking").text


def test_who_is_there_is_listed_and_may_be_signed_out(office: Served) -> None:
    guest, browser = office.signed_in("guest"), office.signed_in("inf", "inspector")
    page = browser.get("/audit/online").text
    entry = page[page.index(">guest<") :] if ">guest<" in page else page
    session = re.search(r'name="session" value="([^"]+)"', entry)
    assert session is not None
    assert guest.get("/account").status_code == 200
    assert browser.post("/audit/online/end", {"session": "unknown"}).status_code == 404
    for each in re.findall(r'name="session" value="([^"]+)"', page):
        assert browser.post("/audit/online/end", {"session": each}).status_code == 303
    assert guest.get("/account").status_code == 303
    assert "session closed" in browser.get("/audit?area=signing").text


def test_who_may_not_look_sees_nothing_of_it(office: Served) -> None:
    browser = office.signed_in("eve")
    assert 'href="/audit"' not in browser.get("/").text
    for page in ("/audit", "/audit/1", "/audit/online"):
        assert browser.get(page).status_code == 403
    assert browser.post("/audit/export", {}).status_code == 403
    assert browser.post("/audit/online/end", {"session": "x"}).status_code == 403
    assert Program(office, login="eve2").get("/audit").status_code == 403
    assert office.signed_in("ing", "inspector").get("/audit/999999").status_code == 404


def test_programs_read_the_log_page_by_page(office: Served) -> None:
    program = Program(office, "inspector", login="prog")
    first = program.get("/audit?limit=2").get_json()
    second = program.get(f"/audit?limit=2&before={first['next']}").get_json()
    assert [each["id"] for each in first["items"]] > [each["id"] for each in second["items"]]
    found = program.get("/audit?kind=create&entity=visit").get_json()["items"]
    assert [(each["entity"], each["records"]) for each in found] == [("visit", 1)]
    assert program.get("/audit?since=yesterday").status_code == 400
    assert program.get("/audit?limit=0").status_code == 400


def last(office: Served, kind: str) -> str:
    found = Program(office, "inspector", login=f"last_{kind}").get(f"/audit?kind={kind}").get_json()
    return str(next(each["id"] for each in found["items"] if each["entity"] == "visit"))


def list_of(page: str) -> str:
    return page[page.index('class="cw-jobs"') :]
