"""Import and export as somebody does them who has never seen the product."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import expect
from screens.marks import apart, on_desks
from screens.screen import Screen


@apart
def test_a_chinese_table_is_mapped_tried_imported_and_taken_back(
    screen: Screen, tmp_path: Path
) -> None:
    word = screen.say("导入中文", "导入英文")
    table = tmp_path / "客户.csv"
    table.write_text(
        "客户名称,电话,地区,年收入,没见过的列\n"
        f"{word}电气有限公司,0512-66667777,锡山区,1000,x\n"
        f"{word}机械有限公司,0510-85551234,,2500.5,y\n"
        f"{word}坏行公司,abc def,没有的地区,xx,z\n",
        encoding="gb18030",
    )
    screen.open("/import/customer")
    screen.page.locator("input[type=file]").set_input_files(table)
    screen.button("读取文件", "Read the file").click()
    expect(screen.page.locator("[name='column.0'], [name='column.1']").first).to_have_value("name")
    screen.button("试运行", "Dry run").click()
    counts = screen.page.locator(".cw-counts")
    expect(counts).to_be_visible()
    expect(screen.page.locator(".cw-msgs")).to_contain_text("没有的地区")
    assert screen.rows_elsewhere(f"/list/customer?q={word}") == 0
    screen.page.locator("main .btn-primary:visible").click()
    done = screen.page.get_by_text(screen.say("导入完成", "Imported"))
    expect(done.first).to_be_visible()
    assert screen.rows_elsewhere(f"/list/customer?q={word}") == 2
    screen.button("撤销这次导入", "Undo this import").click()
    screen.page.get_by_role("alertdialog").get_by_role("button").first.click()
    expect(screen.toast()).to_contain_text("2")
    assert screen.rows_elsewhere(f"/list/customer?q={word}") == 0


@on_desks
def test_a_list_is_exported_as_it_is_shown(screen: Screen) -> None:
    screen.open("/list/customer?query=key_accounts")
    count = int(screen.page.locator("#cw-count").inner_text())
    name = screen.rows().first.locator(".cw-name").inner_text()
    with screen.page.expect_download() as coming:
        screen.page.locator(".cw-qbar").get_by_role("button", name="Excel").click()
    sheet = load_workbook(BytesIO(Path(coming.value.path()).read_bytes())).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == count + 1
    assert name in [row[0] for row in rows]
    assert screen.say("客户名称", "Name") in rows[0]
