"""Records over HTTP: list, create, read, change, delete, restore."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Caller


def test_a_record_is_created_read_changed_deleted_and_restored(chief: Caller) -> None:
    area = chief.create("area", code="N", name="North")
    answer = chief.post(
        "/records/firm", {"name": "Acme", "area": area["id"], "staff": 12, "credit": "12.5"}
    )
    assert answer.status_code == 201
    firm = answer.get_json()
    assert answer.headers["Location"] == f"/api/v1/records/firm/{firm['id']}"
    assert answer.headers["ETag"] == '"1"'
    assert firm["credit"] == "12.50"
    assert firm["double"] == "24"
    assert firm["area"] == area["id"]
    path = f"/records/firm/{firm['id']}"
    read = chief.get(path)
    assert read.status_code == 200
    assert read.get_json()["name"] == "Acme"
    changed = chief.patch(path, {"staff": 13}, version=1)
    assert changed.status_code == 200, changed.text
    assert changed.get_json()["version"] == 2
    assert chief.delete(path).status_code == 200
    assert chief.get(path).status_code == 404
    assert chief.post(path + "/restore").status_code == 200
    assert chief.get(path).get_json()["staff"] == 13
    listed = chief.get("/records/firm", fields="name,area.name", expand="", totals="staff")
    assert listed.get_json()["items"][0]["area.name"] == "North"

