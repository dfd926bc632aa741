"""Rights on screen: a role is changed in boxes, looked at, put into effect and taken back."""

from __future__ import annotations

from playwright.sync_api import expect
from screens.marks import as_admin
from screens.screen import Screen


@as_admin
def test_a_grant_is_changed_on_screen_and_taken_back(screen: Screen) -> None:
    page = screen.page
    screen.open("/access?action=merge")
    page.get_by_role("link", name="Reader", exact=True).first.click()
    page.get_by_role("link", name="Customer", exact=True).click()
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Merge"))
    expect(row).to_contain_text("none")
    page.get_by_role("link", name="Change rights").click()
    page.get_by_role("checkbox", name="Merge: all", exact=True).check()
    page.get_by_role("button", name="Look at the plan").click()
    expect(page.get_by_role("heading", name="Change of rights")).to_be_visible()
    expect(row).to_contain_text("all")
    page.get_by_role("button", name="Apply").click()
    expect(screen.toast()).to_contain_text("The rights hold now")
    screen.open("/access/roles/reader/customer")
    expect(row).to_contain_text("all")
    screen.open("/access/roles/reader")
    page.locator("form[action$='/revert'] button").first.click()
    page.get_by_role("button", name="Apply").click()
    expect(screen.toast()).to_contain_text("The rights hold now")
    screen.open("/access/roles/reader/customer")
    expect(row).to_contain_text("none")


@as_admin
def test_a_user_leads_to_what_he_may_do(screen: Screen) -> None:
    page = screen.page
    screen.open("/access/people?q=sales")
    page.locator(".cw-rights-p a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rights of")
    page.get_by_role("link", name="User record").click()
    page.locator(".cw-top details.cw-menu summary").first.click()
    page.get_by_role("link", name="All rights").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rights of")


@as_admin
def test_an_administrator_looks_as_somebody_and_stops(screen: Screen) -> None:
    page = screen.page
    screen.open("/access/people?q=sales")
    page.locator(".cw-rights-p a").first.click()
    page.get_by_role("button", name="Look as this person").click()
    banner = page.locator(".cw-viewing")
    expect(banner).to_contain_text("You look as")
    screen.open("/list/customer")
    expect(banner).to_be_visible()
    expect(page.get_by_role("link", name="Audit log")).to_have_count(0)
    screen.open("/audit", status=403)
    banner.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rights of")
    expect(banner).to_have_count(0)
    screen.open("/audit?kind=viewed_as")
    expect(page.locator("main")).to_contain_text("/list/customer")
