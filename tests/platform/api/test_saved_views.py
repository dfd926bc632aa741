"""Views of lists over HTTP: kept, listed, changed in a version, shared, deleted, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Caller, Site


@pytest.fixture
def builder(site: Site) -> Caller:
    """Somebody who may share views."""
    return site.caller("chief", "admin")


@pytest.fixture
def firms(builder: Caller) -> Caller:
    items = [{"name": f"Firm {n}", "staff": n * 10, "credit": f"{n}.00"} for n in range(1, 5)]
    assert builder.post("/records/firm/bulk", {"create": items}).status_code == 200
    return builder


def keep(caller: Caller, **body: object) -> dict[str, Any]:
    """Keep a view of firms that must be taken."""
    answer = caller.post("/views", {"entity": "firm", "name": "Mine", **body})
    assert answer.status_code == 201, answer.text
    kept: dict[str, Any] = answer.get_json()
    assert answer.headers["Location"] == f"/api/v1/views/{kept['id']}"
    return kept


def names(caller: Caller, **query: object) -> list[str]:
    answer = caller.get("/records/firm", **query)
    assert answer.status_code == 200, answer.text
    return [each["name"] for each in answer.get_json()["items"]]


def test_a_view_is_asked_like_a_query_of_a_pack(firms: Caller) -> None:
    view = keep(firms, where="staff > 10", sort=["-staff"], columns=[{"path": "name", "width": 30}])
    key = str(view["id"])
    assert names(firms, query=key) == ["Firm 4", "Firm 3", "Firm 2"]
    assert names(firms, query=key, where="staff < 40", sort="staff") == ["Firm 2", "Firm 3"]
    counted = firms.post("/records/firm/aggregate", {"query": key})
    assert counted.get_json()["totals"] == {"count": 3}
    assert (view["columns"], view["totals"]) == ([{"path": "name", "width": 30}], None)
    assert [each["id"] for each in firms.get("/views").get_json()["items"]] == [view["id"]]
    assert firms.get("/views", entity="deal").get_json()["items"] == []
    assert firms.get("/views", entity="nothing").status_code == 404


def test_what_cannot_be_kept_is_told_at_its_place(firms: Caller) -> None:
    keep(firms)
    wrong = {
        "name": [{"name": "Mine"}, {"name": "x" * 81}, {"name": " "}],
        "where": [{"where": "stuff > 1"}, {"where": "staff >"}],
        "sort": [{"sort": ["stuff"]}, {"sort": ["a b"]}],
        "columns": [{"columns": [{"path": "stuff"}]}, {"columns": [{"path": "name"}] * 2}],
        "totals": [{"totals": {"stuff": "sum"}}, {"totals": {"staff": "median"}}],
        "with": [{"with": [{"role": "nobody"}]}, {"with": [{"entity": "firm", "id": 1}]}],
        "with.0": [{"with": [{"who": 1}]}],
        "size": [{"size": 500}],
        "colour": [{"colour": "red"}],
    }
    for place, bodies in wrong.items():
        for body in bodies:
            answer = firms.post("/views", {"entity": "firm", "name": "Other", **body})
            assert answer.status_code == 422, (place, body)
            assert place in answer.get_json()["error"]["fields"], answer.text
    assert firms.post("/views", {"entity": "nothing", "name": "X"}).status_code == 404


def test_a_view_is_changed_in_the_version_that_was_seen(firms: Caller) -> None:
    view = keep(firms, where="staff > 10", sort=["name"])
    path = f"/views/{view['id']}"
    assert firms.patch(path, {"where": "staff > 20"}).status_code == 428
    changed = firms.patch(path, {"where": "staff > 20"}, 1)
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert changed.get_json()["sort"] == ["name"]
    stale = firms.patch(path, {"where": "staff > 30", "name": "Yours"}, 1)
    assert stale.status_code == 409
    told = stale.get_json()["error"]
    assert (told["version"], told["changed_by"]) == (2, firms.account)
    assert (told["mine"]["where"], told["theirs"]["where"]) == ("staff > 30", "staff > 20")
    assert names(firms, query=str(view["id"])) == ["Firm 3", "Firm 4"]


def test_only_who_a_view_reaches_sees_it(site: Site, firms: Caller, clerk: Caller) -> None:
    own = keep(firms, where="staff > 10")
    assert clerk.get(f"/views/{own['id']}").status_code == 404
    assert clerk.get("/records/firm", query=str(own["id"])).status_code == 422
    firms.patch(f"/views/{own['id']}", {"with": [{"role": "clerk"}]}, 1)
    seen = clerk.get(f"/views/{own['id']}").get_json()
    assert (seen["own"], seen["with"], seen["where"]) == (False, [], "staff > 10")
    assert len(names(clerk, query=str(own["id"]))) == 3
    assert clerk.patch(f"/views/{own['id']}", {"name": "X"}, 2).status_code == 403
    assert clerk.delete(f"/views/{own['id']}").status_code == 403
    site.set_roles(clerk, "guest")
    assert clerk.get(f"/views/{own['id']}").status_code == 404
    refused = clerk.post("/views", {"entity": "firm", "name": "M", "with": [{"everybody": True}]})
    assert refused.status_code == 422


def test_a_shared_view_says_nothing_of_what_is_hidden(firms: Caller, clerk: Caller) -> None:
    by_credit = keep(
        firms, name="By standing", where="credit > 2", **{"with": [{"everybody": True}]}
    )
    shown = keep(
        firms,
        name="Shown",
        where="staff > 10",
        sort=["-credit", "name"],
        columns=[{"path": "name"}, {"path": "credit"}],
        totals={"credit": "sum", "staff": "sum"},
        **{"with": [{"everybody": True}]},
    )
    listed = clerk.get("/views").get_json()["items"]
    assert [each["name"] for each in listed] == ["Shown"]
    assert "credit" not in clerk.get("/views").text
    assert (listed[0]["sort"], listed[0]["totals"]) == (["name"], {"staff": "sum"})
    assert "credit" not in clerk.get(f"/views/{by_credit['id']}").text
    refused = clerk.get("/records/firm", query=str(by_credit["id"]))
    assert (refused.status_code, "credit" in refused.text) == (422, False)
    assert names(clerk, query=str(shown["id"])) == ["Firm 2", "Firm 3", "Firm 4"]


def test_a_view_is_deleted_and_taken_back(firms: Caller) -> None:
    view = keep(firms)
    assert firms.delete(f"/views/{view['id']}").status_code == 200
    assert firms.get(f"/views/{view['id']}").status_code == 404
    keep(firms, name="Another")
    assert firms.post(f"/views/{view['id']}/restore").status_code == 200
    assert firms.post(f"/views/{view['id']}/restore").status_code == 404
    listed = firms.get("/views").get_json()["items"]
    assert [each["name"] for each in listed] == ["Mine", "Another"]
