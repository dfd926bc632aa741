"""What was shaped on screen goes to another installation as a pack, under names of its own."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from serving import Browser, Served, serve

from cardwright_metadata.pack_folders import bundled_packs

EXPORT = "/studio/export"


@pytest.fixture
def boss(tmp_path: Path, store_url: str) -> Iterator[Browser]:
    packs = bundled_packs()
    served: Served = serve(store_url, tmp_path, packs["base"], packs["crm"])
    browser = served.signed_in("boss", "admin")
    browser.get("/")
    browser.post("/preferences", {"language": "zh"})
    yield browser
    served.instance.close()


def shape(browser: Browser) -> None:
    """Add an object that points to customers, and a field to customers."""
    browser.get("/studio")
    fields = {"object_zh": "投诉", "key": ["1", "2"], "1.label": "主题", "2.label": "客户"}
    fields |= {"2.type": "link", "2.to": "customer"}
    assert browser.post("/studio/new-object", fields).status_code == 303
    field = {"label_zh": "渠道", "type": "picklist", "choices": "直销\n代理", "place": "-"}
    assert browser.post("/studio/objects/customer/new-field", field).status_code == 303
    plan = re.search(r'name="plan" value="([^"]+)"', browser.get("/studio/draft").text)
    assert plan is not None
    assert browser.post("/studio/draft/apply", {"plan": plan[1]}).status_code == 303


def test_it_is_a_pack_that_another_installation_works_with(boss: Browser, tmp_path: Path) -> None:
    shape(boss)
    boss.get(EXPORT)
    wish = {"prefix": "acme", "pack_label": "投诉管理", "version": "1.2"}
    answer = boss.post(EXPORT, wish)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"] == 'attachment; filename="acme_shaped-1.2.zip"'
    folder = tmp_path / "acme_shaped"
    with ZipFile(io.BytesIO(answer.data)) as archive:
        archive.extractall(folder)
    texts = "".join(each.read_text(encoding="utf-8") for each in folder.rglob("*.yaml"))
    assert "x_" not in texts
    packs = bundled_packs()
    (tmp_path / "other").mkdir()
    other = serve("", tmp_path / "other", packs["base"], packs["crm"], folder)
    try:
        browser = other.signed_in("ann", "admin")
        assert browser.get("/list/acme_tousu").status_code == 200
        form = browser.get("/new/customer").text
        assert "acme_qudao" in form
        assert re.findall(r'<option value="(zhixiao|daili)"', form) == ["zhixiao", "daili"]
    finally:
        other.instance.close()


def test_a_bad_prefix_and_nothing_at_all_are_told(boss: Browser) -> None:
    boss.get(EXPORT)
    assert "还没有任何定制" in boss.post(EXPORT, {"prefix": "acme"}).text
    for prefix in ("", "x", "Acme", "1a", "a" * 13):
        answer = boss.post(EXPORT, {"prefix": prefix, "pack_label": "投诉管理"})
        assert answer.status_code == 422
        assert "以字母开头" in answer.text
        assert 'value="投诉管理"' in answer.text
