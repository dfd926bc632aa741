"""The whole chain of pack sales through the screens: from a lead to a receipt of two orders."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, expect
from screens.company import Company
from screens.looks import LOOKS, Look
from screens.screen import Screen, open_screen

Contexts = Callable[[Look], BrowserContext]

#: Who leads sales may take back what was approved; the office agrees to contracts.
LEADER = Look("manager", "zh", "desk")
at_a_desk = pytest.mark.parametrize("screen", [LEADER], ids=str, indirect=True)


@pytest.fixture
def office(contexts: Contexts, company: Company) -> Iterator[Screen]:
    """A tab of somebody in the office."""
    with open_screen(contexts(LOOKS[0]), LOOKS[0], company.address) as opened:
        yield opened


def act(screen: Screen, *labels: str) -> None:
    """Press buttons of a card one after the other, whether in front or behind the first."""
    for label in labels:
        buttons = screen.page.locator(".cw-card-top .btn-split")
        found = buttons.get_by_text(label, exact=True)
        if not found.first.is_visible():
            buttons.locator("summary").click()
        found.first.click()


def moved(screen: Screen, label: str, state: str) -> None:
    """Press a button that moves a record to another state, and see it there."""
    act(screen, label)
    expect(now(screen)).to_contain_text(state)


def now(screen: Screen) -> Locator:
    """Find the state in which the record is; an order that recurs shows that below."""
    return screen.page.locator(".cw-path [aria-current=step]").first


def dialog(screen: Screen) -> Locator:
    return screen.page.locator("dialog[open]")


def store(screen: Screen, entity: str) -> str:
    """Save a form and return the path of the card that it leads to."""
    screen.save()
    screen.page.wait_for_url(re.compile(rf"/card/{entity}/\d+"))
    screen.settle()
    return screen.page.url.removeprefix(screen.address).partition("?")[0]


def made(screen: Screen, label: str, entity: str) -> str:
    """Make another record from a card's, as it is proposed; return the path of its card."""
    act(screen, label)
    screen.page.wait_for_url(re.compile(rf"/(card|new)/{entity}\b"))
    screen.settle()
    if "/new/" in screen.page.url:
        return store(screen, entity)
    return screen.page.url.removeprefix(screen.address).partition("?")[0]


def follow(screen: Screen, kind: str) -> None:
    """Go on from a card to the record of a kind that 联查 names."""
    screen.open(f"{screen.page.url.removeprefix(screen.address).partition('?')[0]}?tab=chain")
    screen.page.locator(".cw-chain li a", has_text=kind).first.click()
    screen.page.wait_for_url(lambda url: "tab=chain" not in url)
    screen.settle()


def a_customer_from_a_lead(screen: Screen, name: str) -> None:
    """Make a customer, his contact and an opportunity from a lead, and stand on the last."""
    screen.open("/new/lead")
    for field, text in {
        "name": name,
        "person": f"陆{name[-4:]}",
        "expected_amount": "20000",
    }.items():
        screen.field(field).fill(text)
    store(screen, "lead")
    act(screen, "转为客户")
    dialog(screen).get_by_label("同时建商机").check()
    dialog(screen).get_by_role("button", name="转为客户").click()
    screen.page.wait_for_url("**/card/customer/*")
    expect(screen.page.locator("h1")).to_have_text(name)
    screen.open(f"/list/opportunity?where=name = '{name}'")
    screen.rows().first.locator(".cw-name").click()
    screen.page.wait_for_url("**/card/opportunity/*")
    screen.settle()


def an_opportunity_with_products(screen: Screen, name: str) -> None:
    """Say what the customer wants and go on with it."""
    screen.page.locator(".cw-card-top").get_by_role("link", name="编辑").click()
    screen.page.wait_for_url("**/edit/opportunity/*")
    screen.settle()
    screen.choose("contact", f"陆{name[-4:]}")
    screen.field("expected_on").fill("2027-06-30")
    for number, (product, quantity) in enumerate((("SM060-750", "3"), ("CB-M3", "7"))):
        screen.page.locator("#f-items [data-add]").click()
        screen.choose(f"items.{number}.product", product, "")
        screen.page.locator(f"[name='items.{number}.quantity']").fill(quantity)
    card = store(screen, "opportunity")
    the_first_visit(screen, card)
    screen.open(card)
    moved(screen, "确认商机", "商机确认")


def the_first_visit(screen: Screen, card: str) -> None:
    """Do the step that the company requires before an opportunity goes on."""
    screen.open(f"{card}?tab=steps")
    screen.page.get_by_role("link", name="首次拜访").click()
    screen.page.wait_for_url("**/card/opportunity_step/*")
    act(screen, "完成")
    dialog(screen).locator("#f-result").fill("拜访了设备部")
    dialog(screen).locator("footer button").last.click()
    expect(dialog(screen)).to_have_count(0)
    expect(screen.page.locator(".cw-path [aria-current=step]").first).to_contain_text("已完成")


def an_agreed_quote(screen: Screen) -> None:
    """Quote what was asked for; without a great discount nobody has to approve it."""
    made(screen, "生成报价单", "quote")
    moved(screen, "提交", "已审核")
    act(screen, "发给客户")
    dialog(screen).locator("footer button").last.click()
    expect(now(screen)).to_contain_text("发给客户")
    moved(screen, "客户同意", "客户同意")


