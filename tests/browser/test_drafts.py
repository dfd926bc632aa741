"""Nothing typed is lost: not without network, not without session, not between two tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from screens.company import Company, demo_company
from screens.looks import LOOKS, open_context, sign_in
from screens.marks import apart, on_desks
from screens.screen import Screen, open_screen


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, original: Path) -> Iterator[Company]:
    """A company in which nobody else leaves forms unsaved."""
    with demo_company(tmp_path_factory.mktemp("company"), original) as found:
        yield found


@pytest.fixture
def screen(request: pytest.FixtureRequest, browser: Browser, company: Company) -> Iterator[Screen]:
    """A tab in a browser of its own: its network goes, and its session ends."""
    look = getattr(request, "param", LOOKS[0])
    context = open_context(browser, look)
    page = context.new_page()
    sign_in(page, company.address, look)
    page.close()
    with open_screen(context, look, company.address) as opened:
        yield opened
    context.close()


def note(screen: Screen) -> str:
    """Wait until what was typed is kept; return what the form says of it."""
    place = screen.page.locator("[data-draft-note]")
    expect(place).to_contain_text(re.compile(r"\d\d:\d\d"))
    return place.inner_text()


def strip(page: Page) -> str:
    return page.locator(".cw-draft-strip").inner_text()


def forget_disconnections(screen: Screen) -> None:
    """A browser complains of every request that found no network."""
    screen.complaints[:] = [each for each in screen.complaints if "net::ERR_" not in each]


def type_slowly(screen: Screen, name: str, text: str) -> None:
    """Type as a hand does; filling alone presses no key."""
    screen.field(name).press_sequentially(text)


@apart
def test_a_form_survives_a_network_that_goes_while_it_is_saved(screen: Screen) -> None:
    name = screen.fresh("断网公司", "Offline Ltd ")
    screen.open("/new/customer")
    type_slowly(screen, "name", name)
    assert screen.say("已暂存", "Kept") in note(screen)
    screen.page.context.set_offline(True)
    type_slowly(screen, "short_name", "short")
    expect(screen.page.locator("[data-draft-note]")).to_contain_text(
        screen.say("本机", "on this device")
    )
    screen.save()
    told = screen.page.locator("[data-unsent]")
    expect(told).to_contain_text(screen.say("没有保存：连不上服务器", "cannot be reached"))
    expect(screen.field("name")).to_have_value(name)
    expect(screen.field("short_name")).to_have_value("short")
    screen.page.context.set_offline(False)
    forget_disconnections(screen)
    screen.save()
    screen.page.wait_for_url("**/card/customer/*")
    expect(screen.page.locator(".cw-cmain")).to_contain_text("short")
    screen.open("/new/customer")
    expect(screen.page.locator(".cw-draft-strip")).to_have_count(0)


@on_desks
def test_an_answer_that_is_lost_makes_no_second_record(screen: Screen) -> None:
    name = screen.fresh("只有一个", "Only one ")

    def lose(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    screen.open("/new/customer")
    type_slowly(screen, "name", name)
    screen.page.route("**/new/customer", lose)
    screen.save()
    expect(screen.page.locator("[data-unsent]")).to_be_visible()
    screen.page.unroute("**/new/customer")
    forget_disconnections(screen)
    screen.save()
    screen.page.wait_for_url("**/card/customer/*")
    assert screen.rows_elsewhere(f"/list/customer?q={name}") == 1


@apart
def test_whoever_is_signed_out_while_typing_comes_back_to_the_filled_form(screen: Screen) -> None:
    name = screen.fresh("登录过期", "Signed out ")
    screen.open("/new/customer")
    type_slowly(screen, "name", name)
    note(screen)
    screen.page.context.clear_cookies(name="cw_session")
    screen.provoked.add(401)
    type_slowly(screen, "short_name", "typed later")
    expect(screen.page.locator("[data-unsent] a")).to_be_visible()
    screen.save()
    expect(screen.page.locator("h1")).to_have_text(
        screen.say("登录已结束", "Your session has ended")
    )
    screen.page.locator("[data-sign-in]").click()
    screen.page.locator(f"button[value={screen.look.login}]").click()
    screen.page.wait_for_url(re.compile(r"/new/customer\?form-number="))
    expect(screen.page.locator(".cw-draft-strip")).to_be_visible()
    expect(screen.field("name")).to_have_value(name)
    expect(screen.field("short_name")).to_have_value("typed later")
    screen.settle()
    screen.save()
    screen.page.wait_for_url("**/card/customer/*")
    expect(screen.page.locator(".cw-cmain")).to_contain_text("typed later")
    assert screen.page.evaluate("Object.keys(localStorage).length") == 0


@apart
def test_what_was_left_is_offered_with_its_lines_or_discarded(screen: Screen) -> None:
    code = screen.fresh("DR", "DR")
    screen.open("/new/price_list")
    type_slowly(screen, "code", code)
    type_slowly(screen, "name", code)
    screen.page.locator("#f-prices [data-add]").click()
    type_slowly(screen, "prices.0.price", "12.5")
    assert screen.say("未保存", "not saved") in note(screen)
    screen.open("/new/price_list")
    assert code in strip(screen.page)
    expect(screen.field("code")).to_have_value("")
    screen.link("继续填写", "Continue").click()
    expect(screen.field("code")).to_have_value(code)
    expect(screen.page.locator("[name='prices.0.price']")).to_have_value(re.compile("12.5"))
    screen.settle()
    screen.button("丢弃", "Discard").click()
    screen.page.locator(".cw-asking .btn-danger").click()
    expect(screen.toast()).to_contain_text(screen.say("已丢弃", "Discarded"))
    expect(screen.page.locator(".cw-draft-strip")).to_have_count(0)
    expect(screen.field("code")).to_have_value("")


@on_desks
def test_two_tabs_lose_nothing_of_each_other(screen: Screen) -> None:
    one, two = (screen.fresh(each, each) for each in ("TABA", "TABB"))
    screen.open("/new/customer")
    type_slowly(screen, "name", one)
    note(screen)
    with open_screen(screen.page.context, screen.look, screen.address) as other:
        other.open("/new/customer")
        assert one in strip(other.page)
        type_slowly(other, "name", two)
        note(other)
        other.save()
        other.page.wait_for_url("**/card/customer/*")
    expect(screen.field("name")).to_have_value(one)
    screen.save()
    screen.page.wait_for_url("**/card/customer/*")
    screen.open("/new/customer")
    expect(screen.page.locator(".cw-draft-strip")).to_have_count(0)


@on_desks
def test_back_after_a_save_leads_to_an_empty_form(screen: Screen) -> None:
    name = screen.fresh("回退公司", "Back Ltd ")
    screen.open("/list/customer")
    screen.open("/new/customer")
    type_slowly(screen, "name", name)
    screen.save()
    screen.page.wait_for_url("**/card/customer/*")
    screen.page.go_back()
    screen.page.wait_for_url("**/new/customer")
    expect(screen.field("name")).to_have_value("")
    expect(screen.page.locator(".cw-draft-strip")).to_have_count(0)


@on_desks
def test_whoever_signs_out_leaves_nothing_in_the_browser(screen: Screen) -> None:
    screen.open("/new/customer")
    screen.page.route("**/drafts/**", lambda route: route.abort())
    type_slowly(screen, "name", screen.fresh("离开", "Leaving "))
    note(screen)
    forget_disconnections(screen)
    assert screen.page.evaluate("Object.keys(localStorage).length") == 1
    screen.page.on("dialog", lambda dialog: dialog.accept())
    screen.page.locator("[data-sign-out]").evaluate("form => form.requestSubmit()")
    screen.page.wait_for_url("**/sign-in")
    assert screen.page.evaluate("Object.keys(localStorage).length") == 0
