"""How to come to each page that is worth a picture, in the state that shows most of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect
from screens.screen import Screen

Scene = Callable[[Screen], None]
#: A customer of the demo with people, departments, history and figures.
CUSTOMER = "/card/customer/3"
LONG = "苏州工业园区新纪元精密机械与自动化控制系统集成技术（集团）股份有限公司华东分公司"


def plain(path: str, *, status: int = 200) -> Scene:
    """Return the scene that is nothing but an address."""

    def show(screen: Screen) -> None:
        screen.open(path, status=status)

    return show


def filter_builder(screen: Screen) -> None:
    """Two conditions and a group of two, applied, with the builder open again."""
    conditions = "level in ('A', 'B') and (name contains '苏州' or credit_limit >= 1000000)"
    screen.open(f"/list/customer?where={conditions}")
    screen.page.locator("[data-opens=cw-builder]").click()
    screen.page.locator("#cw-builder .cw-b-group .cw-b-field select").first.wait_for()


def new_condition(screen: Screen) -> None:
    """A builder that was opened just now."""
    screen.open("/list/customer")
    screen.page.locator("[data-opens=cw-builder]").click()
    screen.page.locator("#cw-builder .cw-b-field select").first.wait_for()


def wrong_condition(screen: Screen) -> None:
    """A condition that names a field which is not there."""
    screen.open("/list/customer?where=naem contains '机'")
    expect(screen.page.locator(".cw-chip-wrong")).to_be_visible()


def column_chooser(screen: Screen) -> None:
    """The columns of a list, opened."""
    screen.open("/list/customer")
    menu = screen.page.locator(".cw-menu:has(.cw-chooser)")
    menu.locator("summary").click()
    expect(menu.locator(".cw-chooser")).to_be_visible()


def selection(screen: Screen) -> None:
    """Some rows chosen, so that the bulk bar stands below."""
    screen.open("/list/customer")
    boxes = screen.page.locator("#cw-list [name=ids]:visible")
    for number in range(3):
        boxes.nth(number).check()
    expect(screen.page.locator(".cw-bulk")).to_be_visible()


def wrong_form(screen: Screen) -> None:
    """A customer with mistakes, after the attempt to save it."""
    screen.open("/new/customer")
    screen.field("founded_on").fill("2099-01-01")
    screen.field("credit_days").fill("a month")
    screen.provoked.add(422)
    screen.save()
    expect(screen.page.locator(".cw-form-errors")).to_be_visible()


def open_picklist(screen: Screen) -> None:
    """A link whose search was begun."""
    screen.open("/new/contact")
    drawn = screen.open_choice("company")
    screen.page.keyboard.type("润邦")
    drawn.locator(".option").first.wait_for()


def lines(screen: Screen) -> None:
    """A price list whose lines are being typed."""
    screen.open("/new/price_list")
    screen.field("code").fill("2027-A")
    screen.field("name").fill(screen.say("2027 年度经销价", "Dealers 2027"))
    for number, words in enumerate(("伺服电机", "减速机")):
        screen.page.locator("#f-prices [data-add]").click()
        screen.choose(f"prices.{number}.product", words)
        screen.page.locator(f"[name='prices.{number}.price']").fill(str(1280 * (number + 1)))


def below(screen: Screen) -> None:
    """The end of a long form."""
    screen.open("/new/product")
    screen.page.locator("#f-gifts [data-add]").scroll_into_view_if_needed()


def card_in_list(screen: Screen) -> None:
    """A card as one comes to it from a query: with its place and its neighbours."""
    screen.open("/list/customer?query=key_accounts")
    row = screen.rows().nth(1)
    (row if screen.is_phone else row.locator(".cw-name")).click()
    screen.page.wait_for_url("**/card/customer/*")
    screen.settle()


def long_name(screen: Screen) -> None:
    """The card of a company whose name fits nowhere, right after it was stored."""
    screen.create("customer", name=LONG)


def long_name_in_list(screen: Screen) -> None:
    """The same company in a list."""
    screen.create("customer", name=LONG)
    screen.open("/list/customer?q=新纪元精密机械")
    expect(screen.rows().first).to_be_visible()


def question(screen: Screen) -> None:
    """A company about to go to the bin."""
    screen.open(screen.create("customer", name=screen.fresh("待删除", "Gone")))
    menu = screen.page.locator(".cw-top .cw-menu")
    menu.locator("summary").click()
    menu.get_by_role("button", name=screen.say("删除", "Delete")).click()
    expect(screen.page.get_by_role("alertdialog")).to_be_visible()


def bin_(screen: Screen) -> None:
    """A bin with something in it."""
    question(screen)
    screen.page.get_by_role("alertdialog").get_by_role("button").first.click()
    expect(screen.toast()).to_be_visible()
    screen.open("/bin?entity=customer")
    expect(screen.rows().first).to_be_visible()


def command_bar(screen: Screen) -> None:
    """The command bar with what it found."""
    screen.open("/")
    screen.page.keyboard.press("Control+k")
    screen.page.keyboard.type("润邦")
    screen.page.locator("#cw-command [role=option]").first.wait_for()


def picker(screen: Screen) -> None:
    """The dialog in which a linked record is looked for."""
    screen.open("/new/contact")
    screen.page.locator("[data-pick]:visible").first.click()
    screen.page.locator("#cw-dialog [data-id]").first.wait_for()


def conflict(screen: Screen) -> None:
    """What is asked when somebody else saved the record meanwhile."""
    customer = screen.create("customer", name=screen.fresh("两人同改", "Two at once "))
    form = customer.replace("/card/", "/edit/")
    screen.open(form)
    other = screen.page.context.new_page()
    other.goto(screen.address + form)
    other.locator("#f-short_name").fill("无锡华光")
    other.locator("#f-legal_representative").fill("张晨光")
    other.locator("[data-save]:visible").first.click()
    other.wait_for_url(f"**{customer}*")
    other.close()
    screen.field("short_name").fill("华光电气")
    screen.provoked.add(409)
    screen.save()
    screen.page.locator("[name='resolve.short_name']").first.wait_for(state="attached")


def own_menu(screen: Screen) -> None:
    """The menu behind one's own name."""
    screen.open("/list/customer")
    screen.page.locator(".cw-side-foot .cw-menu > summary").click()
    expect(screen.page.locator(".cw-side-pop")).to_be_visible()


