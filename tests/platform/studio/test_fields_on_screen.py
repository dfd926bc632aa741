"""A field is added on screen, seen on the card, changed, taken out of use and brought back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import Browser, Served, serve

from cardwright_metadata.pack_folders import bundled_packs

NEW = "/studio/objects/customer/new-field"
DRAFT = "/studio/draft"


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
    assert browser.post("/preferences", {"language": "zh"}).status_code == 303
    return browser


def wish(**more: object) -> dict[str, object]:
    return {"label_zh": "首次成交日", "type": "date", "required": "false", "place": "-", **more}


def plan_of(browser: Browser) -> str:
    found = re.search(r'name="plan" value="([^"]+)"', browser.get(DRAFT).text)
    assert found is not None, browser.get(DRAFT).text
    return found[1]


def put_into_effect(browser: Browser) -> str:
    answer = browser.post(f"{DRAFT}/apply", {"plan": plan_of(browser)})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_field_is_added_and_stands_on_the_card(company: Served, boss: Browser) -> None:
    boss.get("/new/customer")
    saved = boss.post("/new/customer", {"name": "苏州精科", "kind": "direct", "status": "intended"})
    card = str(saved.location)
    assert f"{NEW}?back=" in boss.get(card).text
    boss.get(NEW)
    answer = boss.post(NEW, wish(back=card, help="第一张订单的日期", place="main/basics/name"))
    assert (answer.status_code, answer.location) == (303, DRAFT), answer.text
    draft = boss.get(DRAFT).text
    assert "客户：新增字段“首次成交日”" in draft
    assert "首次成交日" not in boss.get(card).text
    assert put_into_effect(boss) == card
    shown = boss.get(card).text
    assert "首次成交日" in shown
    form = boss.get(f"/edit{card.removeprefix('/card')}").text
    assert "第一张订单的日期" in form
    names = re.findall(r'data-field="([a-z_]+)"', form)
    added = "x_shoucichengjiaori"
    assert names[names.index("name") + 1] == added
    record = card.rpartition("/")[2]
    version = re.search(r'name="version" value="(\d+)"', form)
    assert version is not None
    changed = {"name": "苏州精科", "kind": "direct", "status": "intended", added: "2026-05-01"}
    assert (
        boss.post(f"/edit/customer/{record}", {**changed, "version": version[1]}).status_code == 303
    )
    assert "2026" in boss.get(card).text


def test_what_is_wrong_stands_beside_its_input_and_nothing_is_lost(boss: Browser) -> None:
    boss.get(NEW)
    for fields, said in (
        (wish(label_zh=" ", help="谁填"), "缺少名称"),
        (wish(type="magic", help="谁填"), "未选择类型"),
        (wish(type="picklist", help="谁填"), "每行写一个选项"),
        (wish(type="link", to="nothing", help="谁填"), "未选择关联的业务对象"),
    ):
        answer = boss.post(NEW, fields)
        assert answer.status_code == 422, fields
        assert said in answer.text
        assert 'value="谁填"' in answer.text
    assert "草稿是空的" in boss.get(DRAFT).text


def test_several_fields_wait_and_one_is_taken_out(boss: Browser) -> None:
    boss.get(NEW)
    assert boss.post(NEW, wish(then="new")).location.startswith(NEW)
    assert (
        boss.post(NEW, wish(type="picklist", label_zh="渠道", choices="直销\n代理\n直销")).location
        == DRAFT
    )
    assert boss.post(NEW, wish(type="text")).location == DRAFT  # called like the first one
    page = boss.get(DRAFT).text
    assert "草稿，3 处改动" in page
    assert boss.post(f"{DRAFT}/0/remove").status_code == 303
    assert "草稿，2 处改动" in boss.get(DRAFT).text
    put_into_effect(boss)
    fields = boss.get("/studio/objects/customer").text
    assert "x_qudao" in fields
    assert "x_shoucichengjiaori_2" in fields
    choices = re.findall(r'<option value="(zhixiao|daili)"', boss.get("/new/customer").text)
    assert choices == ["zhixiao", "daili"]


def test_records_stand_against_a_field_that_must_be_filled_in(boss: Browser) -> None:
    boss.get("/new/customer")
    boss.post("/new/customer", {"name": "无锡恒通", "kind": "direct", "status": "intended"})
    boss.get(NEW)
    boss.post(NEW, wish(type="text", label_zh="渠道"))
    put_into_effect(boss)
    place = "/studio/objects/customer/fields/x_qudao"
    boss.get(place)
    boss.post(place, {"label_zh": "渠道", "label_en": "渠道", "required": "true", "place": "-"})
    page = boss.get(DRAFT).text
    assert "无锡恒通" in page
    assert 'action="/studio/draft/apply"' not in page
    assert boss.post(f"{DRAFT}/check", {"accept": "required"}).status_code == 303
    put_into_effect(boss)
    assert "必填" in boss.get("/studio/objects/customer").text


def test_a_field_goes_out_of_use_and_comes_back(boss: Browser) -> None:
    place = "/studio/objects/customer/fields/club"
    assert "俱乐部" in boss.get("/new/customer").text
    boss.get(place)
    for way, seen in (("retire", False), ("back", True)):
        assert boss.post(place, {"then": way}).location == DRAFT
        put_into_effect(boss)
        assert ("俱乐部" in boss.get("/new/customer").text) == seen


def test_a_change_is_taken_back(boss: Browser) -> None:
    boss.get(NEW)
    boss.post(NEW, wish())
    put_into_effect(boss)
    assert "首次成交日" in boss.get("/new/customer").text
    found = re.search(r'href="/changes/(\d+)"', boss.get("/changes").text)
    assert found is not None
    plan = boss.post(f"/changes/{found[1]}/revert").location
    boss.get(plan)
    assert boss.post(f"{plan}/apply").status_code == 303
    assert "首次成交日" not in boss.get("/new/customer").text


def test_a_draft_is_discarded_or_looked_at_again(company: Served, boss: Browser) -> None:
    boss.get(NEW)
    boss.post(NEW, wish())
    other = company.signed_in("other", "admin")
    other.get(NEW)
    assert "草稿是空的" not in boss.get(DRAFT).text
    other.post(NEW, wish(label_zh="渠道", type="text"))
    put_into_effect(other)
    moved = boss.get(DRAFT).text
    assert "此后有其他变更生效" in moved
    assert 'action="/studio/draft/apply"' not in moved
    boss.post(f"{DRAFT}/check")
    put_into_effect(boss)
    form = boss.get("/new/customer").text
    assert "首次成交日" in form
    assert "渠道" in form
    boss.get(NEW)
    boss.post(NEW, wish(label_zh="备用"))
    assert boss.post(f"{DRAFT}/discard").status_code == 303
    assert "草稿是空的" in boss.get(DRAFT).text


def test_who_may_not_define_finds_nothing_of_it(company: Served) -> None:
    browser = company.signed_in("seller", "sales")
    assert "/studio" not in browser.get("/list/customer").text
    for path in ("/studio", NEW, DRAFT, "/studio/lists", "/studio/objects/customer"):
        assert browser.get(path).status_code == 403, path
    assert browser.post(NEW, wish()).status_code == 403


def test_a_real_record_is_looked_at_before_anything_holds(boss: Browser) -> None:
    boss.get("/new/customer")
    fields = {"name": "苏州精科", "kind": "direct", "status": "intended", "credit_limit": "91827"}
    card = str(boss.post("/new/customer", fields).location)
    record = card.rpartition("/")[2]
    boss.get(NEW)
    boss.post(NEW, wish(back=card))
    preview = f"/studio/preview/customer?record={record}"
    assert preview in boss.get(DRAFT).text
    shown = boss.get(preview).text
    assert "首次成交日" in shown
    assert "苏州精科" in shown
    assert "91,827" in shown
    of_role = boss.get(f"{preview}&role=portal_contact").text
    assert "苏州精科" in of_role
    assert "91,827" not in of_role
    assert "首次成交日" not in of_role
    assert "首次成交日" not in boss.get(card).text
    assert boss.get("/studio/preview/nothing").status_code == 404
