"""Records over HTTP: create, read, change, delete, restore."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Caller, Site


def test_a_record_lives_from_create_to_restore(chief: Caller) -> None:
    area = chief.create("area", code="N", name="North")
    answer = chief.post("/records/firm", {"name": "Acme", "area": area["id"], "credit": "12.5"})
    assert answer.status_code == 201
    firm = answer.get_json()
    path = f"/records/firm/{firm['id']}"
    assert answer.headers["Location"] == "/api/v1" + path
    assert answer.headers["ETag"] == '"1"'
    changed = chief.patch(path, {"staff": 13}, version=1)
    assert changed.status_code == 200
    assert changed.headers["ETag"] == '"2"'
    assert chief.delete(path).get_json()["version"] == 3
    assert chief.get(path).status_code == 404
    assert chief.get(path, deleted="true").get_json()["deleted_at"] is not None
    restored = chief.post(path + "/restore")
    assert restored.status_code == 200
    assert restored.get_json()["staff"] == 13
    assert chief.get(path).headers["ETag"] == '"4"'


def test_values_have_the_shapes_that_are_promised(chief: Caller) -> None:
    area = chief.create("area", name="North")
    firm = chief.create(
        "firm",
        name=" Acme ",
        area=area["id"],
        tags=["c", "a"],
        credit=1234.5,
        staff=12,
        share="15%",
        founded="2020-02-29",
        seen_at="2026-01-31T20:00:00+08:00",
        partner=True,
    )
    read = chief.get(f"/records/firm/{firm['id']}").get_json()
    assert read == {key: value for key, value in firm.items() if not key.startswith("$")}
    assert read["name"] == "Acme"
    assert read["level"] == "b"
    assert read["area"] == area["id"]
    assert read["tags"] == ["a", "c"]
    assert read["credit"] == "1234.50"
    assert read["staff"] == 12
    assert read["share"] == "0.150000"
    assert read["double"] == "24"
    assert read["founded"] == "2020-02-29"
    assert read["seen_at"] == "2026-01-31T12:00:00Z"
    assert read["partner"] is True
    assert read["note"] is None
    assert "deleted_at" not in read


def test_numbers_are_kept_to_the_last_digit(chief: Caller) -> None:
    body = b'{"name": "Acme", "credit": 1234567890123456.78}'
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {chief.token}"}
    answer = chief.client.post("/api/v1/records/firm", data=body, headers=headers)
    # So much wants to be confirmed; what is meant is shown in the refusal.
    assert answer.status_code == 422
    assert list(answer.get_json()["error"]["confirm"]) == ["big_credit"]
    body = body[:-1] + b', "$confirmed": {"big_credit": "because"}}'
    answer = chief.client.post("/api/v1/records/firm", data=body, headers=headers)
    assert answer.status_code == 201
    assert answer.get_json()["credit"] == "1234567890123456.78"


def test_links_expand_to_id_and_title(chief: Caller, guest: Caller) -> None:
    thing = chief.create("thing", name="Screw", price="2.5")
    firm = chief.create("firm", name="Acme")
    deal = chief.create(
        "deal",
        firm=firm["id"],
        extras=[thing["id"]],
        about={"entity": "thing", "id": thing["id"]},
        items=[{"thing": thing["id"], "quantity": 3}],
    )
    expand = "firm,extras,about,items.thing,created_by"
    read = chief.get(f"/records/deal/{deal['id']}", expand=expand).get_json()
    assert read["firm"] == {"id": firm["id"], "title": "Acme"}
    assert read["extras"] == [{"id": thing["id"], "title": "Screw"}]
    assert read["about"] == {"entity": "thing", "id": thing["id"], "title": "Screw"}
    assert read["items"][0]["thing"] == {"id": thing["id"], "title": "Screw"}
    assert read["created_by"]["title"] == "person1"
    (listed,) = chief.get("/records/deal", expand="firm", fields="firm").get_json()["items"]
    assert listed == {"id": deal["id"], "version": 1, "firm": read["firm"]}
    # Somebody who may not read users sees no name.
    (seen,) = guest.get("/records/firm", expand="created_by").get_json()["items"]
    assert seen["created_by"] == {"id": 1, "title": ""}
    refused = chief.get("/records/firm", expand="name")
    assert refused.status_code == 422
    assert refused.get_json()["error"]["code"] == "not_expandable"


def test_lines_are_objects_that_are_kept_unless_replaced(chief: Caller) -> None:
    thing = chief.create("thing", name="Screw", price="2.50")
    firm = chief.create("firm", name="Acme")
    items = [{"thing": thing["id"], "quantity": n} for n in (1, 2, 3)]
    deal = chief.create("deal", firm=firm["id"], items=items)
    path = f"/records/deal/{deal['id']}"
    assert [line["amount"] for line in deal["items"]] == ["2.50", "5.00", "7.50"]
    assert deal["total"] == "15.00"
    assert all({"id", "version", "position"} <= set(line) for line in deal["items"])
    first, second, third = (line["id"] for line in deal["items"])
    body = {"items": [{"id": second, "version": 1, "quantity": 10}]}
    kept = chief.patch(path, body, version=1).get_json()
    assert [line["id"] for line in kept["items"]] == [first, second, third]
    assert kept["total"] == "35.00"
    removed = chief.patch(path, {"items": [{"id": first, "remove": True}]}, version=2).get_json()
    assert removed["total"] == "32.50"
    replaced = chief.send(
        "PATCH",
        path,
        {"items": [{"id": third, "quantity": 1}, {"thing": thing["id"]}]},
        headers={"If-Match": '"3"'},
        query={"lines_mode": "replace"},
    ).get_json()
    assert [line["quantity"] for line in replaced["items"]] == ["1.0000", "1.0000"]
    assert replaced["items"][0]["id"] == third
    one = chief.patch(
        f"/records/deal_item/{third}", {"quantity": 4}, version=replaced["items"][0]["version"]
    )
    assert one.status_code == 200, one.text
    order = [line["id"] for line in chief.get(path).get_json()["items"]]
    assert order == [line["id"] for line in replaced["items"]]
    wrong = chief.patch(path, {"items": [{"thing": thing["id"], "price": "much"}]}, version=5)
    assert wrong.get_json()["error"]["fields"] == {"items.0.price": ["Not a number."]}


def test_a_change_says_which_version_was_seen(chief: Caller) -> None:
    firm = chief.create("firm", name="Acme", staff=1)
    path = f"/records/firm/{firm['id']}"
    missing = chief.patch(path, {"staff": 2})
    assert missing.status_code == 428
    assert missing.get_json()["error"]["code"] == "version_required"
    assert chief.send("PATCH", path, {"staff": 2}, headers={"If-Match": "*"}).status_code == 428
    assert chief.send("PATCH", path, {"staff": 2}, headers={"If-Match": "new"}).status_code == 400
    assert chief.send("PATCH", path, {"staff": 2}, headers={"If-Match": 'W/"1"'}).status_code == 200
    assert chief.get(path).get_json()["staff"] == 2


def test_a_stale_change_tells_both_values_and_who_wrote(chief: Caller, clerk: Caller) -> None:
    firm = chief.create("firm", name="Acme", staff=1)
    path = f"/records/firm/{firm['id']}"
    assert clerk.patch(path, {"staff": 2, "note": "seen"}, version=1).status_code == 200
    stale = chief.patch(path, {"staff": 3, "name": "Acme Ltd"}, version=1)
    assert stale.status_code == 409
    error = stale.get_json()["error"]
    assert error["code"] == "changed_meanwhile"
    assert error["version"] == 2
    assert error["mine"]["staff"] == 3
    assert error["theirs"]["staff"] == 2
    assert error["base"]["staff"] == 1
    assert error["changed_by"] == 2
    assert chief.get(path).get_json()["name"] == "Acme"


def test_a_stale_change_of_other_fields_may_be_merged(chief: Caller, clerk: Caller) -> None:
    firm = chief.create("firm", name="Acme", staff=1)
    path = f"/records/firm/{firm['id']}"
    clerk.patch(path, {"staff": 2}, version=1)
    merged = chief.send(
        "PATCH", path, {"name": "Acme Ltd"}, headers={"If-Match": '"1"'}, query={"merge": "true"}
    )
    assert merged.status_code == 200
    assert merged.get_json()["staff"] == 2
    again = chief.send(
        "PATCH", path, {"staff": 9}, headers={"If-Match": '"1"'}, query={"merge": "true"}
    )
    assert again.status_code == 409


def test_a_stale_delete_is_refused(chief: Caller) -> None:
    firm = chief.create("firm", name="Acme")
    path = f"/records/firm/{firm['id']}"
    chief.patch(path, {"staff": 2}, version=1)
    assert chief.send("DELETE", path, headers={"If-Match": '"1"'}).status_code == 409
    assert chief.send("DELETE", path, headers={"If-Match": '"2"'}).status_code == 200


def test_all_that_is_wrong_is_said_at_once_in_the_callers_language(site: Site) -> None:
    chief = site.caller("chief")
    body = {"staff": "many", "founded": "2999-01-01", "colour": "red", "version": 7, "id": 9}
    answer = chief.post("/records/firm", body)
    assert answer.status_code == 422
    error = answer.get_json()["error"]
    assert set(error["fields"]) == {"name", "staff", "founded", "colour", "version", "id"}
    assert error["fields"]["founded"] == ["Founded in the future"]
    assert error["message"] == "Look at the marked fields."
    spoken = chief.post("/records/firm", body, Accept_Language="zh").get_json()["error"]
    assert spoken["fields"]["founded"] == ["成立日期在将来"]
    assert spoken["fields"]["name"] == ["必填"]


def test_a_check_passes_when_it_is_confirmed_with_a_reason(chief: Caller) -> None:
    body = {"name": "Acme", "credit": "2000000"}
    refused = chief.post("/records/firm", body)
    assert refused.status_code == 422
    assert refused.get_json()["error"]["confirm"] == {"big_credit": "High credit"}
    silent = chief.post("/records/firm", {**body, "$confirmed": {"big_credit": " "}})
    assert silent.status_code == 422
    taken = chief.post("/records/firm", {**body, "$confirmed": {"big_credit": "an old friend"}})
    assert taken.status_code == 201


def test_the_answer_is_short_for_those_who_prefer_it(chief: Caller) -> None:
    answer = chief.post("/records/firm", {"name": "Acme"}, Prefer="return=minimal")
    assert set(answer.get_json()) == {"id", "version", "$change_set"}


def test_what_is_saved_can_be_taken_back(chief: Caller) -> None:
    firm = chief.create("firm", name="Acme", staff=1)
    path = f"/records/firm/{firm['id']}"
    changed = chief.patch(path, {"staff": 2}, version=1).get_json()
    undone = chief.post(f"/change-sets/{changed['$change_set']}/undo")
    assert undone.status_code == 200
    assert undone.get_json()["undone"] == 1
    assert chief.get(path).get_json()["staff"] == 1
    assert chief.post(f"/change-sets/{changed['$change_set']}/undo").status_code == 409
    assert chief.post("/change-sets/999999/undo").status_code == 404


def test_history_tells_what_was_before_page_by_page(chief: Caller) -> None:
    firm = chief.create("firm", name="Acme", staff=0)
    path = f"/records/firm/{firm['id']}"
    for staff in range(1, 4):
        chief.patch(path, {"staff": staff}, version=staff)
    first = chief.get(f"/history/firm/{firm['id']}", limit=3).get_json()
    assert [entry["before"] for entry in first["items"]] == [
        {"staff": 2},
        {"staff": 1},
        {"staff": 0},
    ]
    rest = chief.get(f"/history/firm/{firm['id']}", before=first["next"]).get_json()
    assert [entry["op"] for entry in rest["items"]] == ["create"]
    assert rest["next"] is None
    assert chief.get("/history/firm/999").status_code == 404
