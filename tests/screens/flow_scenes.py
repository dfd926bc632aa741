"""How to come to the pages of documents that flow: reports, approvals, doubles, prints, 联查."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from screens.scenes import LONG, Scene, plain
from screens.screen import Screen

#: An order of the demo that waits for approval, and one from which others were made.
WAITING = "/card/sales_order/27"
APPROVED = "/card/sales_order/3"
#: Every demo has it, and no test moves it.
OPPORTUNITY = "/card/opportunity/3"


def drilled(screen: Screen) -> None:
    """The records behind one number of a report."""
    screen.open("/reports/sales_by_month")
    screen.page.locator(".cw-nt tbody td a").first.click()
    screen.page.wait_for_url("**/list/**")
    screen.settle()


def narrowed(screen: Screen) -> None:
    """A report of one month, so that the way back to all of it is offered."""
    screen.open("/reports/sales_by_month")
    screen.page.locator(".cw-narrow [type=date]").first.fill("2026-09-01")
    screen.page.locator(".cw-narrow [type=submit]").click()
    screen.page.wait_for_url("**from=2026-09-01**")
    screen.settle()


def asked(screen: Screen) -> None:
    """The dialog of a move that asks why."""
    screen.open(OPPORTUNITY)
    screen.page.locator(".btn-split details summary:visible").click()
    screen.page.locator(".btn-split a[href$='/lose']:visible").click()
    expect(screen.page.locator("dialog[open] .cw-quick")).to_be_visible()


def warned(screen: Screen) -> None:
    """A form whose record looks like another one, told while typing."""
    screen.create("customer", name=_double(screen))
    screen.open("/new/customer")
    screen.field("name").fill(_double(screen))
    screen.field("short_name").fill("新纪元")
    expect(screen.page.locator(".cw-doubles a").first).to_be_visible()


def suspects(screen: Screen) -> None:
    """Records that look the same, group by group."""
    doubles = screen.page.locator(".cw-suspects", has_text=_double(screen))
    screen.open("/duplicates/customer")
    if not doubles.count():
        for city in ("苏州", "无锡"):
            screen.create("customer", name=_double(screen), short_name=city)
        screen.open("/duplicates/customer")
    expect(doubles.first).to_be_visible()


def merging(screen: Screen) -> None:
    """Two records about to become one."""
    suspects(screen)
    group = screen.page.locator(".cw-suspects", has_text=_double(screen)).first
    group.get_by_role("button").click()
    screen.page.wait_for_url(re.compile("/merge/customer"))
    screen.settle()


def _double(screen: Screen) -> str:
    """Return the name of the doubles that one person makes; it is long, as names are."""
    return f"{LONG[:-4]}{screen.look.login}"


FLOWS: dict[str, Scene] = {
    "reports": plain("/reports"),
    "report-line": plain("/reports/sales_by_month"),
    "report-narrowed": narrowed,
    "report-bars": plain("/reports/sales_by_owner"),
    "report-funnel": plain("/reports/sales_funnel"),
    "report-drilled": drilled,
    "reasons": plain("/why/sales_order/27"),
    "order": plain(WAITING),
    "approval": plain(f"{WAITING}?tab=approval"),
    "approvals": plain("/approvals"),
    "chain": plain(f"{APPROVED}?tab=chain"),
    "print": plain("/print/sales_order/3/order_sheet"),
    "sources": plain("/sources/contract_to_order"),
    "notifications": plain("/notifications"),
    "form-order": plain("/new/sales_order"),
    "form-opportunity": plain("/edit/opportunity/3"),
    "money": plain("/list/customer_money_entry?query=standing"),
    "move-asks": asked,
    "doubles-warned": warned,
    "doubles": suspects,
    "merge": merging,
}
#: What only who keeps the installation sees.
OPERATOR: dict[str, Scene] = {
    "checks": plain("/checks"),
    "settings": plain("/settings"),
    "jobs-all": plain("/jobs"),
    "outbox": plain("/outbox"),
    "changes": plain("/changes"),
    "change": plain("/changes/1"),
    "packs": plain("/packs"),
}
