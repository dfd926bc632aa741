"""Forms: every kind of input, what happens to mistakes, lines, and two people at one record."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, expect
from screens.looks import LOOKS, open_context
from screens.marks import apart, everywhere, on_desks
from screens.screen import Screen


@everywhere
def test_a_customer_is_made_with_every_kind_of_input(screen: Screen) -> None:
    screen.open("/new/customer")
    name = screen.fresh("昆山全样自动化", "Kunshan Allkinds ")
    screen.field("name").fill(name)
    screen.field("founded_on").fill("2011-05-20")
    screen.field("credit_days").fill("30")
    screen.field("credit_limit").fill("1,200,000.50")
    screen.field("phone").fill("0512-62870000")
    screen.pick("industry_section", screen.say("制造业", "Manufacturing"))
    screen.pick("industry", screen.say("食品制造业", "Food"))
    screen.choose("region", "kunshan", "昆山")
    screen.field("needs").fill("第一行\n第二行")
    screen.pick("marketing", screen.say("展会邀请", "Trade-fair"))
    screen.save()
    screen.page.wait_for_url("**/card/customer/*")
    card = screen.page.locator(".cw-cmain")
    assert screen.value("助记码", "Mnemonic") == screen.say("KSQYZDH", "KA") + re.sub(
        r"\D", "", name
    )
    owners = {"market": "程雨桐", "admin": "秦朗", "office": "苏婉", "purchase": "马国良"}
    assert screen.value("负责人", "Owner").endswith(owners[screen.look.login])
    for shown in (name, "1,200,000.50", "0512 6287 0000", "昆山", "第二行"):
        expect(card).to_contain_text(shown)
    expect(card).to_contain_text(screen.say("食品制造业", "Food"))


@apart
def test_choices_follow_the_input_that_they_belong_to(screen: Screen) -> None:
    screen.open("/new/customer")
    screen.pick("industry_section", screen.say("建筑业", "Construction"))
    options = screen.offered("industry")
    assert options
    assert not any("食品" in text or "Food" in text for text in options)


@apart
def test_mistakes_stand_beside_their_inputs_and_nothing_typed_is_lost(screen: Screen) -> None:
    screen.open("/new/customer")
    screen.field("founded_on").fill("2099-01-01")
    screen.field("credit_days").fill("a month")
    screen.field("short_name").fill("保留我")
    screen.choose("region", "kunshan", "昆山")
    screen.provoked.add(422)
    screen.save()
    summary = screen.page.locator(".cw-form-errors")
    expect(summary.get_by_role("listitem")).to_have_count(3)
    for name in ("name", "founded_on", "credit_days"):
        expect(screen.field(name)).to_have_attribute("aria-invalid", "true")
        expect(screen.page.locator(f"#f-{name}-note")).not_to_be_empty()
    expect(screen.field("credit_days")).to_have_value("a month")
    expect(screen.field("founded_on")).to_have_value("2099-01-01")
    expect(screen.field("short_name")).to_have_value("保留我")
    expect(screen.page.locator("#f-region option[selected]")).to_contain_text("昆山")
    summary.get_by_role("link").first.click()
    expect(screen.field("name")).to_be_focused()


@apart
def test_save_and_new_begins_the_next_one(screen: Screen) -> None:
    screen.open("/new/contact")
    screen.field("name").fill(screen.say("连续甲", "Serial One"))
    screen.page.locator("button[name=then][value=new]:visible").click()
    screen.page.wait_for_url("**/new/contact*")
    expect(screen.toast()).to_be_visible()
    expect(screen.field("name")).to_have_value("")


@apart
def test_a_link_is_chosen_from_the_dialog_with_columns(screen: Screen) -> None:
    screen.open("/new/customer")
    screen.page.locator("[data-pick=f-parent]").click()
    dialog = screen.page.locator("#cw-dialog")
    expect(dialog.locator("thead th").nth(2)).to_be_attached()
    dialog.locator("input[type=search]").fill("机床")
    expect(dialog.locator("tbody tr").first).to_contain_text("机床")
    title = dialog.locator("tbody tr .cw-pick").first.inner_text()
    dialog.locator("tbody tr .cw-pick").first.click()
    expect(dialog).to_be_hidden()
    expect(screen.page.locator("#f-parent option:checked")).to_have_text(title)


@apart
def test_a_linked_record_is_made_on_the_way(screen: Screen) -> None:
    screen.open("/new/product")
    code = screen.fresh("FL", "FL")
    screen.open_choice("category")
    name = screen.fresh("随手新建", "On the way ")
    screen.page.keyboard.type(name)
    screen.page.locator(".ts-dropdown .create:visible").click()
    quick = screen.page.locator("#cw-dialog form")
    expect(quick.locator("[name=name]")).to_have_value(name)
    quick.locator("[name=code]").fill(code)
    quick.locator(".btn-primary").click()
    expect(screen.page.locator("#cw-dialog")).to_be_hidden()
    expect(screen.page.locator("#f-category option:checked")).to_have_text(name)


@apart
def test_a_picture_and_an_address_are_kept(screen: Screen, tmp_path: Path) -> None:
    face = tmp_path / "face.png"
    Image.new("RGB", (40, 40), "#2359c5").save(face)
    screen.open("/new/contact")
    screen.field("name").fill(screen.say("有照片的人", "Person with picture"))
    screen.page.locator("input[name='photo.upload']").set_input_files(face)
    screen.page.locator("[name='home_address.street']").fill("星龙街 428 号")
    screen.page.locator("[name='home_address.postcode']").fill("215126")
    screen.save()
    screen.page.wait_for_url("**/card/contact/*")
    expect(screen.page.locator(".cw-cmain")).to_contain_text("星龙街 428 号")
    picture = screen.page.locator(".cw-cmain img").first
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")


@apart
def test_lines_are_added_by_keyboard_and_taken_away(screen: Screen) -> None:
    code = screen.fresh("PL", "PL")
    screen.open("/new/price_list")
    screen.field("code").fill(code)
    screen.field("name").fill(code)
    screen.choose("currency", "CNY", "CNY")
    rows = screen.page.locator("#f-prices [data-rows] [data-row]")
    screen.page.locator("#f-prices [data-add]").click()
    for number, words in enumerate(("伺服电机", "减速机", "驱动器")):
        row = rows.nth(number)
        expect(row.locator("td").nth(1).locator(".ts-wrapper")).to_have_class(re.compile("focus"))
        screen.choose(f"prices.{number}.product", words)
        price = row.locator(f"[name='prices.{number}.price']")
        price.fill(str(100 * (number + 1)))
        if number < 2:
            price.press("Enter")
            expect(rows).to_have_count(number + 2)
    rows.nth(1).locator("[data-remove]").click()
    screen.save()
    screen.page.wait_for_url("**/card/price_list/*")
    grid = screen.page.locator(".cw-cmain table tbody tr")
    expect(grid).to_have_count(2)
    expect(screen.page.locator(".cw-cmain")).to_contain_text("300.00")
    expect(screen.page.locator(".cw-cmain")).not_to_contain_text("200.00")


@on_desks
def test_totals_of_a_grid_run_along(screen: Screen) -> None:
    screen.open("/new/product")
    grid = screen.page.locator("#f-gifts")
    total = grid.locator("output[data-total=quantity]")
    expect(total).to_be_hidden()
    grid.locator("[data-add]").click()
    grid.locator("[name='gifts.0.quantity']").fill("2.5")
    grid.locator("[data-add]").click()
    grid.locator("[name='gifts.1.quantity']").fill("1,000")
    expect(total).to_have_text("1,002.5")
    grid.locator("[data-row='0'] [data-remove]").click()
    expect(total).to_have_text("1,000")


@apart
def test_a_wrong_line_is_marked_and_the_others_stay(screen: Screen) -> None:
    screen.open("/new/price_list")
    screen.field("name").fill("keep")
    screen.page.locator("#f-prices [data-add]").click()
    screen.page.locator("[name='prices.0.price']").fill("cheap")
    screen.page.locator("#f-prices [data-add]").click()
    screen.page.locator("[name='prices.1.price']").fill("12.5")
    screen.provoked.add(422)
    screen.save()
    expect(screen.page.locator("[name='prices.0.price']")).to_have_attribute("aria-invalid", "true")
    expect(screen.page.locator("[name='prices.0.price']")).to_have_value("cheap")
    expect(screen.page.locator("[name='prices.1.price']")).to_have_value("12.5")


@apart
def test_a_price_below_cost_wants_a_confirmation_with_its_reason(screen: Screen) -> None:
    code = screen.fresh("BELOW", "BELOW")
    screen.open("/new/product")
    screen.field("code").fill(code)
    screen.field("name").fill(code)
    screen.field("sales_price").fill("80")
    screen.field("purchase_price").fill("100")
    screen.provoked.add(422)
    screen.save()
    asked = screen.page.locator(".cw-confirmation")
    expect(asked).to_contain_text(screen.say("销售单价低于进价", "below the purchase price"))
    asked.get_by_role("checkbox").check()
    screen.save()
    expect(asked.get_by_role("textbox")).to_be_visible()
    expect(asked.get_by_role("checkbox")).to_be_checked()
    asked.get_by_role("textbox").fill(screen.say("清库存", "Clearance"))
    screen.save()
    screen.page.wait_for_url("**/card/product/*")


@apart
def test_a_contact_that_moves_keeps_its_old_employment(screen: Screen) -> None:
    screen.open("/new/contact")
    screen.field("name").fill(screen.say("换公司的人", "Person who moves"))
    screen.page.locator("#f-employments [data-add]").click()
    screen.choose("employments.0.company", "润邦")
    screen.field("employments.0.since").fill("2024-03-01")
    screen.save()
    screen.page.wait_for_url("**/card/contact/*")
    contact = screen.page.url.removeprefix(screen.address).partition("?")[0]
    screen.open(contact.replace("/card/", "/edit/"))
    screen.choose("company", "凯驰")
    screen.save()
    screen.page.wait_for_url(f"**{contact}*")
    expect(screen.page.locator(".cw-chead")).to_contain_text("凯驰")
    screen.open(f"{contact}?tab=employments")
    employments = screen.page.locator(".cw-cmain table tbody tr")
    expect(employments).to_have_count(2)
    expect(screen.page.locator(".cw-cmain")).to_contain_text("润邦")


def save_elsewhere(screen: Screen, browser: Browser, form: str, **values: str) -> None:
    """Let somebody else change a record while this form stands open."""
    other = open_context(browser, LOOKS[1])
    page = other.new_page()
    page.goto(f"{screen.address}/sign-in")
    page.locator("button[value=admin]").click()
    page.goto(screen.address + form)
    for name, value in values.items():
        page.locator(f"#f-{name}").fill(value)
    page.locator("[data-save]:visible").first.click()
    page.wait_for_url(f"**{form.replace('/edit/', '/card/')}*")
    other.close()


@apart
def test_two_who_save_one_record_choose_what_holds(screen: Screen, browser: Browser) -> None:
    customer = screen.create("customer", name=screen.say("两人同改的公司", "Company of two"))
    form = customer.replace("/card/", "/edit/")
    screen.open(form)
    theirs = {"short_name": "对方的简称", "legal_representative": "对方的法人"}
    save_elsewhere(screen, browser, form, **theirs)
    screen.field("short_name").fill("我的简称")
    screen.field("interests").fill("我的兴趣")
    screen.provoked.add(409)
    screen.save()
    screen.page.locator("[name='resolve.short_name']").first.wait_for(state="attached")
    main = screen.page.locator("main")
    expect(main).to_contain_text("对方的简称")
    expect(main).to_contain_text("我的简称")
    expect(main.locator("h1")).to_contain_text("秦朗")
    expect(main.locator("fieldset")).to_have_count(1)
    expect(main.locator("details")).to_contain_text("对方的法人")
    screen.page.locator("[name='resolve.short_name'][value=mine]").check()
    screen.page.locator("main .btn-primary:visible").click()
    screen.page.wait_for_url(f"**{customer}*")
    for kept in ("我的简称", "我的兴趣", "对方的法人"):
        expect(screen.page.locator(".cw-cmain")).to_contain_text(kept)


@apart
def test_two_who_change_different_fields_are_not_asked(screen: Screen, browser: Browser) -> None:
    customer = screen.create("customer", name=screen.say("两人各改的公司", "Company of both"))
    form = customer.replace("/card/", "/edit/")
    screen.open(form)
    save_elsewhere(screen, browser, form, legal_representative="对方的法人")
    screen.field("interests").fill("我的兴趣")
    screen.save()
    screen.page.wait_for_url(f"**{customer}*")
    for kept in ("我的兴趣", "对方的法人"):
        expect(screen.page.locator(".cw-cmain")).to_contain_text(kept)


@on_desks
def test_leaving_a_form_with_changes_is_asked(screen: Screen) -> None:
    screen.open("/new/customer")
    screen.field("name").fill("还没保存")
    screen.link("取消", "Cancel").click()
    asked = screen.page.locator("dialog[open]")
    asked.get_by_role("button", name=screen.say("留下", "Stay")).click()
    expect(screen.field("name")).to_have_value("还没保存")
    screen.link("取消", "Cancel").click()
    asked.get_by_role("button", name=screen.say("离开", "Leave")).click()
    screen.page.wait_for_url("**/list/customer*")


@on_desks
def test_formulas_follow_what_is_typed(screen: Screen) -> None:
    screen.open("/new/product")
    told = screen.page.locator("[data-computed=price_taxed]")
    screen.field("sales_price").fill("200")
    screen.field("tax_rate").fill("13")
    expect(told).to_contain_text("226.00")
    screen.field("purchase_price").fill("150")
    expect(screen.page.locator("[data-computed=margin]")).to_contain_text("25")
    screen.field("sales_price").fill("")
    expect(told).not_to_contain_text("226")
