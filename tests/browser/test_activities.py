"""Activities through the screens: planned on the card of a lead, done with a result."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from screens.marks import on_desks
from screens.screen import Screen


@on_desks
def test_an_activity_is_planned_on_a_card_and_done_with_a_result(screen: Screen) -> None:
    name = screen.fresh("装备厂", "Factory ")
    lead = screen.create("lead", name=name, mobile="13812345678")
    screen.open(f"{lead}?tab=activities")
    screen.page.locator(".cw-sec").get_by_role("link", name=screen.say("新建", "New")).click()
    screen.page.wait_for_url("**/new/activity*")
    screen.settle()
    screen.pick("kind", screen.say("拜访", "Visit"))
    expect(screen.field("place")).to_be_visible()
    screen.field("subject").fill(f"{name} 1")
    screen.save()
    screen.page.wait_for_url(f"**{lead}?tab=activities")
    screen.page.get_by_role("link", name=f"{name} 1").click()
    screen.page.wait_for_url("**/card/activity/*")
    screen.settle()
    screen.page.locator(".cw-card-top .btn-split").get_by_text(
        screen.say("完成", "Done"), exact=True
    ).first.click()
    dialog = screen.page.locator("dialog[open]")
    dialog.locator("#f-result").fill(screen.say("看了产线", "Saw the line"))
    dialog.locator("footer button").last.click()
    expect(dialog).to_have_count(0)
    state = screen.page.locator(".cw-path [aria-current=step]").first
    expect(state).to_contain_text(re.compile(screen.say("已完成", "Done")))
    screen.open(f"{lead}?tab=activities")
    expect(screen.page.locator(".cw-sec")).to_contain_text(screen.say("看了产线", "Saw the line"))
