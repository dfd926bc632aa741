"""A workbook becomes an object: its columns are proposed as fields, then its rows are imported."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import Browser, Served, serve

from cardwright_metadata.pack_folders import bundled_packs

BOOK = "/studio/workbook"
DRAFT = "/studio/draft"


@pytest.fixture
def served(tmp_path: Path, store_url: str) -> Iterator[Served]:
    packs = bundled_packs()
    served = serve(store_url, tmp_path, packs["base"], packs["crm"])
    yield served
    served.instance.close()


@pytest.fixture
def boss(served: Served) -> Browser:
    browser = served.signed_in("boss", "admin")
    browser.get("/")
    browser.post("/preferences", {"language": "zh"})
    return browser


def visits() -> str:
    """Return visits as somebody keeps them in a file."""
    states = ("已完成", "计划中", "已取消")
    lines = ["登记日期,事由,客户名称,状态,费用金额,人数,联系电话,是否回访"]
    lines += [
        f"2026-05-{day:02},第 {day} 次拜访,苏州精科,{states[day % 3]},"
        f"{day}.50,{day},1380013{day:04},是"
        for day in range(1, 21)
    ]
    return "\n".join(lines) + "\n"


def bring(browser: Browser, text: str, name: str = "拜访登记.csv") -> str:
    browser.get("/studio/new-object")
    answer = browser.post(BOOK, {"file": (io.BytesIO(text.encode()), name)})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def proposed(page: str) -> dict[str, tuple[str, str]]:
    """Return the fields that the form proposes: label → type and choices."""
    found: dict[str, tuple[str, str]] = {}
    for row in re.findall(r'<div class="cw-studio-row".*?</div>', page, re.S):
        label = re.search(r'\.label" value="([^"]*)"', row)
        kind = re.search(r"data-type>.*?value=\"(\w+)\" selected", row, re.S)
        choices = re.search(r'\.choices" value="([^"]*)"', row)
        if label is not None and label[1]:
            found[html.unescape(label[1])] = (
                kind[1] if kind is not None else "title",
                choices[1] if choices is not None else "",
            )
    return found


def test_columns_become_fields_of_the_types_that_they_probably_are(boss: Browser) -> None:
    boss.get("/new/customer")
    boss.post("/new/customer", {"name": "苏州精科", "kind": "direct", "status": "intended"})
    page = boss.get(bring(boss, visits())).text
    assert 'value="拜访登记"' in page
    assert proposed(page) == {
        "事由": ("title", ""),
        "登记日期": ("date", ""),
        "客户名称": ("link", ""),
        "状态": ("picklist", "计划中、已取消、已完成"),
        "费用金额": ("money", ""),
        "人数": ("integer", ""),
        "联系电话": ("phone", ""),
        "是否回访": ("boolean", ""),
    }
    assert "已读取 20 行、8 列" in page


def test_the_rows_are_imported_after_the_object_is_there(boss: Browser) -> None:
    place = bring(boss, "编号,内容\nA1,泵漏水\nA2,电机异响\n", "报修.csv")
    page = boss.get(place).text
    file = re.search(r'name="file" value="(\d+)"', page)
    assert file is not None
    fields = {"object_zh": "报修", "file": file[1], "key": ["1", "2"], "1.label": "编号"}
    fields |= {"2.label": "内容", "2.type": "text"}
    assert boss.post("/studio/new-object", fields).location == DRAFT
    plan = re.search(r'name="plan" value="([^"]+)"', boss.get(DRAFT).text)
    assert plan is not None
    importing = boss.post(f"{DRAFT}/apply", {"plan": plan[1]}).location
    assert importing == f"/import/x_baoxiu/{file[1]}"
    mapping = boss.get(str(importing)).text
    assert re.search(r'name="column\.0".*?value="name" selected', mapping, re.S)
    assert re.search(r'name="column\.1".*?value="neirong" selected', mapping, re.S)


def test_what_is_no_table_is_told(boss: Browser) -> None:
    boss.get("/studio/new-object")
    for content, name in ((b"", "leer.csv"), (b"\x89PNG\r\n\x1a\n\x00\x00", "bild.xlsx")):
        answer = boss.post(BOOK, {"file": (io.BytesIO(content), name)})
        assert (answer.status_code, answer.location) == (303, "/studio/new-object")
        assert "cw-toast" in boss.get("/studio/new-object").text
    assert boss.post(BOOK).location == "/studio/new-object"
