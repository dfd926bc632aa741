"""A new object made on screen has a list, cards, a place in the menu, and a tab elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import Browser, Served, serve

from cardwright_metadata.pack_folders import bundled_packs

NEW = "/studio/new-object"
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


def complaint(**more: object) -> dict[str, object]:
    """Return what is typed of complaints: a title, the customer, a state, a day."""
    fields: dict[str, object] = {"object_zh": "客户投诉", "menu": "customers"}
    fields["key"] = ["1", "2", "3", "4", "5"]
    rows = [("主题", "text"), ("客户", "link"), ("处理状态", "picklist"), ("投诉日期", "date")]
    for number, (label, type_) in enumerate(rows, 1):
        fields |= {f"{number}.label": label, f"{number}.type": type_}
    fields |= {"2.to": "customer", "2.required": "true", "3.choices": "待处理、处理中，已解决"}
    return {**fields, **more}


def put_into_effect(browser: Browser) -> str:
    found = re.search(r'name="plan" value="([^"]+)"', browser.get(DRAFT).text)
    assert found is not None, browser.get(DRAFT).text
    answer = browser.post(f"{DRAFT}/apply", {"plan": found[1]})
    assert answer.status_code == 303
    return str(answer.location)


def test_an_object_is_made_and_its_records_stand_on_the_card_of_the_customer(
    boss: Browser,
) -> None:
    boss.get("/new/customer")
    saved = boss.post("/new/customer", {"name": "苏州精科", "kind": "direct", "status": "intended"})
    card = str(saved.location)
    boss.get(NEW)
    answer = boss.post(NEW, complaint())
    assert (answer.status_code, answer.location) == (303, DRAFT), answer.text
    assert "新建业务对象“客户投诉”" in boss.get(DRAFT).text
    place = put_into_effect(boss)
    assert place == "/list/x_kehutousu"
    page = boss.get(place).text
    assert f'href="{place}"' in page  # in the menu
    boss.get("/new/x_kehutousu")
    customer = card.rpartition("/")[2]
    fields = {"name": "阀门渗漏", "kehu": customer, "chulizhuangtai": "chulizhong"}
    refused = boss.post("/new/x_kehutousu", {**fields, "kehu": ""})
    assert refused.status_code == 422  # the customer must be there
    made = boss.post("/new/x_kehutousu", fields)
    assert made.status_code == 303, made.text
    shown = boss.get(str(made.location)).text
    assert "阀门渗漏" in shown
    assert "处理中" in shown
    tab = boss.get(f"{card}?tab=x_kehutousu").text
    assert "客户投诉" in tab
    assert "阀门渗漏" in tab


def test_what_is_wrong_is_told_at_its_row_and_all_of_it_stays(boss: Browser) -> None:
    boss.get(NEW)
    for more, said in (
        ({"object_zh": ""}, "缺少名称"),
        ({"2.to": ""}, "未选择关联的业务对象"),
        ({"3.choices": " ，"}, "每行写一个选项"),
        ({"4.type": "magic"}, "未选择类型"),
    ):
        answer = boss.post(NEW, complaint(**more))
        assert answer.status_code == 422, more
        assert said in answer.text
        assert 'value="投诉日期"' in answer.text
    assert "草稿是空的" in boss.get(DRAFT).text


def test_two_objects_of_one_name_are_two(boss: Browser) -> None:
    boss.get(NEW)
    bare = {"object_zh": "巡检", "key": ["1"], "1.label": "名称"}
    for _ in range(2):
        assert boss.post(NEW, bare).location == DRAFT
    put_into_effect(boss)
    assert boss.get("/list/x_xunjian").status_code == 200
    assert boss.get("/list/x_xunjian_2").status_code == 200
