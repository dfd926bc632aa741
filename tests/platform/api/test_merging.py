"""Records are merged over the API: what is closed, what was posted, what was told; and undone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from serving import Program, Served

SERVES = ("kinship",)


@pytest.fixture
def keeper(served_on_each: Served) -> Program:
    return Program(served_on_each, "keeper")


def made(program: Program, entity: str, **values: Any) -> int:
    answer = program.post(f"/records/{entity}", values)
    assert answer.status_code == 201, answer.text
    return int(answer.json["id"])


def owed(program: Program) -> dict[int, Decimal]:
    """Return what each firm owes, firms that owe nothing left out."""
    items = program.get("/records/debt_balance?limit=200").json["items"]
    found: dict[int, Decimal] = {}
    for each in items:
        firm = each["firm"]["id"] if isinstance(each["firm"], dict) else each["firm"]
        found[int(firm)] = found.get(int(firm), Decimal(0)) + Decimal(str(each["amount"]))
    return {firm: amount for firm, amount in found.items() if amount}


def read(program: Program, entity: str, record: int) -> dict[str, Any]:
    return dict(program.get(f"/records/{entity}/{record}").json)


def about(value: Any) -> int:
    return int(value["id"] if isinstance(value, dict) else value)


def test_closed_bills_and_balances_follow_who_stays_and_come_apart_again(keeper: Program) -> None:
    first, second = made(keeper, "firm", name="甲"), made(keeper, "firm", name="甲 ")
    made(keeper, "bill", firm=first, amount="10.50")
    opened = made(keeper, "bill", firm=second, amount="20.25")
    rows = [{"note": "r", "maker": second}]
    closed = made(keeper, "bill", firm=second, amount="30.00", done=True, rows=rows)
    before = read(keeper, "bill", closed)
    apart = {first: Decimal("10.50"), second: Decimal("50.25")}
    assert owed(keeper) == apart
    version = read(keeper, "firm", second)["version"]
    assert keeper.patch(f"/records/firm/{second}", {"name": "乙"}, version).status_code == 200

    answer = keeper.post(f"/records/firm/{first}/merge", {"others": [second]})
    assert answer.status_code == 200, answer.text
    after = read(keeper, "bill", closed)
    assert about(after["firm"]) == first
    # Closed values stay, whatever the firm was called meanwhile and is called now.
    kept = ("called", "amount", "twice", "note", "done")
    assert [after[name] for name in kept] == [before[name] for name in kept]
    assert read(keeper, "bill", opened)["now"] == "甲"
    assert owed(keeper) == {first: Decimal("60.75")}
    refused = keeper.patch(f"/records/bill/{closed}", {"note": "x"}, after["version"])
    assert refused.status_code in (409, 422)

    undone = keeper.post(f"/change-sets/{answer.json['$change_set']}/undo", {})
    assert undone.status_code == 200, undone.text
    again = read(keeper, "bill", closed)
    assert about(again["firm"]) == second
    assert [again[name] for name in kept] == [before[name] for name in kept]
    assert owed(keeper) == apart
    assert read(keeper, "bill", opened)["now"] == "乙"


def test_only_who_may_merge_does(served_on_each: Served, keeper: Program) -> None:
    first, second = made(keeper, "firm", name="丙"), made(keeper, "firm", name="丁")
    stranger = Program(served_on_each)
    path = f"/records/firm/{first}/merge"
    assert stranger.post(path, {"others": [second]}).status_code in (403, 404)
    assert keeper.post(path, {"others": []}).status_code == 422
    assert keeper.post(path, {"others": [first]}).status_code == 422
    assert keeper.post(path, {"others": [second, 99_999]}).status_code == 404
    for choice in ({}, [], "1", True, None):
        body = {"others": [second], "choices": {"name": choice}}
        assert list(keeper.post(path, body).get_json()["error"]["fields"]) == ["choices.name"]
    assert "id" in read(keeper, "firm", second)
