"""One field is changed where it stands: alone, with its checks, and never over somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import Browser, Program, Served, serve

from cardwright_metadata.pack_folders import bundled_packs

JSON = "application/json, text/html"


@pytest.fixture
def company(tmp_path: Path, store_url: str) -> Iterator[Served]:
    packs = bundled_packs()
    served = serve(store_url, tmp_path, packs["base"], packs["crm"])
    yield served
    served.instance.close()


@pytest.fixture
def boss(company: Served) -> Browser:
    browser = company.signed_in("boss", "admin")
    browser.get("/")
    browser.post("/preferences", {"language": "en"})
    return browser


@pytest.fixture
def card(boss: Browser) -> str:
    boss.get("/new/customer")
    fields = {"name": "Suzhou Jingke", "kind": "direct", "status": "intended", "club": "Gold"}
    return str(boss.post("/new/customer", fields).location)


def version_of(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None, page
    return found[1]


def test_the_card_leads_to_the_form_of_each_field(boss: Browser, card: str) -> None:
    page = boss.get(card).text
    assert f'data-place="{card}/field/club"' in page
    assert f'data-place="{card}/field/created_at"' not in page
    form = boss.get(f"{card}/field/club").text
    assert re.findall(r'data-field="(\w+)"', form) == ["club"]
    assert 'value="Gold"' in form


def test_a_field_is_saved_alone_and_taken_back(boss: Browser, card: str) -> None:
    place = f"{card}/field/club"
    version = version_of(boss.get(place).text)
    fields = {"club": "Silver", "name": "Not asked", "version": version}
    answer = boss.post(place, fields, Accept=JSON)
    assert answer.status_code == 200
    assert answer.get_json() == {"url": card}
    page = boss.get(card).text
    assert "Silver" in page
    assert "Not asked" not in page
    undo = re.search(r'action="(/change-sets/\d+/undo)"', page)
    assert undo is not None
    boss.post(undo[1])
    assert "Gold" in boss.get(card).text


def test_without_a_script_it_leads_back_to_the_card(boss: Browser, card: str) -> None:
    place = f"{card}/field/club"
    version = version_of(boss.get(place).text)
    answer = boss.post(place, {"club": "Silver", "version": version})
    assert (answer.status_code, answer.location) == (303, card)


def test_what_is_wrong_stands_beside_it_and_what_was_typed_stays(boss: Browser, card: str) -> None:
    place = f"{card}/field/email"
    version = version_of(boss.get(place).text)
    answer = boss.post(place, {"email": "no address", "version": version}, Accept=JSON)
    assert answer.status_code == 422
    assert 'value="no address"' in answer.text
    assert "cw-msg" in answer.text
    name = f"{card}/field/name"
    assert boss.post(name, {"name": "", "version": version}, Accept=JSON).status_code == 422


def test_who_changed_it_meanwhile_is_told_and_nothing_is_lost(
    company: Served, boss: Browser, card: str
) -> None:
    place = f"{card}/field/club"
    version = version_of(boss.get(place).text)
    other = company.signed_in("wang", "admin")
    other.get(card)
    assert other.post(place, {"club": "Bronze", "version": version}).status_code == 303
    clash = boss.post(place, {"club": "Silver", "version": version}, Accept=JSON)
    assert clash.status_code == 409
    assert "Wang has changed this to “Bronze” meanwhile, " in clash.text
    assert 'value="Silver"' in clash.text
    newest = version_of(clash.text)
    assert boss.post(place, {"club": "Silver", "version": newest}, Accept=JSON).status_code == 200
    assert "Silver" in boss.get(card).text


def test_another_field_that_was_changed_meanwhile_stays(
    company: Served, boss: Browser, card: str
) -> None:
    place = f"{card}/field/club"
    version = version_of(boss.get(place).text)
    other = company.signed_in("wang", "admin")
    other.get(card)
    other.post(f"{card}/field/short_name", {"short_name": "Jingke", "version": version})
    assert boss.post(place, {"club": "Silver", "version": version}, Accept=JSON).status_code == 200
    page = boss.get(card).text
    assert "Silver" in page
    assert "Jingke" in page


def test_only_what_one_may_write_has_a_form(company: Served, boss: Browser, card: str) -> None:
    for field in ("created_at", "code", "nothing", "addresses"):
        assert boss.get(f"{card}/field/{field}").status_code == 404, field
        assert boss.post(f"{card}/field/{field}", {field: "x"}).status_code == 404, field
    stranger = company.signed_in("stranger")
    stranger.get("/")
    assert stranger.get(f"{card}/field/club").status_code == 404
    assert stranger.post(f"{card}/field/club", {"club": "X", "version": "1"}).status_code == 404
    reader = company.signed_in("reader", "director")
    reader.get("/")
    assert reader.get(f"{card}/field/club").status_code == 403
    assert reader.post(f"{card}/field/club", {"club": "X", "version": "1"}).status_code == 403
    program = Program(company, "admin")
    assert program.get(f"/records/customer/{card.rpartition('/')[2]}").get_json()["club"] == "Gold"