def two_orders(screen: Screen, office: Screen) -> list[str]:
    """Sign a contract and order it in two parts; both orders are approved."""
    contract = made(screen, "生成合同", "sales_contract")
    moved(screen, "提交", "审批中")
    office.open(contract)
    act(office, "审核")
    dialog(office).locator("footer button").last.click()
    expect(now(office)).to_contain_text("待签订")
    screen.open(contract)
    act(screen, "签订")
    dialog(screen).locator("#f-signed_on").fill("2026-11-22")
    screen.choose("signatory", "沈嘉禾")
    dialog(screen).locator("footer button").last.click()
    expect(now(screen)).to_contain_text("执行中")
    orders = []
    for quantities in (("2", "3"), ()):
        screen.open("/sources/contract_to_order")
        number = contract.rpartition("/")[2]
        screen.page.locator(f"[name=sources][value='{number}']").check()
        screen.page.get_by_role("button", name="选用").click()
        screen.page.wait_for_url("**/new/sales_order*")
        screen.settle()
        for line, quantity in enumerate(quantities):
            screen.page.locator(f"[name='lines.{line}.quantity']").fill(quantity)
        orders.append(store(screen, "sales_order"))
        moved(screen, "提交", "已审核")
    return orders


def a_partial_delivery(screen: Screen, order: str) -> None:
    """Deliver less than ordered; more than is open is refused beside its line."""
    screen.open(order)
    act(screen, "部分通知发货")
    screen.page.wait_for_url("**/new/delivery_notice*")
    screen.settle()
    quantity = screen.page.locator("[name='lines.0.quantity']")
    quantity.fill("2.5")
    screen.provoked.add(422)
    screen.save()
    expect(screen.page.locator(".cw-cell-msg")).to_contain_text("2")
    quantity.fill("1")
    store(screen, "delivery_notice")
    screen.open(order)
    expect(screen.page.locator("#s-state")).to_contain_text("部分")


def held_back(screen: Screen, order: str) -> None:
    """An order with a delivery cannot be taken back, and the delivery is named."""
    screen.open(order)
    act(screen, "反审核")
    dialog(screen).locator("#f-comment").fill("改数量")
    screen.provoked.add(409)
    dialog(screen).locator("footer button").last.click()
    told = screen.page.get_by_role("alert").filter(has_text=re.compile("FH20[0-9]{4}-"))
    expect(told.first).to_be_visible()
    screen.open(order)
    expect(now(screen)).to_contain_text("已审核")


def a_receipt_of_both(screen: Screen, orders: list[str]) -> str:
    """Pull one receipt from two orders and confirm it."""
    screen.open("/sources/order_to_receipt")
    for order in orders:
        screen.page.locator(f"[name=sources][value='{order.rpartition('/')[2]}']").check()
    screen.page.get_by_role("button", name="选用").click()
    screen.page.wait_for_url("**/new/receipt*")
    screen.settle()
    expect(screen.page.locator("#f-lines tr[data-row]")).to_have_count(2)
    receipt = store(screen, "receipt")
    moved(screen, "确认到账", "已到账")
    return receipt


@pytest.mark.timeout(900)
@at_a_desk
def test_a_lead_becomes_money_and_the_chain_is_walked_there_and_back(
    screen: Screen, office: Screen
) -> None:
    name = screen.fresh("无锡瑞驰", "Ruichi")
    a_customer_from_a_lead(screen, name)
    an_opportunity_with_products(screen, name)
    an_agreed_quote(screen)
    orders = two_orders(screen, office)
    a_partial_delivery(screen, orders[0])
    held_back(screen, orders[0])
    receipt = a_receipt_of_both(screen, orders)
    screen.open(orders[0])
    expect(screen.page.locator(".cw-facts")).to_contain_text("0.00")
    made(screen, "全额开票", "invoice")
    screen.open(f"/list/lead?where=name = '{name}'")
    screen.rows().first.locator(".cw-name").click()
    screen.page.wait_for_url("**/card/lead/*")
    follow(screen, "收款单")
    assert screen.page.url.endswith(receipt)
    follow(screen, "线索")
    expect(screen.page.locator("h1")).to_have_text(name)


@at_a_desk
def test_a_price_offers_the_last_one_the_list_and_the_product(screen: Screen) -> None:
    screen.open("/list/sales_order?where=customer_number = 'PO-0001'")
    customer = screen.rows().first.locator("td").nth(3).inner_text()
    screen.rows().first.locator(".cw-name").click()
    screen.page.wait_for_url("**/card/sales_order/*")
    screen.settle()
    product = screen.page.locator("#s-lines tbody td").first.inner_text()
    screen.open("/new/quote")
    screen.choose("customer", customer)
    screen.page.locator("#f-lines [data-add]").click()
    screen.choose("lines.0.product", product)
    price = screen.page.locator("[name='lines.0.price']")
    expect(price).not_to_have_value("")
    screen.page.locator("[data-suggest='lines.0.price'] [data-offers]").click()
    offers = screen.page.locator(".cw-offers .cw-offer")
    expect(offers).to_have_count(3)
    assert [each.split("\n")[0] for each in offers.all_inner_texts()] == [
        "上次价",
        "价目价",
        "标准价",
    ]
    screen.page.keyboard.press("Escape")
    expect(screen.page.locator(".cw-offers")).to_have_count(0)
    expect(screen.page.locator("dialog[open]")).to_have_count(0)
