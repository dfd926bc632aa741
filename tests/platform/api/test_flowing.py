"""下推, 选单 and 联查 through the API, with the rights of the caller."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from serving import PACKS, Program, Served, serve


class Trader(Program):
    """A program that makes orders."""

    def make(self, entity: str, **values: object) -> int:
        answer = self.post(f"/records/{entity}", values)
        assert answer.status_code == 201, answer.text
        return int(answer.get_json()["id"])

    def order(self, *quantities: int, **values: object) -> int:
        lines = [{"product": 1, "quantity": each} for each in quantities]
        return self.make("sales_order", customer=1, ship_to="苏州", lines=lines, **values)

    def rests(self, order: int) -> list[str]:
        lines: list[dict[str, Any]] = self.get(f"/records/sales_order/{order}").get_json()["lines"]
        return [line["open_quantity"] for line in lines]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    url = "" if request.param == "sqlite" else str(request.getfixturevalue("postgresql_module_url"))
    served = serve(url, tmp_path_factory.mktemp("served"), PACKS / "shipping")
    yield served
    served.instance.close()


@pytest.fixture(scope="module")
def admin(served: Served) -> Trader:
    program = Trader(served, "admin")
    program.make("customer", name="华东机电")
    program.make("product", name="减速机")
    program.make("warehouse", name="主仓")
    return program


@pytest.fixture(scope="module")
def reader(served: Served) -> Trader:
    return Trader(served, "reader")


def test_a_push_creates_the_target_and_values_go_over_it(admin: Trader) -> None:
    order = admin.order(10)
    path = f"/records/sales_order/{order}/actions"
    names = [each["name"] for each in admin.get(path).get_json()["items"]]
    assert "push.order_to_delivery" in names
    answer = admin.post(f"{path}/push.order_to_delivery", {"values": {"ship_to": "无锡"}})
    assert answer.status_code == 200, answer.text
    made = answer.get_json()["goes_to"]
    assert made["entity"] == "delivery"
    delivery = admin.get(f"/records/delivery/{made['id']}").get_json()
    assert delivery["ship_to"] == "无锡"
    assert delivery["lines"][0]["quantity"] == "10.0000"
    assert admin.rests(order) == ["0.0000"]


def test_a_pull_offers_sources_and_proposes_their_target(admin: Trader) -> None:
    first, second = admin.order(10), admin.order(4)
    admin.order(3, stage="draft")
    found = admin.get("/conversions/order_to_delivery/sources?fields=number").get_json()["items"]
    ids = [each["id"] for each in found]
    assert {first, second} <= set(ids)
    assert len(ids) == len([each for each in ids if admin.rests(each) != ["0.0000"]])
    answer = admin.post("/conversions/order_to_delivery/proposal", {"sources": [first, second]})
    proposal = answer.get_json()
    assert proposal["values"]["customer"] == 1
    assert [line["quantity"] for line in proposal["values"]["lines"]] == ["10.0000", "4.0000"]
    made = admin.make(proposal["entity"], **proposal["values"])
    assert (admin.rests(first), admin.rests(second)) == (["0.0000"], ["0.0000"])
    chain = admin.get(f"/records/delivery/{made}/chain").get_json()
    assert [(each["entity"], each["id"], each["step"]) for each in chain["records"]] == [
        ("sales_order", first, -1),
        ("sales_order", second, -1),
    ]
    again = admin.post("/conversions/order_to_delivery/proposal", {"sources": [first]})
    assert (again.status_code, again.get_json()["error"]["code"]) == (409, "nothing_open")


def test_more_than_is_open_is_a_message_at_the_line(admin: Trader) -> None:
    order = admin.order(2)
    line = admin.get(f"/records/sales_order/{order}").get_json()["lines"][0]["id"]
    answer = admin.post("/records/delivery", {"lines": [{"order_line": line, "quantity": 3}]})
    assert answer.status_code == 422
    (said,) = answer.get_json()["error"]["fields"]["lines.0.quantity"]
    assert said.startswith("Only 2 of SO")


def test_who_may_not_create_the_target_is_offered_nothing(admin: Trader, reader: Trader) -> None:
    order = admin.order(2)
    path = f"/records/sales_order/{order}"
    assert reader.get(f"{path}/actions").get_json()["items"] == []
    assert reader.post(f"{path}/actions/push.order_to_delivery", {}).status_code == 404
    for name in ("order_to_delivery", "nowhere"):
        assert reader.get(f"/conversions/{name}/sources").status_code == 404
        proposal = reader.post(f"/conversions/{name}/proposal", {"sources": [order]})
        assert proposal.status_code == 404
    assert reader.get(f"{path}/chain").get_json()["records"] == []
    assert reader.get("/records/delivery/1/chain").status_code == 404


def test_unreadable_and_missing_sources_look_the_same(served: Served, admin: Trader) -> None:
    order = admin.order(2)
    own = Trader(served, "own_orders")
    bodies = []
    for record in (order, 99_999):
        answer = own.post("/conversions/order_to_delivery/proposal", {"sources": [record]})
        body = answer.get_json()["error"]
        bodies.append((answer.status_code, body["code"], body["message"]))
    assert bodies[0] == bodies[1]
    assert bodies[0][0] == 404
    assert own.get("/conversions/order_to_delivery/sources").get_json()["items"] == []


def test_ledgers_are_read_and_never_written(admin: Trader) -> None:
    admin.make("intake", product=1, warehouse=1, quantity=5, value="10")
    found = admin.get("/records/stock_balance?fields=product,quantity").get_json()["items"]
    assert [each["quantity"] for each in found] == ["5.0000"]
    answer = admin.post("/records/stock_balance", {"product": 1, "warehouse": 1, "quantity": 9})
    assert answer.status_code == 403
    entries = admin.get("/records/stock_entry?fields=quantity,document").get_json()["items"]
    assert entries[0]["document"]["entity"] == "intake"
