"""Whose a record is, through the screens: given back, assigned from a list, taken back."""

from __future__ import annotations

from playwright.sync_api import expect
from screens.marks import as_admin, on_desks
from screens.screen import Screen


@on_desks
def test_a_customer_goes_into_the_pool_and_comes_back_by_the_toast(screen: Screen) -> None:
    screen.create("customer", name=screen.fresh("退回公海的公司", "Company for the pool "))
    screen.page.locator(".cw-top details.cw-menu summary").first.click()
    screen.button("放入公海", "Put into the pool").click()
    screen.page.get_by_role("alertdialog").get_by_role("button").first.click()
    expect(screen.toast()).to_contain_text(screen.say("放入公海", "Put into the pool"))
    history = screen.page.locator(".cw-rail")
    expect(history).to_contain_text(screen.say("放入公海", "put it into the pool"))
    # Whoever gave it back sees why he cannot claim it now.
    expect(screen.page.locator(".cw-top")).to_contain_text(screen.say("领取", "Claim"))
    screen.toast().get_by_role("button", name=screen.say("撤销", "Undo")).click()
    screen.settle()
    screen.page.locator(".cw-top details.cw-menu summary").first.click()
    expect(screen.button("放入公海", "Put into the pool")).to_be_visible()


@on_desks
def test_selected_customers_are_assigned_and_taken_back_together(screen: Screen) -> None:
    name = screen.fresh("要分配", "Assign ")
    for number in (1, 2):
        screen.create("customer", name=f"{name} {number}")
    _assign(screen, name, "陈思远", count=2)
    expect(screen.toast()).to_contain_text("2")
    expect(screen.page.locator("#cw-list").get_by_text("陈思远").first).to_be_visible()
    screen.toast().get_by_role("button", name=screen.say("撤销", "Undo")).click()
    expect(screen.page.locator("#cw-list").get_by_text("陈思远")).to_have_count(0)


@as_admin
def test_what_one_who_leaves_has_goes_to_his_successor_and_comes_back(screen: Screen) -> None:
    leaver = screen.fresh("离职", "Leaver")
    screen.open("/new/employee")
    for field in ("code", "name"):
        screen.field(field).fill(leaver)
    screen.choose("department", "销售一部")
    screen.save()
    screen.page.wait_for_url("**/card/employee/*")
    card = screen.page.url.removeprefix(screen.address).partition("?")[0]
    name = screen.fresh("要交接的公司", "To be handed over ")
    screen.create("customer", name=name)
    _assign(screen, name, leaver)
    screen.open(card)
    screen.page.locator(".cw-top details.cw-menu summary").first.click()
    screen.page.locator(".cw-top").get_by_text(screen.say("交接", "Hand over")).click()
    expect(screen.page.get_by_label(screen.say("客户 (1)", "Customer (1)"))).to_be_checked()
    screen.choose("successor", "陈思远")
    screen.page.get_by_role("dialog").locator(".btn-primary").click()
    screen.toast().get_by_role("link").click()
    told = screen.say("已交接 1 条，0 条未能交接", "1 records handed over, 0 could not")
    expect(screen.page.locator("main")).to_contain_text(told)
    screen.open(f"/list/customer?q={name}")
    expect(screen.page.locator("#cw-list").get_by_text("陈思远").first).to_be_visible()
    screen.page.go_back()
    screen.button("撤销交接", "Undo the hand-over").click()
    screen.page.get_by_role("alertdialog").get_by_role("button").first.click()
    expect(screen.toast()).to_be_visible()
    screen.open(f"/list/customer?q={name}")
    expect(screen.page.locator("#cw-list").get_by_text(leaver).first).to_be_visible()


def _assign(screen: Screen, name: str, owner: str, *, count: int = 1) -> None:
    screen.open(f"/list/customer?q={name}")
    expect(screen.rows()).to_have_count(count)
    for box in screen.page.locator("#cw-list [name=ids]:visible").all():
        box.check()
    assign = screen.say("分配", "Assign")
    screen.page.locator(".cw-bulk").get_by_role("button", name=assign, exact=True).click()
    expect(screen.page.get_by_role("heading", name=assign)).to_be_visible()
    screen.choose("owner", owner)
    _submit(screen)


def _submit(screen: Screen) -> None:
    screen.page.locator("main form footer button, main form .cw-form-end button").last.click()
