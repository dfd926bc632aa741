"""In the demo company everybody sees the records of his place, and nobody an empty list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from serving import PASSWORD, Served, serve

from cardwright_entities.accounts.accounts import find_account
from cardwright_entities.accounts.acting import principal_of
from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk
from cardwright_entities.errors import AccessError, NotFoundError
from cardwright_entities.flows.chains import read_chain
from cardwright_entities.queries.requests import PageRequest
from cardwright_metadata.pack_folders import bundled_packs
from cardwright_platform.signing_in import set_password


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The bundled packs with the demo company."""
    served = serve("", tmp_path_factory.mktemp("demo"), *bundled_packs(), demo=True)
    yield served
    served.instance.close()


def acting(demo: Served, login: str) -> Context:
    """Return who signs in under a login."""
    system = demo.instance.system_context()
    with demo.instance.engine.read(system) as desk:
        account = find_account(desk.session, login)
        assert account is not None
        principal, _ = principal_of(desk.session, desk.model, account.id)
    return replace(system, principal=principal)


def count(demo: Served, login: str, entity: str, where: str = "id > 0") -> int:
    """Return how many records of an entity somebody sees."""
    with demo.instance.engine.read(acting(demo, login)) as desk:
        condition = desk.condition(entity, where)
        page = desk.page(PageRequest(entity=entity, where=condition, count="exact"))
    assert page.count is not None
    return page.count.value


def test_each_sees_the_customers_of_his_place(demo: Served) -> None:
    logins = ("admin", "office", "service", "manager", "sales")
    seen = {login: count(demo, login, "customer") for login in logins}
    assert seen["admin"] == seen["office"] == seen["service"] > seen["manager"] > seen["sales"] > 50
    assert count(demo, "sales", "customer", "owner is empty") > 15
    assert count(demo, "sales", "customer", "owner = $me") > 30
    assert count(demo, "sales", "customer", "owner in $my_teams") > 3
    assert count(demo, "manager", "customer", "owner in $my_subordinates") > 200


def ids(demo: Served, login: str, where: str) -> list[int]:
    """Return the customers of a kind that somebody sees."""
    with demo.instance.engine.read(acting(demo, login)) as desk:
        condition = desk.condition("customer", where)
        return [row.id for row in desk.page(PageRequest(entity="customer", where=condition)).rows]


def test_buttons_offer_what_may_be_done_with_this_very_record(demo: Served) -> None:
    with demo.instance.engine.read(demo.instance.system_context()) as desk:
        account = find_account(desk.session, "sales")
    assert account is not None
    set_password(demo.instance, account, PASSWORD)
    browser = demo.browser()
    browser.sign_in("sales", PASSWORD)
    mine, of_nobody = (ids(demo, "sales", where)[0] for where in ("owner = $me", "owner is empty"))
    assert f"/edit/customer/{mine}" in browser.get(f"/card/customer/{mine}").text
    card = browser.get(f"/card/customer/{of_nobody}")
    assert card.status_code == 200
    assert f"/edit/customer/{of_nobody}" not in card.text
    assert f"/card/customer/{of_nobody}/delete" not in card.text
    assert browser.get(f"/edit/customer/{of_nobody}").status_code == 403
    unseen = set(ids(demo, "admin", "owner is not empty")) - set(ids(demo, "sales", "id > 0"))
    hidden = min(unseen)
    assert browser.get(f"/card/customer/{hidden}").status_code == 404
    told = browser.get("/api/v1/catalog/customer").get_json()
    assert set(told["limited"]) == set(told["actions"])


@pytest.mark.parametrize("login", ["admin", "office", "service", "manager", "sales"])
def test_no_list_of_the_menu_is_empty(demo: Served, login: str) -> None:
    with demo.instance.engine.read(acting(demo, login)) as desk:
        menus = desk.model.catalog.menus.values()
        shown = {item.entity for menu in menus for item in menu.items if item.entity}
    empty = {entity for entity in shown if count(demo, login, entity) == 0}
    assert empty == set()


def test_the_papers_of_a_deal_know_each_other(demo: Served) -> None:
    with demo.instance.engine.read(acting(demo, "admin")) as desk:
        won = desk.condition("lead", "stage = 'converted'")
        leads = desk.page(PageRequest(entity="lead", where=won)).rows
        chains = [read_chain(desk, "lead", each.id) for each in leads]
    walked = {each.record.entity for chain in chains for each in chain.records}
    assert walked >= {
        "customer", "opportunity", "quote", "sales_contract", "sales_order",
        "delivery_notice", "receipt", "invoice",
    }  # fmt: skip


