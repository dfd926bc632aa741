"""The whole chain of pack sales through the API: from a lead to two orders, one receipt, back."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from serving import Program, Served, serve
from sqlalchemy import func, select

from cardwright_metadata.pack_folders import bundled_packs
from cardwright_platform.worker.assembly import Bell, build_loop

Json = dict[str, Any]


class Seller(Program):
    """Somebody who sells: makes records, does what is offered, makes one from another."""

    def make(self, entity: str, **values: object) -> Json:
        """Create a record that must be taken."""
        answer = self.post(f"/records/{entity}", values)
        assert answer.status_code == 201, answer.text
        return self.read(entity, answer.get_json()["id"])

    def read(self, entity: str, record: int) -> Json:
        """Read a record with its lines."""
        found: Json = self.get(f"/records/{entity}/{record}").get_json()
        return found

    def find(self, entity: str, where: str) -> Json:
        """Read the one record that a condition finds."""
        (found,) = self.get(f"/records/{entity}?where={where}&fields=id").get_json()["items"]
        return self.read(entity, found["id"])

    def offered(self, entity: str, record: int) -> list[str]:
        """Return the names of what can be done with a record now."""
        items = self.get(f"/records/{entity}/{record}/actions").get_json()["items"]
        return [each["name"] for each in items if each["blocked"] is None]

    def do(self, entity: str, record: int, *actions: str, **values: object) -> Json:
        """Do one action after the other; the last one is answered with these values."""
        answered: Json = {}
        for action in actions:
            body = {"values": values if action == actions[-1] else {}}
            answer = self.post(f"/records/{entity}/{record}/actions/{action}", body)
            assert answer.status_code == 200, f"{action}: {answer.text}"
            answered = answer.get_json()
        return answered

    def agree(self, entity: str, record: int) -> None:
        """Hand a record in, and agree as often as one is asked."""
        self.do(entity, record, "approval.submit")
        ways = {"approval.approve", "approval.take"}
        while found := ways.intersection(self.offered(entity, record)):
            self.do(entity, record, min(found))

    def convert(
        self,
        name: str,
        sources: list[int],
        lines: Mapping[int, str] | None = None,
        **values: object,
    ) -> Json:
        """Make a record from others as a form does: what is proposed, some quantities changed."""
        asked = self.post(f"/conversions/{name}/proposal", {"sources": sources})
        assert asked.status_code == 200, asked.text
        proposal = asked.get_json()
        for number, quantity in (lines or {}).items():
            proposal["values"]["lines"][number]["quantity"] = quantity
        return self.make(proposal["entity"], **proposal["values"] | values)

    def chain(self, entity: str, record: int) -> set[tuple[str, int]]:
        """Return what 联查 shows around a record."""
        found = self.get(f"/records/{entity}/{record}/chain").get_json()["records"]
        return {(each["entity"], each["id"]) for each in found}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    url = "" if request.param == "sqlite" else str(request.getfixturevalue("postgresql_module_url"))
    served = serve(url, tmp_path_factory.mktemp("served"), *bundled_packs())
    yield served
    served.instance.close()


@pytest.fixture(scope="module")
def chief(served: Served) -> Seller:
    return Seller(served, "admin", "manager")


@pytest.fixture(scope="module")
def stock(chief: Seller) -> Json:
    """What is there before anything is sold."""
    house = chief.make("organisation", code="HT", name="恒拓")
    office = chief.make("department", code="XS", name="销售部", organisation=house["id"])
    wang = chief.make("employee", code="E1", name="王建国", department=office["id"])
    return {
        "motor": chief.make(
            "product", code="SM", name="伺服电机", sales_price="1560", tax_rate="0.13"
        )["id"],
        "cable": chief.make(
            "product", code="CB", name="线缆", sales_price="33.33", tax_rate="0.13"
        )["id"],
        "bank": chief.make("cash_account", code="ICBC", name="工商银行")["id"],
        "travel": chief.make("expense_type", code="CL", name="差旅费")["id"],
        "wang": wang["id"],
        "owner": {"entity": "employee", "id": wang["id"]},
    }


@pytest.fixture(scope="module")
def sold(chief: Seller, stock: Json) -> Json:
    """The documents of the chain up to two orders of one contract that stand approved."""
    lead = chief.make(
        "lead", name="无锡瑞驰", person="陆向阳", mobile="13928863899", expected_amount="20000"
    )["id"]
    trip = chief.make(
        "expense",
        about={"entity": "lead", "id": lead},
        type=stock["travel"],
        amount="186.50",
        owner=stock["owner"],
    )["id"]
    moved = chief.do("lead", lead, "push.lead_to_customer", opportunity=True)
    customer = moved["goes_to"]["id"]
    assert chief.read("expense", trip)["about"] == {"entity": "customer", "id": customer}
    person = chief.find("contact", "name = '陆向阳'")["id"]
    chance = chief.find("opportunity", "name = '无锡瑞驰'")
    items = [
        {"product": stock["motor"], "quantity": "3"},
        {"product": stock["cable"], "quantity": "7"},
    ]
    patched = chief.patch(
        f"/records/opportunity/{chance['id']}",
        {"contact": person, "expected_on": "2026-12-31", "items": items},
        chance["version"],
    )
    assert patched.status_code == 200, patched.text
    chief.do("opportunity", chance["id"], "track", "confirm")
    made = chief.do("opportunity", chance["id"], "push.opportunity_to_quote")
    quote = chief.read("quote", made["goes_to"]["id"])
    line = {"id": quote["lines"][0]["id"], "pay_tenths": "9.5"}
    answer = chief.patch(f"/records/quote/{quote['id']}", {"lines": [line]}, quote["version"])
    assert answer.status_code == 200, answer.text
    chief.agree("quote", quote["id"])
    chief.do("quote", quote["id"], "send", "accept")
    contract = chief.convert("quote_to_contract", [quote["id"]])["id"]
    chief.agree("sales_contract", contract)
    signing = {"signed_on": "2026-03-02", "signatory": stock["wang"]}
    chief.do("sales_contract", contract, "sign", **signing)
    first = chief.convert("contract_to_order", [contract], {0: "2", 1: "3"})["id"]
    second = chief.convert("contract_to_order", [contract])["id"]
    for order in (first, second):
        chief.agree("sales_order", order)
    return {
        "lead": lead, "customer": customer, "chance": chance["id"], "quote": quote["id"],
        "contract": contract, "first": first, "second": second,
    }  # fmt: skip


def test_the_rest_of_a_contract_is_what_the_second_order_pulls(chief: Seller, sold: Json) -> None:
    first, second = (chief.read("sales_order", sold[each]) for each in ("first", "second"))
    assert [each["quantity"] for each in first["lines"]] == ["2.000", "3.000"]
    assert [each["quantity"] for each in second["lines"]] == ["1.000", "4.000"]
    assert Decimal(first["lines"][0]["discount"]) == Decimal("0.05")
    refused = chief.post("/conversions/contract_to_order/proposal", {"sources": [sold["contract"]]})
    assert refused.get_json()["error"]["code"] == "nothing_open"


def test_sums_agree_to_the_cent_in_head_lines_rollups_sql_and_excel(
    served: Served, chief: Seller, sold: Json
) -> None:
    orders = [chief.read("sales_order", sold[each]) for each in ("first", "second")]
    for order in orders:
        for line in order["lines"]:
            assert Decimal(line["amount"]) + Decimal(line["tax"]) == Decimal(line["total"])
        for of_lines, of_head in (("total", "goods_total"), ("amount", "goods_amount")):
            told = sum(Decimal(line[of_lines]) for line in order["lines"])
            assert told == Decimal(order[of_head])
        assert Decimal(order["goods_amount"]) + Decimal(order["tax_total"]) == Decimal(
            order["total"]
        )
    total = sum((Decimal(order["total"]) for order in orders), Decimal(0))
    contract = chief.read("sales_contract", sold["contract"])
    assert Decimal(contract["total"]) == total
    owed = chief.find("receivable_balance", f"customer = {sold['customer']}")
    chance = chief.read("opportunity", sold["chance"])
    assert [Decimal(owed["amount"]), Decimal(chance["ordered"])] == [total, total]

    with served.instance.engine.read(served.instance.system_context()) as desk:
        table = desk.model.entity("sales_order_line").table
        assert desk.session.scalar(select(func.sum(table.c.total))) == total
    where = f"customer = {sold['customer']}"
    asked = {"format": "xlsx", "columns": ["number", "total", "goods_total"], "where": where}
    asked_for = chief.post("/records/sales_order/export", asked)
    assert asked_for.status_code == 202, asked_for.text
    event = threading.Event()
    build_loop(served.instance, Bell(event.set, event, event.clear)).drain()
    job = chief.client.get(asked_for.headers["Location"], headers=chief.headers).get_json()
    with chief.get(f"/files/{job['result']['file']}") as file:
        content = file.data
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    rows = [row for row in sheet.iter_rows(min_row=2, values_only=True) if row[0]]
    for column in (1, 2):
        assert sum(Decimal(str(row[column])) for row in rows) == total


def test_partial_deliveries_hold_an_order_back_and_never_exceed_it(
    chief: Seller, sold: Json
) -> None:
    order = sold["first"]
    notice = chief.convert("order_to_delivery", [order], {0: "1", 1: "3"})
    assert chief.read("sales_order", order)["delivery_state"] == "part"
    asking = {"values": {"comment": "改数量"}}
    refused = chief.post(f"/records/sales_order/{order}/actions/approval.unapprove", asking)
    assert refused.status_code == 409, refused.text
    error = refused.get_json()["error"]
    assert error["code"] == "later_documents"
    assert notice["number"] in error["message"]
    asked = chief.post("/conversions/order_to_delivery/proposal", {"sources": [order]})
    values = asked.get_json()["values"]
    values["lines"][0]["quantity"] = "1.001"
    more = chief.post("/records/delivery_notice", values)
    assert more.status_code == 422
    assert set(more.get_json()["error"]["fields"]) == {"lines.0.quantity"}
    chief.convert("order_to_delivery", [order, sold["second"]])
    for each in (order, sold["second"]):
        assert chief.read("sales_order", each)["delivery_state"] == "whole"


def test_a_receipt_of_two_orders_is_reached_from_the_lead_and_leads_back(
    chief: Seller, stock: Json, sold: Json
) -> None:
    both = [sold["first"], sold["second"]]
    sources = chief.get("/conversions/order_to_receipt/sources?fields=number").get_json()["items"]
    assert {each["id"] for each in sources} == set(both)
    receipt = chief.convert("order_to_receipt", both, account=stock["bank"])
    orders = [chief.read("sales_order", each) for each in both]
    total = sum((Decimal(each["total"]) for each in orders), Decimal(0))
    assert [Decimal(receipt["amount"]), Decimal(receipt["applied"])] == [total, total]
    assert [each["open_amount"] for each in orders] == ["0.00", "0.00"]
    chief.do("receipt", receipt["id"], "confirm")
    assert Decimal(
        chief.find("receivable_balance", f"customer = {sold['customer']}")["amount"]
    ) == Decimal(0)
    invoiced = chief.do("sales_order", both[0], "push.order_to_invoice.whole")
    invoice = chief.read("invoice", invoiced["goes_to"]["id"])
    assert Decimal(invoice["amount"]) == Decimal(orders[0]["total"])
    way = {
        ("opportunity", sold["chance"]), ("quote", sold["quote"]),
        ("sales_contract", sold["contract"]), ("sales_order", both[0]), ("sales_order", both[1]),
    }  # fmt: skip
    assert way | {("receipt", receipt["id"])} <= chief.chain("lead", sold["lead"])
    assert way | {("lead", sold["lead"])} <= chief.chain("receipt", receipt["id"])


def test_a_price_is_offered_from_each_of_its_sources(
    chief: Seller, stock: Json, sold: Json
) -> None:
    yuan = chief.find("currency", "code = 'CNY'")["id"]
    since = {"product": stock["cable"], "price": "31.5", "since": "2026-01-01"}
    chief.make("price_list", code="STD", name="标准", currency=yuan, prices=[since])
    values = {"customer": sold["customer"], "lines": [{"product": stock["cable"], "quantity": "1"}]}
    told = chief.post("/records/quote/suggestions?offers=lines.0.price", values).get_json()
    offers = {each["source"]: each["value"] for each in told["offers"]["lines.0.price"]}
    assert list(offers) == ["last", "list", "base"]
    assert [Decimal(each) for each in offers.values()] == [
        Decimal("33.33"), Decimal("31.5"), Decimal("33.33"),
    ]  # fmt: skip


def test_an_expense_is_added_inside_the_record_it_belongs_to_only(
    chief: Seller, served: Served, stock: Json, sold: Json
) -> None:
    bare = chief.post("/records/expense", {"type": stock["travel"], "amount": "10"})
    assert bare.status_code == 422
    assert set(bare.get_json()["error"]["fields"]) == {"about"}
    about = {"entity": "sales_order", "id": sold["first"]}
    spent = chief.make("expense", about=about, type=stock["travel"], amount="10")
    other = {"about": {"entity": "sales_order", "id": sold["second"]}}
    moved = chief.patch(f"/records/expense/{spent['id']}", other, spent["version"])
    assert set(moved.get_json()["error"]["fields"]) == {"about"}
    browser = served.signed_in("spender", "admin")
    assert "/new/expense" not in browser.get("/list/expense").text
    assert browser.get("/new/expense").status_code == 403
    assert browser.get("/import/expense").status_code == 403
    place = f"/new/expense?about=sales_order:{sold['first']}"
    assert browser.get(place).status_code == 200
    card = browser.get(f"/card/sales_order/{sold['first']}?tab=expenses").text
    assert "/new/expense?about=sales_order" in card
