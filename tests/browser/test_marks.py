"""Tags and favourites by hand: given on a card, for a selection, found again, taken back."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect
from screens.marks import apart, everywhere, on_desks
from screens.screen import Screen


def box(screen: Screen) -> Locator:
    """Find the tags and the star at the head of a card."""
    return screen.page.locator("#cw-marks")


def give_tag(screen: Screen, name: str) -> None:
    """Type a tag and press Enter."""
    field = screen.page.locator("#cw-tag-in")
    field.fill(name)
    field.press("Enter")
    expect(box(screen).locator(".cw-tag").filter(has_text=name)).to_be_visible()


@everywhere
def test_a_tag_is_typed_found_at_home_and_taken_off(screen: Screen) -> None:
    tag = screen.fresh("标签", "tag ")
    card = screen.create("customer", name=screen.fresh("有标签的公司", "Company with a tag "))
    if not screen.is_phone:
        screen.page.locator("body").press("t")
        expect(screen.page.locator("#cw-tag-in")).to_be_focused()
    give_tag(screen, tag)
    # One types the next at once.
    expect(screen.page.locator("#cw-tag-in")).to_be_focused()
    expect(screen.page.locator("#cw-tag-in")).to_have_value("")
    screen.open("/")
    screen.page.locator("main .cw-tag").filter(has_text=tag).click()
    screen.settle()
    expect(screen.rows()).to_have_count(1)
    expect(screen.rows().first).to_contain_text(tag)
    screen.open(card)
    screen.button(f"去掉标签“{tag}”", f"Remove the tag {tag}").click()
    expect(box(screen).locator(".cw-tag").filter(has_text=tag)).to_have_count(0)
    screen.toast().get_by_role("button", name=screen.say("撤销", "Undo")).click()
    expect(box(screen).locator(".cw-tag").filter(has_text=tag)).to_be_visible()


@everywhere
def test_a_star_is_pressed_and_a_folder_chosen(screen: Screen) -> None:
    folder = screen.fresh("收藏夹", "folder ")
    name = screen.fresh("收藏的公司", "Favourite company ")
    screen.create("customer", name=name)
    star = screen.page.locator("#cw-star")
    expect(star).to_have_attribute("aria-pressed", "false")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    menu = box(screen).locator("details")
    menu.locator("summary").click()
    menu.locator("input[name=add]:not([type=hidden])").fill(folder)
    menu.locator("input[name=add]:not([type=hidden])").press("Enter")
    expect(menu).not_to_have_attribute("open", "")
    menu.locator("summary").click()
    chosen = menu.get_by_role("button", name=folder)
    expect(chosen).to_have_attribute("aria-pressed", "true")
    screen.open("/favourites")
    screen.page.locator(".cw-favs-side a").filter(has_text=folder).click()
    expect(screen.page.locator(".cw-favs-main")).to_contain_text(name)


@on_desks
def test_a_selection_is_tagged_from_the_list_and_the_message_takes_it_back(screen: Screen) -> None:
    tag = screen.fresh("批量", "batch ")
    screen.open("/list/customer")
    for number in (0, 1):
        screen.rows().nth(number).locator("input[type=checkbox]").check()
    screen.page.locator("#cw-bulk button").filter(
        has_text=screen.say("加标签", "Tag")
    ).first.click()
    screen.field("mark_new").fill(tag)
    screen.page.locator("form:has([id='f-mark_new']) button.btn-primary").click()
    expect(screen.toast()).to_contain_text("2")
    tags = screen.page.locator("#cw-list .cw-row-marks .cw-tag:visible").filter(has_text=tag)
    expect(tags).to_have_count(2)
    screen.toast().get_by_role("button", name=screen.say("撤销", "Undo")).click()
    expect(tags).to_have_count(0)


@apart
def test_a_folder_is_made_renamed_and_deleted(screen: Screen) -> None:
    first, second = screen.fresh("甲", "A "), screen.fresh("乙", "B ")
    screen.open("/favourites")
    new = screen.page.locator(".cw-favs-new input[name=name]")
    new.fill(first)
    new.press("Enter")
    side = screen.page.locator(".cw-favs-side a")
    expect(side.filter(has_text=first)).to_have_attribute("aria-current", "page")
    name = screen.page.locator(".cw-favs-name input[name=name]")
    name.fill(second)
    name.press("Enter")
    expect(side.filter(has_text=second)).to_have_attribute("aria-current", "page")
    expect(side.filter(has_text=first)).to_have_count(0)
    screen.page.locator(".cw-favs-h").get_by_role(
        "button", name=re.compile(screen.say("删除", "Delete"))
    ).click()
    expect(side.filter(has_text=second)).to_have_count(0)
    screen.toast().get_by_role("button", name=screen.say("撤销", "Undo")).click()
    expect(side.filter(has_text=second)).to_have_count(1)