def total(desk: Desk, entity: str, field: str, where: str = "id > 0") -> Decimal:
    """Return the sum of a field over the records that somebody sees."""
    condition = desk.condition(entity, where)
    page = desk.page(PageRequest(entity=entity, where=condition, totals={field: "sum"}))
    return Decimal(str(page.totals[field] or 0))


def test_the_receivables_of_the_demo_are_its_orders_less_its_receipts(demo: Served) -> None:
    here = " and currency is empty"
    with demo.instance.engine.read(acting(demo, "admin")) as desk:
        ordered = total(desk, "sales_order", "total", "stage in ('approved', 'closed')")
        received = total(desk, "receipt", "amount", "stage = 'confirmed'")
        opening = total(desk, "customer", "opening_balance")
        balance = total(desk, "receivable_balance", "amount")
        differences = (
            total(desk, "receipt", "exchange_difference", "stage = 'confirmed'")
            + total(desk, "advance_set_off", "exchange_difference")
            + total(desk, "receipt", "exchange_rest")
            + total(desk, "sales_order", "exchange_rest")
        )
        ordered_here = total(desk, "sales_order", "total", f"stage in ('approved', 'closed'){here}")
        received_here = total(desk, "receipt", "amount", f"stage = 'confirmed'{here}")
        unpaid = total(desk, "sales_order", "open_amount", f"stage in ('approved', 'closed'){here}")
        announced = total(desk, "receipt", "applied", f"stage = 'draft'{here}")
        advances = total(desk, "receipt", "open_advance", f"stage = 'confirmed'{here}")
    assert differences != 0
    assert balance == ordered - received + opening + differences > 0
    assert ordered_here - received_here == unpaid + announced - advances


def test_what_customers_abroad_paid_leaves_nothing_but_what_is_open(demo: Served) -> None:
    with demo.instance.engine.read(acting(demo, "admin")) as desk:
        paid = "name = 'Pacific Motion Systems, Inc.'"
        condition = desk.condition("customer", paid)
        client = desk.page(PageRequest(entity="customer", where=condition)).rows[0]
        owed = total(desk, "receivable_balance", "amount", f"customer = {client.id}")
    assert owed == 0
    for rate in ("7.179", "7.115"):
        assert count(demo, "admin", "receipt", f"currency.code = 'USD' and rate = {rate}") > 0


def test_running_opportunities_have_the_steps_of_their_stage(demo: Served) -> None:
    running = "stage in ('dig', 'track', 'confirm', 'sign')"
    held = count(demo, "admin", "opportunity", f"{running} and steps_open > 0")
    assert 0 < held <= count(demo, "admin", "opportunity", running)
    assert count(demo, "admin", "opportunity_step", "state = 'done' and done_by is empty") == 0


#: What each may do with what the sales chain brings: read, create, edit, delete, export, print.
SALES_RIGHTS = {
    "activity": {"sales": "rcedxp", "manager": "rcedxp", "service": "rce", "office": "rcedxp"},
    "campaign": {"sales": "r", "manager": "rcexp", "service": "r", "office": "rcedxp"},
    "lead": {"sales": "rcedxp", "manager": "rcedxp", "service": "r", "office": "rcedxp"},
    "opportunity": {"sales": "rcedxp", "manager": "rcedxp", "service": "r", "office": "rcedxp"},
    "quote": {"sales": "rcedxp", "manager": "rcedxp", "service": "r", "office": "rcedxp"},
    "sales_contract": {"sales": "rcedxp", "manager": "rcedxp", "service": "r", "office": "rcedxp"},
    "sales_order": {"sales": "rcedxp", "manager": "rcedxp", "service": "r", "office": "rcedxp"},
    "delivery_notice": {"sales": "rcedxp", "manager": "rcedxp", "service": "r", "office": "rcedxp"},
    "receipt": {"sales": "rcedxp", "manager": "rcedxp", "service": "r", "office": "rcedxp"},
    "expense_claim": {"sales": "rcedxp", "manager": "rcedxp", "service": "rce", "office": "rcedxp"},
    "competitor": {"sales": "rce", "manager": "rcedx", "service": "r", "office": "rcedxp"},
    "competitor_kind": {"sales": "r", "manager": "rce", "service": "r", "office": "rcedxp"},
    "market_intelligence": {"sales": "rce", "manager": "rcedx", "service": "rc"},
    "knowledge_article": {"sales": "rcep", "manager": "rcedxp", "service": "rcep"},
    "tax_code": {"sales": "r", "manager": "r", "office": "rcedxp"},
    "revaluation": {"sales": "r", "manager": "rx", "office": "rcedxp"},
    "tax_share_entry": {"sales": "r", "manager": "rx"},
    "sales_step": {"sales": "r", "manager": "rce", "service": "r", "office": "rcedxp"},
    "opportunity_step": {"sales": "rcedxp", "manager": "rcedxp", "service": "r"},
    "expense_type": {"sales": "r", "manager": "r", "service": "r", "office": "rcedxp"},
    "cash_account": {"sales": "r", "manager": "r", "service": "r", "office": "rcedxp"},
    "sale_slip": {"sales": "rcedxp", "service": "rce", "office": "rcedxp"},
    "receivable_balance": {"sales": "r", "manager": "rx"},
    "customer_money_balance": {"sales": "rx", "manager": "rx"},
    "customer_money_entry": {"sales": "rx", "manager": "rx"},
    "stored_value_entry": {"sales": "r", "manager": "rx"},
}
LETTERS = {"read": "r", "create": "c", "edit": "e", "delete": "d", "export": "x", "print": "p"}


