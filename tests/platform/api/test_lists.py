"""Lists over HTTP: fields, conditions, order, pages, counts, totals, search."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

if TYPE_CHECKING:
    from conftest import Caller, Site


@pytest.fixture
def firms(chief: Caller) -> Iterator[Caller]:
    """A caller who finds seven firms in two areas."""
    north = chief.create("area", name="North")["id"]
    south = chief.create("area", name="South")["id"]
    items = [
        {"name": f"Firm {n}", "staff": n * 10, "credit": f"{n}.05", "area": (north, south)[n % 2]}
        for n in range(1, 7)
    ]
    items.append({"name": "北京华南机械厂", "staff": 500, "level": "a"})
    assert chief.post("/records/firm/bulk", {"create": items}).status_code == 200
    return chief


def names(caller: Caller, **query: object) -> list[str]:
    """Return the names that a list answers."""
    answer = caller.get("/records/firm", **query)
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.get_json()["items"]]


def test_conditions_come_as_text_as_json_and_by_name(firms: Caller) -> None:
    big = ["北京华南机械厂"]
    assert names(firms, where="staff >= 100") == big
    assert names(firms, filter=json.dumps({"field": "staff", "op": ">=", "value": 100})) == big
    assert names(firms, query="big") == big
    assert names(firms, query="big", where="level = 'c'") == []
    assert names(firms, where="area.name = 'North'", sort="-staff") == [
        "Firm 6",
        "Firm 4",
        "Firm 2",
    ]


def test_conditions_name_fields_by_what_their_reader_may_see_of_them(
    firms: Caller, clerk: Caller
) -> None:
    assert names(firms, where="[人数]＞＝100 且 [名称] 包含 ‘机械’") == ["北京华南机械厂"]
    assert names(firms, where="[地区].[名称] = 'North' and [信用额度] > 6") == ["Firm 6"]
    worker = {"name": "Wu", "jobs": [{"firm": firms.get("/records/firm").json["items"][0]["id"]}]}
    assert firms.post("/records/person", worker).status_code == 201
    found = firms.get("/records/person", where="[任职] 任一 ([公司].[名称] 不为空)")
    assert [each["name"] for each in found.json["items"]] == ["Wu"]
    hidden = clerk.get("/records/firm", where="[信用额度] > 6")
    assert (hidden.status_code, "信用额度" in hidden.text) == (422, True)
    assert hidden.json["error"]["code"] == "bad_condition"


def test_nothing_said_is_not_everything_wanted(firms: Caller) -> None:
    for query in ({"where": ""}, {"filter": ""}, {"filter": "{}"}, {"query": ""}, {"search": " "}):
        assert firms.get("/records/firm", **query).status_code in (400, 422)
    for filter_ in ({"any": []}, {"field": "level", "op": "in", "value": []}):
        assert names(firms, filter=json.dumps(filter_)) == []
    for where in ("staff > null", "founded > founded", "owner = $me"):
        assert names(firms, where=where) == [], where
    for body in ({"filter": {}}, {"where": ""}, {"having": ""}, {"search": ""}):
        assert firms.post("/records/firm/aggregate", body).status_code == 422
    assert firms.post("/records/firm/export", {"ids": []}).status_code == 422
    assert firms.post("/records/firm/export", {"filter": {}}).status_code == 422


def test_fields_are_own_ones_and_paths(firms: Caller) -> None:
    answer = firms.get("/records/firm", fields="name,area.name", sort="staff", limit=1)
    (item,) = answer.get_json()["items"]
    assert item == {"id": item["id"], "version": 1, "name": "Firm 1", "area.name": "South"}


def test_order_runs_both_ways_and_over_links(firms: Caller) -> None:
    assert names(firms, sort="-staff")[:2] == ["北京华南机械厂", "Firm 6"]
    by_area = names(firms, sort="area.name,-staff")
    assert by_area == ["北京华南机械厂", "Firm 6", "Firm 4", "Firm 2", "Firm 5", "Firm 3", "Firm 1"]


def test_pages_go_on_by_cursor_and_by_number(firms: Caller) -> None:
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query: dict[str, Any] = {"cursor": cursor} if cursor else {}
        answer = firms.get("/records/firm", sort="area.name,name", limit=2, **query).get_json()
        seen += [item["name"] for item in answer["items"]]
        cursor = answer["next"]
    assert seen == names(firms, sort="area.name,name")
    assert names(firms, sort="name", limit=3, offset=5) == names(firms, sort="name")[5:8]


def test_a_cursor_serves_only_the_list_it_came_from(firms: Caller, clerk: Caller) -> None:
    cursor = firms.get("/records/firm", sort="name", limit=2).get_json()["next"]
    for query in ({"sort": "staff"}, {"sort": "name", "where": "staff > 1"}):
        refused = firms.get("/records/firm", cursor=cursor, limit=2, **query)
        assert refused.status_code == 422
        assert refused.get_json()["error"]["code"] == "bad_cursor"
    assert clerk.get("/records/firm", cursor=cursor, sort="name", limit=2).status_code == 422
    assert firms.get("/records/firm", cursor="AAAA", sort="name").status_code == 422
    assert firms.get("/records/firm", cursor="€", sort="name").status_code == 422


def test_counts_are_as_wanted(firms: Caller) -> None:
    assert firms.get("/records/firm", count="none").get_json()["count"] is None
    exact = firms.get("/records/firm", count="exact", where="staff < 100").get_json()
    assert exact["count"] == {"value": 6, "exact": True}


def test_totals_add_up_what_is_found(firms: Caller) -> None:
    answer = firms.get(
        "/records/firm", totals="credit,staff:average,founded:max", where="staff < 100", limit=1
    )
    assert answer.get_json()["totals"] == {"credit": "21.30", "staff": "35", "founded": None}
    assert firms.get("/records/firm", totals="credit:median").status_code == 400
    assert firms.get("/records/firm", totals="colour").status_code == 422


def test_search_finds_two_characters_and_initials(firms: Caller) -> None:
    for words in ("华南", "BJHN", "机械"):
        assert names(firms, search=words) == ["北京华南机械厂"]
        hits = firms.get("/search", q=words).get_json()["groups"]
        found = [(hit["entity"], hit["items"][0]["title"]) for hit in hits]
        assert found == [("firm", "北京华南机械厂")]


def test_search_goes_over_all_entities_or_some(firms: Caller) -> None:
    hits = firms.get("/search", q="North").get_json()["groups"]
    assert [(hit["entity"], hit["label"], len(hit["items"])) for hit in hits] == [
        ("area", "Area", 1),
        ("firm", "Firm", 3),
    ]
    some = firms.get("/search", q="North", entities="area").get_json()["groups"]
    assert [hit["entity"] for hit in some] == ["area"]
    assert firms.get("/search", q="North", entities="colour").status_code == 404
    assert firms.get("/search", q=" ").status_code == 400


def test_the_recycle_bin_is_a_list_too(firms: Caller) -> None:
    record = firms.get("/records/firm", where="staff = 10").get_json()["items"][0]["id"]
    firms.delete(f"/records/firm/{record}")
    assert names(firms, deleted="true") == ["Firm 1"]
    assert "Firm 1" not in names(firms)


@pytest.mark.parametrize("role", ["chief", "clerk"])
def test_a_page_takes_the_same_statements_whatever_it_holds(
    site: Site, chief: Caller, role: str
) -> None:
    area = chief.create("area", name="North")["id"]
    caller = site.caller(role)
    seen: list[str] = []

    def count(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(site.instance.store.engine, "before_cursor_execute", count)
    counts = []
    for wanted, rows in ((1, 1), (10, 9), (200, 190)):
        items = [{"name": f"Firm {n}", "area": area} for n in range(rows)]
        assert chief.post("/records/firm/bulk", {"create": items}).status_code == 200
        query = {"limit": 200, "expand": "area,created_by", "totals": "staff", "sort": "name"}
        assert len(caller.get("/records/firm", **query).get_json()["items"]) == wanted
        seen.clear()
        caller.get("/records/firm", **query)
        counts.append(len(seen))
    # The opening, the rows, the count, the totals, and one for each link that is shown.
    assert counts == [6, 6, 6] if role == "chief" else [5, 5, 5]
