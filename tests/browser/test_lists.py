"""Lists: searched, sorted, filtered, paged, chosen from, as somebody does it."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from screens.marks import apart, everywhere, on_desks
from screens.screen import Screen


@everywhere
def test_a_list_finds_by_two_characters_and_by_pinyin_initials(screen: Screen) -> None:
    screen.open("/list/customer")
    every = screen.page.locator("#cw-count").inner_text()
    search = screen.page.locator(".cw-search input")
    screen.page.locator(".cw-search").click()
    search.fill("润邦")
    screen.page.wait_for_url("**q=*")
    expect(screen.page.locator("#cw-count")).not_to_have_text(every)
    expect(screen.rows().first).to_contain_text("润邦")
    search.fill("rbldc")
    expect(screen.rows()).to_have_count(1)
    expect(screen.rows().first).to_contain_text("润邦锂电池")
    search.fill("")
    expect(screen.page.locator("#cw-count")).to_have_text(every)


@on_desks
def test_a_click_on_a_head_sorts_and_another_turns_it_round(screen: Screen) -> None:
    screen.open("/list/customer")
    head = screen.page.get_by_role("columnheader", name=screen.say("客户名称", "Name"))
    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    first = screen.rows().first.inner_text()
    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(screen.rows().first).not_to_have_text(first)


@on_desks
def test_columns_are_shown_hidden_dragged_and_reset(screen: Screen) -> None:
    screen.open("/list/contact")
    heads = screen.page.locator("thead th:not(.cw-c-box)")
    shipped = heads.all_inner_texts()
    birthday = screen.say("出生日期", "Date of birth")
    email = screen.say("电子邮件", "Email")
    screen.page.locator(".cw-chooser").locator("..").locator("summary").click()
    chooser = screen.page.locator(".cw-chooser")
    chooser.get_by_label(birthday, exact=True).check()
    chooser.get_by_label(email, exact=True).uncheck()
    screen.page.locator("h1").click()
    expect(screen.page.locator("thead")).to_contain_text(birthday)
    expect(screen.page.locator("thead")).not_to_contain_text(email)
    screen.settle()
    chooser.locator("..").locator("summary").click()
    shown = chooser.locator("[data-shown] li")
    screen.drag(shown.last.locator(".cw-grip"), shown.nth(1).locator(".cw-grip"))
    expect(shown.nth(1)).to_contain_text(birthday)
    screen.page.locator("h1").click()
    expect(heads.nth(1)).to_contain_text(birthday)
    screen.settle()
    chooser.locator("..").locator("summary").click()
    screen.button("恢复默认", "Reset").click()
    expect(heads).to_have_text(shipped, use_inner_text=True)


@everywhere
def test_pages_are_turned_by_the_arrow_and_by_number(screen: Screen) -> None:
    screen.open("/list/customer?size=20")
    first = screen.rows().first.inner_text()
    screen.page.locator("a[rel=next]").click()
    screen.page.wait_for_url("**page=2*")
    assert screen.rows().first.inner_text() != first
    if screen.is_phone:
        screen.page.locator("a[rel=next]").click()
    else:
        screen.page.locator(".cw-pages").get_by_role("link", name="3", exact=True).click()
    screen.page.wait_for_url("**page=3*")
    expect(screen.page.locator(".cw-pages [aria-current]")).to_have_text("3")
    screen.page.locator("a[rel=prev]").click()
    screen.page.wait_for_url("**page=2*")
    screen.page.locator("a[rel=prev]").click()
    screen.page.wait_for_url(re.compile(r"size=20$"))
    screen.settle()
    assert screen.rows().first.inner_text() == first


@apart
def test_named_queries_are_tabs_and_keep_a_search_of_their_own(screen: Screen) -> None:
    screen.open("/list/customer")
    tab = screen.page.locator(".cw-tabs").get_by_role(
        "link", name=screen.say("A 级客户", "A customers")
    )
    tab.click()
    screen.page.wait_for_url("**query=key_accounts*")
    expect(tab).to_have_attribute("aria-current", "page")
    expect(screen.page.locator("#cw-count")).to_have_text(re.compile(r"^\d+$"))
    if not screen.is_phone:
        pills = screen.page.locator("tbody tr td:nth-child(4)").all_inner_texts()
        assert len(set(pills)) == 1


@on_desks
def test_totals_stand_below_their_column_and_follow_the_condition(screen: Screen) -> None:
    screen.open("/list/customer")
    total = screen.page.locator("tfoot td").last
    every = total.inner_text()
    screen.open("/list/customer?where=level%20%3D%20'A'")
    expect(total).not_to_have_text(every)
    expect(total).to_contain_text(screen.say("合计", "Sum"))


@on_desks
def test_selected_rows_go_to_the_bin_and_come_back_by_the_toast(screen: Screen) -> None:
    name = screen.fresh("待删除", "Gone")
    for number in (1, 2):
        screen.create("customer", name=f"{name} {number}")
    screen.open(f"/list/customer?q={name}")
    expect(screen.rows()).to_have_count(2)
    for box in screen.page.locator("#cw-list [name=ids]:visible").all():
        box.check()
    screen.page.locator(".cw-bulk").get_by_role("button", name=screen.say("删除", "Delete")).click()
    screen.page.get_by_role("alertdialog").get_by_role("button").first.click()
    expect(screen.toast()).to_contain_text("2")
    expect(screen.rows()).to_have_count(0)
    screen.toast().get_by_role("button", name=screen.say("撤销", "Undo")).click()
    expect(screen.rows()).to_have_count(2)


@apart
def test_a_row_says_no_yes_without_its_question_and_cuts_names_with_dots(screen: Screen) -> None:
    screen.open("/list/holiday")
    expect(screen.rows().first).to_be_visible()
    if screen.is_phone:
        said = screen.page.locator("#cw-list .cw-ph-it .cw-b").all_inner_texts()
        assert screen.say("是", "Yes") not in [each.strip() for each in said]
        return
    screen.open("/list/customer_money_entry")
    cut = """names => names.map(each => [each, each.closest('td')])
      .filter(([, cell]) => cell.scrollWidth > cell.clientWidth)
      .map(([each]) => getComputedStyle(each).display)"""
    assert set(screen.page.locator("#cw-list td .cw-ref").evaluate_all(cut)) == {"inline"}