@pytest.mark.parametrize("entity", SALES_RIGHTS)
def test_each_role_may_do_its_part_in_the_sales_chain(demo: Served, entity: str) -> None:
    found = {}
    for login in SALES_RIGHTS[entity]:
        context = acting(demo, login)
        with demo.instance.engine.read(context) as desk:
            may = [
                letter
                for action, letter in LETTERS.items()
                if desk.policy.may(context.principal, entity, action)
            ]
        found[login] = "".join(may)
    assert found == SALES_RIGHTS[entity]


@pytest.mark.parametrize(
    "entity", ["activity", "quote", "sales_order", "receipt", "receivable_balance"]
)
def test_a_salesperson_sees_less_than_his_director_and_the_office_all(
    demo: Served, entity: str
) -> None:
    seen = [count(demo, login, entity) for login in ("sales", "manager", "office")]
    assert 0 < seen[0] < seen[1] <= seen[2]


def offered(demo: Served, login: str, entity: str, where: str) -> set[str]:
    """Return what somebody is offered on the first record of a kind that he sees."""
    with demo.instance.engine.read(acting(demo, login)) as desk:
        request = PageRequest(entity=entity, where=desk.condition(entity, where))
        record = desk.page(request).rows[0].id
        return {each.name for each in desk.actions.offered(entity, record)}


def test_money_is_confirmed_by_who_may_and_asked_of_who_decides(demo: Served) -> None:
    assert "confirm" not in offered(demo, "sales", "receipt", "stage = 'draft' and owner = $me")
    assert "confirm" in offered(demo, "office", "receipt", "stage = 'draft'")
    waiting = "stage = 'approving'"
    assert "approval.approve" not in offered(demo, "office", "sales_order", waiting)
    assert "approval.approve" in offered(demo, "manager", "sales_order", waiting)


def test_activities_are_read_by_who_takes_part_and_whose_the_customer_is(demo: Served) -> None:
    theirs = "owner != $me"
    assert count(demo, "service", "activity", f"{theirs} and customer is not empty") > 100
    mine = (
        "owner = $me or owner in $my_teams or customer.owner = $me or customer.owner in $my_teams"
    )
    assert count(demo, "sales", "activity") == count(demo, "sales", "activity", mine) > 20
    visited = "lead is not empty and customer is not empty and state = 'done'"
    assert count(demo, "admin", "activity", visited) > 3


PRINTS = {
    "quote": "quote_sheet",
    "sales_contract": "contract_sheet",
    "sales_order": "order_sheet",
    "delivery_notice": "delivery_sheet",
}


@pytest.mark.parametrize("entity", PRINTS)
def test_the_papers_for_customers_are_printed_with_the_amount_in_words(
    demo: Served, entity: str
) -> None:
    with demo.instance.engine.read(demo.instance.system_context()) as desk:
        account = find_account(desk.session, "office")
    assert account is not None
    set_password(demo.instance, account, PASSWORD)
    browser = demo.browser()
    browser.sign_in("office", PASSWORD)
    page = browser.get(f"/print/{entity}/1/{PRINTS[entity]}.html")
    assert page.status_code == 200
    assert "大写：" in page.text
    assert "圆" in page.text or "元" in page.text


