"""Cards are arranged on screen: fields move, tabs change places, sections get other titles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import Browser, Served, serve

from cardwright_metadata.pack_folders import bundled_packs

PLACE = "/studio/objects/customer/card"
DRAFT = "/studio/draft"


@pytest.fixture
def boss(tmp_path: Path, store_url: str) -> Iterator[Browser]:
    packs = bundled_packs()
    served: Served = serve(store_url, tmp_path, packs["base"], packs["crm"])
    browser = served.signed_in("boss", "admin")
    browser.get("/")
    browser.post("/preferences", {"language": "zh"})
    yield browser
    served.instance.close()


def sent(page: str) -> dict[str, object]:
    """Return what the form sends as it stands there."""
    fields: dict[str, object] = {
        "tab": re.findall(r'name="tab" value="(\w+)"', page),
        "shown": re.findall(r'name="shown" value="(\w+)"(?: checked)?', page),
    }
    fields |= dict(re.findall(r'name="([\w./]+\.place|label\.[\w/]+)" value="([^"]*)"', page))
    for name, options in re.findall(r'<select name="(\w+\.section)".*?>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen is not None else ""
    return fields


def put_into_effect(browser: Browser) -> None:
    found = re.search(r'name="plan" value="([^"]+)"', browser.get(DRAFT).text)
    assert found is not None, browser.get(DRAFT).text
    assert browser.post(f"{DRAFT}/apply", {"plan": found[1]}).status_code == 303


def fields_of_form(browser: Browser, entity: str = "customer") -> list[str]:
    return re.findall(r'data-field="([a-z_]+)"', browser.get(f"/new/{entity}").text)


def test_the_layout_as_it_stands_changes_nothing(boss: Browser) -> None:
    answer = boss.post(PLACE, sent(boss.get(PLACE).text))
    assert (answer.status_code, answer.location) == (303, PLACE)
    assert "草稿是空的" in boss.get(DRAFT).text


def test_a_field_moves_to_another_place_and_section(boss: Browser) -> None:
    fields = sent(boss.get(PLACE).text)
    first = fields_of_form(boss)[0]
    target = fields["bank.section"]
    assert target != fields["short_name.section"]
    fields |= {"short_name.section": target, "short_name.place": "1", f"{first}.place": "99"}
    assert boss.post(PLACE, fields).location == DRAFT
    assert "客户：调整卡片" in boss.get(DRAFT).text
    put_into_effect(boss)
    after = fields_of_form(boss)
    assert after.count("short_name") == 1
    assert after[0] != first
    assert sent(boss.get(PLACE).text)["short_name.section"] == target


def test_tabs_change_places_and_one_is_hidden(boss: Browser) -> None:
    fields = sent(boss.get(PLACE).text)
    tabs, shown = fields["tab"], fields["shown"]
    assert isinstance(tabs, list)
    assert isinstance(shown, list)
    hidden, last = tabs[1], tabs[-1]
    fields["shown"] = [each for each in shown if each != hidden]
    fields[f"tab.{last}.place"] = "0"
    fields |= {f"tab.{each}.place": str(at + 2) for at, each in enumerate(tabs[:-1])}
    fields[f"tab.{last}.place"] = "1"
    boss.post(PLACE, fields)
    put_into_effect(boss)
    boss.get("/new/customer")
    card = boss.post(
        "/new/customer", {"name": "A", "kind": "direct", "status": "intended"}
    ).location
    page = boss.get(str(card)).text
    named = list(dict.fromkeys(re.findall(r"[?&;]tab=(\w+)", page)))
    assert hidden not in named
    assert named[0] == last


def test_a_card_that_nobody_made_is_arranged_and_keeps_its_lists(boss: Browser) -> None:
    boss.get("/studio")
    fields = {"object_zh": "巡检", "key": ["1", "2", "3"], "1.label": "名称", "2.label": "地点"}
    fields |= {"2.type": "text", "3.label": "结论", "3.type": "text"}
    boss.post("/studio/new-object", fields)
    put_into_effect(boss)
    assert fields_of_form(boss, "x_xunjian")[:3] == ["name", "didian", "jielun"]
    place = "/studio/objects/x_xunjian/card"
    layout = sent(boss.get(place).text) | {"jielun.place": "1", "name.place": "2"}
    layout["didian.place"] = "3"
    assert boss.post(place, layout).location == DRAFT
    put_into_effect(boss)
    assert fields_of_form(boss, "x_xunjian")[:3] == ["jielun", "name", "didian"]
    tabs = sent(boss.get(place).text)["tab"]
    assert tabs == layout["tab"]
