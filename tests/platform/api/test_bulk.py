"""Many records in one request."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Caller, Site


def test_creates_updates_and_deletes_are_one_change_set(chief: Caller) -> None:
    old = chief.create("firm", name="Old")
    gone = chief.create("firm", name="Gone")
    answer = chief.post(
        "/records/firm/bulk",
        {
            "create": [{"name": "A"}, {"name": "B"}],
            "update": [{"id": old["id"], "version": 1, "name": "New"}],
            "delete": [{"id": gone["id"], "version": 1}],
        },
    )
    assert answer.status_code == 200, answer.text
    told = answer.get_json()
    assert (told["done"], told["failed"]) == (4, 0)
    assert [each["status"] for each in told["results"]["create"]] == [201, 201]
    assert told["results"]["update"] == [{"status": 200, "id": old["id"], "version": 2}]
    assert told["results"]["delete"] == [{"status": 200, "id": gone["id"], "version": 2}]
    undone = chief.post(f"/change-sets/{told['$change_set']}/undo").get_json()
    assert undone["undone"] == 4
    names = chief.get("/records/firm", fields="name", sort="name").get_json()["items"]
    assert [each["name"] for each in names] == ["Gone", "Old"]


def test_all_or_nothing_says_everything_that_is_wrong(site: Site, chief: Caller) -> None:
    firm = chief.create("firm", name="Acme")
    before = site.digest()
    answer = chief.post(
        "/records/firm/bulk",
        {
            "create": [{"name": "A"}, {"staff": "x"}],
            "update": [{"id": firm["id"], "version": 3, "name": "B"}, {"id": 999, "version": 1}],
            "delete": [{"id": firm["id"]}],
        },
    )
    assert answer.status_code == 422
    error = answer.get_json()["error"]
    assert error["code"] == "bulk_refused"
    assert set(error["fields"]) == {
        "create.1.name",
        "create.1.staff",
        "update.0",
        "update.1",
        "delete.0.version",
    }
    assert [each["status"] for each in error["results"]["create"]] == [201, 422]
    assert [each["status"] for each in error["results"]["update"]] == [409, 404]
    assert site.digest() == before


def test_each_by_itself_keeps_what_is_right(chief: Caller) -> None:
    chief.create("area", name="North", code="N")
    answer = chief.post(
        "/records/area/bulk",
        {
            "atomic": False,
            "create": [
                {"name": "East", "code": "E"},
                {"name": "Other", "code": "n"},
                {"code": "W"},
                {"name": "West", "code": "W"},
            ],
        },
    )
    assert answer.status_code == 200
    told = answer.get_json()
    assert [each["status"] for each in told["results"]["create"]] == [201, 422, 422, 201]
    assert told["results"]["create"][1]["error"]["fields"] == {
        "code": ["This value is already used."]
    }
    assert (told["done"], told["failed"]) == (2, 2)
    assert chief.get("/records/area").get_json()["count"]["value"] == 3


def test_two_new_records_with_one_code_are_told_apart(chief: Caller) -> None:
    body = {"create": [{"name": "A", "code": "X"}, {"name": "B", "code": "X"}]}
    refused = chief.post("/records/area/bulk", body)
    assert refused.status_code == 422
    assert list(refused.get_json()["error"]["fields"]) == ["create.1.code"]


def test_nothing_done_leaves_nothing_behind(site: Site, chief: Caller) -> None:
    before = site.digest()
    answer = chief.post(
        "/records/firm/bulk", {"atomic": False, "delete": [{"id": 7, "version": 1}]}
    )
    assert answer.status_code == 200
    assert answer.get_json()["$change_set"] is None
    assert answer.get_json()["results"]["delete"][0]["status"] == 404
    assert chief.post("/records/firm/bulk", {}).get_json()["done"] == 0
    assert site.digest() == before


def test_checks_are_confirmed_item_by_item(chief: Caller) -> None:
    rich = {"name": "A", "credit": "2000000"}
    body = {"create": [{**rich, "$confirmed": {"big_credit": "known"}}, {**rich, "name": "B"}]}
    refused = chief.post("/records/firm/bulk", body)
    assert refused.status_code == 422
    assert refused.get_json()["error"]["fields"] == {"create.1": ["High credit"]}


def test_what_may_not_be_done_is_refused_as_a_whole(site: Site, guest: Caller) -> None:
    before = site.digest()
    assert guest.post("/records/firm/bulk", {"create": [{"name": "A"}]}).status_code == 403
    assert guest.post("/records/deal/bulk", {"create": [{"firm": 1}]}).status_code == 404
    assert site.digest() == before


def test_more_than_a_thousand_at_once_are_refused(chief: Caller) -> None:
    refused = chief.post("/records/firm/bulk", {"create": [{"name": "A"}] * 1001})
    assert refused.status_code == 422
    both = {"create": [{"name": "A"}] * 600, "delete": [{"id": 1, "version": 1}] * 600}
    assert chief.post("/records/firm/bulk", both).status_code == 413