def test_a_paper_in_another_currency_says_so_and_has_no_chinese_amount_in_words(
    demo: Served,
) -> None:
    with demo.instance.engine.read(acting(demo, "office")) as desk:
        condition = desk.condition("quote", "currency.code = 'EUR'")
        record = desk.page(PageRequest(entity="quote", where=condition)).rows[0].id
    browser = demo.browser()
    browser.sign_in("office", PASSWORD)
    page = browser.get(f"/print/quote/{record}/quote_sheet.html")
    assert "€" in page.text
    assert "大写" not in page.text


def test_an_article_is_read_by_the_departments_that_it_names(demo: Served) -> None:
    closed = "title = '竞争报价时的底线与让步顺序'"
    seen = {
        login: (
            count(demo, login, "knowledge_article"),
            count(demo, login, "knowledge_article", closed),
        )
        for login in ("sales", "service", "manager", "office")
    }
    assert seen == {"sales": (5, 1), "service": (4, 0), "manager": (5, 1), "office": (5, 1)}
    assert count(demo, "sales", "opportunity", "articles is not empty") > 0
    with demo.instance.engine.read(acting(demo, "admin")) as desk:
        (row,) = desk.page(
            PageRequest(
                entity="knowledge_article",
                columns=("readers",),
                where=desk.condition("knowledge_article", closed),
            )
        ).rows
        shown = desk.record("knowledge_article", row.id)
    named = {name for (entity, _), name in shown.titles.items() if entity == "department"}
    assert {"销售中心", "销售一部", "销售二部", "华南销售部", "西南销售部"} <= named


@pytest.fixture(scope="module")
def outside(demo: Served) -> tuple[int, int]:
    """Let a contact of a company that has ordered sign in as ``portal``; return both."""
    account = demo.add("portal", "portal_contact")
    with demo.instance.engine.write(demo.instance.system_context()) as desk:
        agreed = desk.condition("sales_order", "stage = 'approved'")
        orders = PageRequest(entity="sales_order", where=agreed, columns=("customer",))
        bought = {row.values["customer"] for row in desk.page(orders).rows}
        companies = " or ".join(f"company = record('customer', {each})" for each in sorted(bought))
        works = desk.condition("contact", f"employments any (until is empty and ({companies}))")
        found = desk.page(PageRequest(entity="contact", where=works, columns=("company",))).rows[0]
        who, company = found.id, found.values["company"].id
        desk.records.update("contact", who, {"account": account.id}, None)
    return who, company


def test_a_portal_contact_sees_himself_his_company_and_its_orders(
    demo: Served, outside: tuple[int, int]
) -> None:
    who, company = outside
    context = acting(demo, "portal")
    assert (context.principal.contact, context.principal.employee) == (who, None)
    with demo.instance.engine.read(context) as desk:
        for entity, expected in (("contact", [who]), ("customer", [company])):
            assert [row.id for row in desk.page(PageRequest(entity=entity)).rows] == expected
        known = [
            each
            for each in desk.model.catalog.entities
            if desk.policy.may(context.principal, each, "read")
            and not desk.model.entity(each).definition.owner
        ]
    assert set(known) == {"contact", "customer", "sales_order"}
    mine = f"customer = {company} and stage in ('approved', 'closed')"
    assert count(demo, "portal", "sales_order") == count(demo, "admin", "sales_order", mine) > 0


def test_a_portal_contact_is_told_nothing_of_what_we_note(
    demo: Served, outside: tuple[int, int]
) -> None:
    who, company = outside
    browser = demo.browser()
    assert browser.sign_in("portal", PASSWORD).status_code == 303
    told = browser.get(f"/api/v1/records/contact/{who}").get_json()
    hidden = {"remark", "role", "owner", "last_contact_on", "hobbies", "account"}
    assert "name" in told
    assert not hidden & set(told)
    assert browser.get(f"/card/customer/{company}").status_code == 200
    other = min(set(ids(demo, "admin", "id > 0")) - {company})
    assert browser.get(f"/card/customer/{other}").status_code == 404
    assert browser.get("/list/lead").status_code == 404
    with (
        pytest.raises((AccessError, NotFoundError)),
        demo.instance.engine.write(acting(demo, "portal")) as desk,
    ):
        desk.records.update("contact", who, {"name": "Somebody else"}, None)


def test_who_keeps_contacts_says_of_none_which_account_he_has(
    demo: Served, outside: tuple[int, int]
) -> None:
    with demo.instance.engine.read(acting(demo, "admin")) as desk:
        may = {
            login: "account"
            in desk.policy.fields(acting(demo, login).principal, "contact", "write")
            for login in ("admin", "sales", "office")
        }
    assert may == {"admin": True, "sales": False, "office": False}
