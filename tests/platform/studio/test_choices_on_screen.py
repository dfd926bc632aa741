"""Choices of a maintained list are added, renamed, ordered and taken out of use on screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import Browser, Served, serve

from cardwright_metadata.pack_folders import bundled_packs

LIST = "/studio/lists/customer_level"
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


def rows_of(page: str) -> dict[str, object]:
    """Return what the form holds as it stands there."""
    fields: dict[str, object] = {"key": re.findall(r'name="key" value="(\d+)"', page)}
    for name, value in re.findall(r'name="(\d+\.(?:code|zh|en|place))" value="([^"]*)"', page):
        fields[name] = value
    for row in re.findall(r"<tr.*?</tr>", page, re.S):
        chosen = re.search(r'name="(\d+\.colour)".*?value="(\w*)" selected', row, re.S)
        if chosen is not None:
            fields[chosen[1]] = chosen[2]
    return fields


def put_into_effect(browser: Browser) -> None:
    found = re.search(r'name="plan" value="([^"]+)"', browser.get(DRAFT).text)
    assert found is not None, browser.get(DRAFT).text
    assert browser.post(f"{DRAFT}/apply", {"plan": found[1]}).status_code == 303


def offered(browser: Browser) -> list[str]:
    form = browser.get("/new/customer").text
    select = re.search(r'<select[^>]*name="level".*?</select>', form, re.S)
    assert select is not None
    return re.findall(r'<option value="(\w+)"', select[0])


def test_the_form_as_it_stands_changes_nothing(boss: Browser) -> None:
    fields = rows_of(boss.get(LIST).text)
    answer = boss.post(LIST, fields)
    assert (answer.status_code, answer.location) == (303, LIST)
    assert "草稿是空的" in boss.get(DRAFT).text


def test_choices_are_added_renamed_ordered_and_retired(boss: Browser) -> None:
    before = offered(boss)
    fields = rows_of(boss.get(LIST).text)
    keys = fields["key"]
    assert isinstance(keys, list)
    last, new = keys[len(before) - 1], keys[len(before)]
    fields |= {
        f"{new}.zh": "战略客户",
        f"{new}.place": "1",
        "1.place": "2",
        f"{last}.retired": "true",
    }
    assert boss.post(LIST, fields).location == DRAFT
    assert "修改选项" in boss.get(DRAFT).text
    put_into_effect(boss)
    after = offered(boss)
    assert set(after) == {*before[:-1], "zhanlvekehu"}
    assert after[0] == "zhanlvekehu"


def test_a_choice_without_a_name_is_told_at_its_row(boss: Browser) -> None:
    fields = rows_of(boss.get(LIST).text) | {"1.zh": "", "1.en": "", "2.zh": "改过的"}
    answer = boss.post(LIST, fields)
    assert answer.status_code == 422
    assert "缺少名称" in answer.text
    assert 'value="改过的"' in answer.text


def test_the_list_of_roles_is_not_changed_here(boss: Browser) -> None:
    assert boss.get("/studio/lists/user_role").status_code == 404
    assert "user_role" not in boss.get("/studio/lists").text
