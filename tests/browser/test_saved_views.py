"""Views of lists: kept from the dialog, changed, and columns made wider by hand and by key."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from screens.marks import apart, on_desks
from screens.screen import Screen


@apart
def test_a_list_is_kept_changed_saved_and_found_by_the_command_bar(screen: Screen) -> None:
    name = screen.fresh("重点", "Key")
    screen.open("/list/customer?where=level%20%3D%20'A'")
    count = screen.page.locator("#cw-count").inner_text()
    screen.page.locator(".cw-tabs").get_by_role(
        "link", name=screen.say("另存为视图", "Save as view")
    ).click()
    dialog = screen.page.locator("#cw-dialog")
    dialog.locator("[name=name]").fill(name)
    dialog.locator("[name=folder]").fill(screen.say("每日", "Daily"))
    dialog.locator("footer .btn-primary").click()
    tab = screen.page.locator(".cw-tabs").get_by_role("link", name=name)
    expect(tab).to_have_attribute("aria-current", "page")
    expect(screen.page.locator("#cw-count")).to_have_text(count)
    expect(screen.page.locator(".cw-dirty")).to_have_count(0)
    screen.page.locator(".cw-chip .cw-x").first.click()
    expect(screen.page.locator("#cw-count")).not_to_have_text(count)
    expect(screen.page.locator(".cw-dirty")).to_have_count(1)
    screen.button("保存视图", "Save view").click()
    expect(screen.toast()).to_contain_text(name)
    expect(screen.page.locator(".cw-chip:not(.cw-chip-add)")).to_have_count(0)
    screen.open("/views")
    row = screen.page.locator(".cw-job").filter(has_text=name)
    row.get_by_role("button", name=screen.say("删除视图", "Delete view")).click()
    expect(screen.page.locator(".cw-job").filter(has_text=name)).to_have_count(0)
    screen.toast().get_by_role("button", name=screen.say("撤销", "Undo")).click()
    screen.settle()
    screen.open("/list/customer")
    expect(screen.page.locator(".cw-tabs").get_by_role("link", name=name)).to_be_visible()


@on_desks
def test_columns_get_other_widths_and_keep_them(screen: Screen) -> None:
    screen.open("/list/supplier")
    head = screen.page.locator("thead th[data-path]").nth(1)
    edge = head.locator(".cw-edge")
    box = edge.bounding_box()
    before = head.bounding_box()
    assert box is not None
    assert before is not None
    screen.page.mouse.move(box["x"] + 3, box["y"] + 8)
    screen.page.mouse.down()
    screen.page.mouse.move(box["x"] + 83, box["y"] + 8, steps=5)
    with screen.page.expect_response(re.compile(r"/columns$")):
        screen.page.mouse.up()
    wider = head.bounding_box()
    assert wider is not None
    assert 64 <= wider["width"] - before["width"] <= 96
    head.locator("summary").focus()
    with screen.page.expect_response(re.compile(r"/columns$")):
        screen.page.keyboard.press("Shift+ArrowRight")
    wanted = head.bounding_box()
    screen.open("/list/supplier")
    kept = screen.page.locator("thead th[data-path]").nth(1).bounding_box()
    assert kept is not None
    assert wanted is not None
    assert abs(kept["width"] - wanted["width"]) <= 1


@on_desks
def test_the_menu_of_a_head_adds_a_key_and_hides_the_column(screen: Screen) -> None:
    screen.open("/list/expense")
    heads = screen.page.locator("thead th[data-path]")
    second, third = heads.nth(1), heads.nth(3)
    second.locator("summary").click()
    second.get_by_role("link", name=screen.say("升序", "Sort upwards")).click()
    expect(second).to_have_attribute("aria-sort", "ascending")
    third.locator("summary").click()
    third.get_by_role("link", name=re.compile("2")).click()
    expect(third.locator(".cw-th-n")).to_have_text("2")
    expect(second.locator(".cw-th-n")).to_have_text("1")
    path = third.get_attribute("data-path")
    third.locator("summary").click()
    third.get_by_role("button", name=screen.say("隐藏此列", "Hide column")).click()
    expect(screen.page.locator(f"thead th[data-path='{path}']")).to_have_count(0)


@on_desks
def test_a_date_lies_in_a_period_that_moves_with_the_calendar(screen: Screen) -> None:
    screen.open("/list/customer")
    screen.page.locator("[data-opens=cw-builder]").click()
    builder = screen.page.locator("#cw-builder")
    builder.locator(".cw-b-field select").first.select_option("created_at")
    builder.locator(".cw-b-op select").first.select_option("in")
    builder.locator(".cw-b-val select").first.select_option("this_year()")
    builder.locator(".btn-primary").click()
    chip = screen.page.locator(".cw-chip").first
    expect(chip).to_contain_text(screen.say("今年", "this year"))
    expect(screen.page.locator(".cw-chip-wrong")).to_have_count(0)
    screen.page.locator("[data-opens=cw-builder]").click()
    expect(builder.locator(".cw-b-val select").first).to_have_value("this_year()")
    assert "[object" not in builder.inner_text()
