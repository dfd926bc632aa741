"""Records that look the same: a word while typing, the list of suspects, one record, and back."""

from __future__ import annotations

from playwright.sync_api import expect
from screens.screen import Screen

SERVES = "doubles"
PEOPLE = {"ann": "admin"}


def test_a_double_is_told_while_one_types_and_merged_and_taken_apart_again(screen: Screen) -> None:
    name = screen.fresh("", "Acme ")
    screen.create("firm", name=name, city="Wuxi")
    first = screen.page.url
    screen.open("/new/firm")
    screen.field("name").fill(f"{name} Ltd")
    screen.field("city").fill("Suzhou")
    expect(screen.page.locator(".cw-doubles a")).to_contain_text(name)
    screen.save()
    screen.page.wait_for_url("**/card/firm/*")
    expect(screen.toast()).to_contain_text(name)

    screen.open("/duplicates/firm")
    group = screen.page.locator(".cw-suspects", has_text=name)
    expect(group.get_by_role("checkbox")).to_have_count(2)
    group.get_by_role("button").click()
    screen.page.wait_for_url("**/merge/firm*")
    screen.settle()
    table = screen.page.locator(".cw-merge")
    table.locator("thead").get_by_role("radio").first.check()
    table.locator("tr", has_text="City").get_by_label("Suzhou").check()
    screen.page.locator("main .btn-primary:visible").click()
    screen.page.wait_for_url("**/card/firm/*")
    screen.settle()
    assert screen.value("城市", "City") == "Suzhou"
    screen.toast().get_by_role("button", name="Undo").click()
    expect(screen.toast()).not_to_contain_text("Merged")
    screen.open(first.removeprefix(screen.address).partition("?")[0])
    assert screen.value("城市", "City") == "Wuxi"
    assert screen.rows_elsewhere(f"/list/firm?q={name}") == 2
