"""Cards: tabs, related records, files, history, and the way back."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect
from screens.marks import apart, everywhere, on_desks
from screens.screen import Screen


@everywhere
def test_a_card_is_opened_from_the_list_and_steps_to_the_next(screen: Screen) -> None:
    screen.open("/list/customer?query=key_accounts")
    second = screen.rows().nth(1)
    title = second.locator(".cw-name, .cw-a").first.inner_text()
    second.locator(".cw-name, .cw-a").first.click()
    expect(screen.page.locator(".cw-chead h1")).to_have_text(title)
    expect(screen.page.locator(".cw-place")).to_contain_text("2 /")
    screen.page.locator("[data-key=j]").click()
    expect(screen.page.locator(".cw-place")).to_contain_text("3 /")
    expect(screen.page.locator(".cw-chead h1")).not_to_have_text(title)
    screen.page.locator("[data-key=k]").click()
    expect(screen.page.locator(".cw-chead h1")).to_have_text(title)


@everywhere
def test_every_tab_of_a_card_shows_something(screen: Screen) -> None:
    screen.open("/card/customer/3")
    tabs = screen.page.locator(".cw-card-tabs a:visible")
    addresses = [tab.get_attribute("href") or "" for tab in tabs.all()]
    assert len(addresses) > 4
    for address in addresses:
        screen.open(address)
        expect(screen.page.locator(".cw-card-tabs [aria-current]")).to_have_count(1)
        assert screen.page.locator(".cw-cmain").inner_text().strip()


@everywhere
def test_related_records_lead_from_the_card_to_their_own(screen: Screen) -> None:
    screen.open("/card/customer/3?tab=people")
    first = screen.page.locator(".cw-sec a[href^='/card/contact/']:visible").first
    name = first.locator(".cw-a").inner_text() if screen.is_phone else first.inner_text()
    first.click()
    screen.page.wait_for_url("**/card/contact/*")
    expect(screen.page.locator(".cw-chead h1")).to_have_text(name)


@apart
def test_a_related_record_is_made_from_the_card_and_leads_back(screen: Screen) -> None:
    company = screen.fresh("有部门的公司", "Company with departments ")
    customer = screen.create("customer", name=company)
    screen.open(f"{customer}?tab=departments")
    screen.page.locator(".cw-sec").get_by_role("link", name=screen.say("新建", "New")).click()
    expect(screen.page.locator("#f-customer option[selected]")).to_have_text(company)
    screen.field("name").fill(screen.say("采购部", "Purchasing"))
    screen.save()
    screen.page.wait_for_url(f"**{customer}?tab=departments")
    expect(screen.page.locator(".cw-sec")).to_contain_text(screen.say("采购部", "Purchasing"))


@apart
def test_a_contact_made_from_a_company_works_there(screen: Screen) -> None:
    company = screen.fresh("新联系人的公司", "Company of the new contact ")
    customer = screen.create("customer", name=company)
    screen.open(f"{customer}?tab=people")
    screen.page.locator(".cw-sec").get_by_role("link", name=screen.say("新建", "New")).click()
    screen.field("name").fill(screen.say("钱新来", "Nell Newman"))
    screen.field("mobile").fill("13800138000")
    screen.save()
    screen.page.wait_for_url(f"**{customer}?tab=people")
    expect(screen.page.locator(".cw-sec")).to_contain_text(screen.say("钱新来", "Nell Newman"))


@on_desks
def test_history_says_what_was_changed_by_whom(screen: Screen) -> None:
    customer = screen.create("customer", name=screen.say("改名前的公司", "Company before"))
    screen.page.keyboard.press("e")
    screen.page.wait_for_url("**/edit/**")
    screen.field("name").fill(screen.say("改名后的公司", "Company after"))
    screen.save()
    screen.page.wait_for_url(f"**{customer}*")
    rail = screen.page.locator(".cw-rail")
    expect(rail).to_contain_text(screen.say("改名前的公司", "Company before"))
    expect(rail).to_contain_text(screen.say("改名后的公司", "Company after"))
    expect(rail).to_contain_text(screen.say("程雨桐", "秦朗"))


@apart
def test_files_are_hung_on_a_card_and_come_back_as_they_were(
    screen: Screen, tmp_path: Path
) -> None:
    customer = screen.create("customer", name=screen.say("带附件的公司", "Company with files"))
    screen.open(f"{customer}?tab=files")
    note = tmp_path / screen.say("会议纪要.txt", "minutes.txt")
    note.write_text("三方会谈", encoding="utf-8")
    screen.page.locator(".cw-cmain input[type=file]").set_input_files(note)
    entry = screen.page.locator(".cw-cmain").get_by_role("link", name=note.name)
    expect(entry).to_be_visible()
    with screen.page.expect_download() as coming:
        entry.click()
    assert Path(coming.value.path()).read_text(encoding="utf-8") == "三方会谈"


@apart
def test_a_deleted_card_says_so_and_is_restored_from_the_bin(screen: Screen) -> None:
    name = screen.fresh("进回收站的公司", "Company for the bin ")
    customer = screen.create("customer", name=name)
    screen.page.locator(".cw-top details.cw-menu summary").click()
    screen.button("删除", "Delete").click()
    screen.page.get_by_role("alertdialog").get_by_role("button").first.click()
    screen.page.wait_for_url("**/list/customer*")
    screen.open(customer)
    expect(screen.page.locator(".cw-card-note")).to_be_visible()
    screen.open("/bin?entity=customer")
    entry = screen.page.locator("#cw-list tr:visible, #cw-list .cw-ph-it:visible")
    entry.filter(has_text=name).get_by_role("checkbox").check()
    screen.button("还原", "Restore").first.click()
    expect(screen.toast()).to_contain_text("1")
    screen.open(customer)
    expect(screen.page.locator(".cw-card-note")).to_have_count(0)


@on_desks
def test_lines_wider_than_their_card_fade_where_there_is_more(screen: Screen) -> None:
    screen.open("/card/sales_order/3")
    lines = screen.page.locator("#s-lines .cw-rel-x")
    expect(lines).to_have_class(re.compile("cw-more-after"))
    lines.evaluate("each => each.scrollTo(each.scrollWidth, 0)")
    expect(lines).not_to_have_class(re.compile("cw-more-after"))