def keys(screen: Screen) -> None:
    """The table of all keys."""
    screen.open("/list/customer")
    screen.page.keyboard.press("?")
    expect(screen.page.locator("#cw-keys")).to_be_visible()


def side_menu(screen: Screen) -> None:
    """What a phone shows behind the bar's last place."""
    screen.open("/list/customer")
    screen.page.locator(".cw-ph-nav a").last.click()
    expect(screen.page.locator("#cw-side")).to_be_visible()


def table_to_import(folder: Path) -> Path:
    """Write a table with good rows, wrong ones and a column that nothing knows."""
    table = folder / "客户.csv"
    table.write_text(
        "客户名称,电话,地区,年收入,没见过的列\n"
        "无锡华光电气有限公司,0512-66667777,锡山区,1000,x\n"
        "常州远大机械有限公司,0510-85551234,,2500.5,y\n"
        "南通坏行公司,abc def,没有的地区,xx,z\n",
        encoding="gb18030",
    )
    return table


def import_columns(screen: Screen, table: Path) -> None:
    """The second step of an import: which column is which field."""
    screen.open("/import/customer")
    screen.page.locator("input[type=file]").set_input_files(table)
    screen.button("读取文件", "Read the file").click()
    screen.page.locator("[name='column.0']").wait_for(state="attached")
    screen.settle()


def import_tried(screen: Screen) -> None:
    """The third step: what the dry run says."""
    screen.button("试运行", "Dry run").click()
    expect(screen.page.locator(".cw-counts")).to_be_visible(timeout=30_000)


def import_done(screen: Screen) -> None:
    """The last step: what was imported."""
    screen.page.locator("main .btn-primary:visible").click()
    done = screen.page.get_by_text(screen.say("导入完成", "Imported"))
    expect(done.first).to_be_visible(timeout=30_000)


EVERYWHERE: dict[str, Scene] = {
    "home": plain("/"),
    "list": plain("/list/customer"),
    "list-query": plain("/list/customer?query=key_accounts"),
    "list-products": plain("/list/product"),
    "list-none-found": plain("/list/customer?where=name = '没有这家'"),
    "list-long-name": long_name_in_list,
    "filter": filter_builder,
    "filter-new": new_condition,
    "filter-wrong": wrong_condition,
    "card": plain(CUSTOMER),
    "card-in-list": card_in_list,
    "card-people": plain(f"{CUSTOMER}?tab=people"),
    "card-files": plain(f"{CUSTOMER}?tab=files"),
    "card-product": plain("/card/product/1"),
    "card-long-name": long_name,
    "form": plain("/new/customer"),
    "form-contact": plain("/new/contact"),
    "form-errors": wrong_form,
    "form-product-below": below,
    "form-lines": lines,
    "question": question,
    "bin": bin_,
    "bin-empty": plain("/bin?entity=uom"),
    "import": plain("/import/customer"),
    "search": plain("/search?q=伺服"),
    "account": plain("/account"),
    "jobs": plain("/jobs"),
    "picker": picker,
    "conflict": conflict,
    "not-found": plain("/nothing-here", status=404),
}
DESKS: dict[str, Scene] = {
    "columns": column_chooser,
    "selection": selection,
    "form-link": open_picklist,
    "command": command_bar,
    "keys": keys,
    "me": own_menu,
    "list-tiles": plain("/list/customer?mode=cards"),
}
PHONES: dict[str, Scene] = {"menu": side_menu}
