"""The frame around every page: signing in, taste, keyboard, search over everything."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect
from screens.company import Company
from screens.looks import LOOKS, open_context
from screens.marks import apart, everywhere, on_desks
from screens.screen import Screen


@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[3]], ids=str)
def test_a_password_is_set_by_a_link_that_works_once(
    browser: Browser, company: Company, look: object
) -> None:
    assert look in LOOKS
    language = str(look)[:2]
    made = company.command("user", "add", f"new-{language}", "--role", "editor")
    context = open_context(browser, look)  # type: ignore[arg-type] # one of LOOKS
    page = context.new_page()
    page.goto(made["link"])
    for box in page.locator("input[type=password]").all():
        box.fill("three old lanterns")
    page.locator("button.btn-primary").click()
    page.wait_for_url(f"{company.address}/")
    used = page.goto(made["link"])
    assert used is not None
    assert used.status in (403, 404, 410, 422)
    page.goto(company.address)
    if look.width == "phone":  # type: ignore[attr-defined]  # one of LOOKS
        page.locator(".cw-ph-nav a[href='#cw-side']").click()
    page.locator(".cw-side-foot .cw-menu > summary").click()
    page.locator("form[action='/sign-out'] button").click()
    page.wait_for_url("**/sign-in*")
    page.goto(f"{company.address}/list/customer")
    page.wait_for_url("**/sign-in?return_url=*")
    page.locator("#login").fill(f"new-{language}")
    page.locator("#password").fill("wrong lanterns altogether")
    page.locator(".cw-si-f form .btn-primary").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#login")).to_have_value(f"new-{language}")
    page.locator("#password").fill("three old lanterns")
    page.locator(".cw-si-f form .btn-primary").click()
    page.wait_for_url("**/list/customer")
    context.close()


@apart
def test_language_theme_darkness_and_density_are_kept(screen: Screen) -> None:
    html = screen.page.locator("html")
    other = {"zh": "en", "en": "zh"}[screen.look.language]
    screen.open("/account")
    switches = screen.page.locator("main .cw-switches")
    try:
        switches.locator("[name=mode][value=dark]").click()
        expect(html).to_have_attribute("data-bs-theme", "dark")
        switches.locator("[name=density][value=comfortable]").click()
        switches.locator("[name=theme][value=green]").click()
        expect(html).to_have_attribute("data-theme", "green")
        screen.page.locator("main .cw-switches [name=language]").filter(
            has_text=re.compile("中文" if other == "zh" else "English")
        ).click()
        expect(html).to_have_attribute("lang", re.compile(f"^{other}"))
        screen.open("/list/customer")
        for name, value in (
            ("data-bs-theme", "dark"),
            ("data-density", "comfortable"),
            ("data-theme", "green"),
        ):
            expect(html).to_have_attribute(name, value)
    finally:
        screen.open("/account")
        for name, value in (
            ("mode", "auto"),
            ("density", "compact"),
            ("theme", "standard"),
            ("language", screen.look.language),
        ):
            with screen.page.expect_response(re.compile("/preferences")):
                screen.page.locator(f"main .cw-switches [name={name}][value={value}]").click()
            screen.settle()


@on_desks
def test_a_list_is_worked_by_keyboard_alone(screen: Screen) -> None:
    page = screen.page
    screen.open("/list/customer?sort=name")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("tr.cw-cur")).to_have_attribute(
        "data-id", screen.rows().first.get_attribute("data-id") or ""
    )
    page.keyboard.press("x")
    expect(page.locator(".cw-bulk")).to_be_visible()
    page.keyboard.press("x")
    expect(page.locator(".cw-bulk")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("机床")
    page.wait_for_url("**q=*")
    screen.settle()
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    expect(page.locator("#cw-builder")).to_be_visible()
    expect(page.locator("#cw-builder :focus")).to_be_attached()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/card/customer/*")
    page.keyboard.press("e")
    page.wait_for_url("**/edit/customer/*")
    page.locator("main").click(position={"x": 5, "y": 5})
    page.keyboard.press("Escape")
    page.wait_for_url("**/card/customer/*")
    screen.open("/list/customer")
    page.keyboard.press("n")
    page.wait_for_url("**/new/customer")
    screen.field("name").fill(screen.say("键盘新建的公司", "Company by keyboard"))
    page.keyboard.press("Control+s")
    page.wait_for_url("**/card/customer/*")
    page.keyboard.press("?")
    expect(page.locator("#cw-keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#cw-keys")).to_be_hidden()


@on_desks
def test_the_command_bar_goes_to_places_and_to_records(screen: Screen) -> None:
    page = screen.page
    screen.open("/")
    page.keyboard.press("Control+k")
    command = page.locator("#cw-command")
    page.keyboard.type("润邦")
    expect(command.get_by_role("option").filter(has_text="润邦锂电池").first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/card/customer/*")
    expect(page.locator(".cw-chead h1")).to_contain_text("润邦")
    page.keyboard.press("Control+k")
    page.keyboard.type(screen.say("价格表", "Price lists"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/list/price_list")


@everywhere
def test_the_search_finds_in_every_entity(screen: Screen) -> None:
    screen.open("/search?q=%E4%BC%BA%E6%9C%8D")
    groups = screen.page.locator("#cw-hits section")
    expect(groups.filter(has_text=screen.say("产品", "Product")).first).to_be_visible()
    groups.first.locator("a.cw-hit").first.click()
    screen.page.wait_for_url("**/card/**")


@apart
def test_pages_that_are_not_there_say_so_in_the_reader_s_language(screen: Screen) -> None:
    for path in ("/nothing-here", "/list/nothing", "/card/customer/99999999"):
        screen.open(path, status=404)
        expect(screen.page.locator("#cw-error h1")).to_have_text(
            screen.say("内容不存在", "Nothing here")
        )
        expect(screen.page.locator(".cw-side, .cw-ph-nav").first).to_be_attached()
