"""Two people with different roles: what one may not know has no effect that he could see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Caller, Site
    from werkzeug.test import TestResponse


def bare(answer: TestResponse) -> tuple[int, bytes, list[tuple[str, str]]]:
    """Return an answer without the number of its request."""
    body = re.sub(rb'"request_id":"[0-9a-f]+"', b"", answer.data)
    headers = [(name, value) for name, value in answer.headers if name != "X-Request-Id"]
    return answer.status_code, body, headers


@pytest.fixture
def firm(chief: Caller) -> dict[str, object]:
    """A firm that guests may not read, beside one that they may."""
    chief.create("firm", name="Open", level="a", credit="10", phone="010-62345678")
    return chief.create("firm", name="Closed", level="c", credit="99", phone="010-62345679")


def test_a_hidden_record_looks_like_a_missing_one(
    site: Site, guest: Caller, firm: dict[str, object]
) -> None:
    before = site.digest()
    hidden, missing = f"/records/firm/{firm['id']}", "/records/firm/9999"
    history = (f"/history/firm/{firm['id']}", "/history/firm/9999")
    pairs = [
        (guest.get(hidden), guest.get(missing)),
        (guest.get(hidden, fields="name"), guest.get(missing, fields="name")),
        (guest.get(hidden, deleted="true"), guest.get(missing, deleted="true")),
        (guest.get(history[0]), guest.get(history[1])),
        (guest.patch(hidden, {}, version=1), guest.patch(missing, {}, version=1)),
        (guest.delete(hidden), guest.delete(missing)),
        (guest.post(hidden + "/restore"), guest.post(missing + "/restore")),
    ]
    for one, other in pairs:
        assert bare(one) == bare(other)
        assert one.status_code in (403, 404)
    assert pairs[0][0].status_code == 404
    assert site.digest() == before


def test_a_hidden_entity_looks_like_a_missing_one(guest: Caller) -> None:
    for path in ("/records/{}", "/records/{}/1", "/catalog/{}", "/history/{}/1"):
        assert bare(guest.get(path.format("deal"))) == bare(guest.get(path.format("nothing")))
        assert guest.get(path.format("deal")).status_code == 404
    for path in ("/records/{}", "/records/{}/bulk", "/records/{}/aggregate"):
        one, other = (guest.post(path.format(name), {}) for name in ("deal", "nothing"))
        assert bare(one) == bare(other)
    for action in ("import", "export"):
        body = {"file": 1} if action == "import" else {}
        one, other = (guest.post(f"/records/{name}/{action}", body) for name in ("deal", "nothing"))
        assert bare(one) == bare(other)
        assert one.status_code == 404


def test_a_hidden_field_looks_like_a_missing_one(
    site: Site, clerk: Caller, firm: dict[str, object]
) -> None:
    """The clerk may not know the credit of firms: neither is there, as far as he can tell."""
    before = site.digest()
    path = f"/records/firm/{firm['id']}"
    assert "credit" not in clerk.get(path).get_json()
    assert "credit" not in clerk.get("/records/firm").get_json()["items"][0]
    assert b'"credit"' not in clerk.get("/openapi.json").data
    assert "credit" not in clerk.get("/catalog/firm").get_json()["fields"]
    queries = [
        {"fields": "{}"},
        {"where": "{} > 1"},
        {"where": "{} contains 1"},
        {"where": "{} = 'x' and staff > 1"},
        {"filter": '{{"field": "{}", "op": ">", "value": 1}}'},
        {"sort": "{}"},
        {"totals": "{}"},
        {"totals": "{}:count"},
        {"expand": "{}"},
    ]
    bodies = [
        {"group_by": ["{}"]},
        {"measures": {"n": {"sum": "{}"}}},
        {"measures": {"n": {"sum": "{} * 2"}}},
        {"where": "{} > 1"},
    ]
    for query in queries:
        ((key, text),) = query.items()
        one, other = (
            clerk.get("/records/firm", **{key: text.format(name)}) for name in ("credit", "zzzzzz")
        )
        assert one.status_code == other.status_code == 422, query
        assert bare(one)[1] == bare(other)[1].replace(b"zzzzzz", b"credit"), query
    for body in bodies:
        one, other = (
            clerk.post("/records/firm/aggregate", _with(body, name))
            for name in ("credit", "zzzzzz")
        )
        assert one.status_code == other.status_code == 422, body
        assert bare(one)[1] == bare(other)[1].replace(b"zzzzzz", b"credit"), body
    one = clerk.patch(path, {"credit": "1"}, version=1)
    other = clerk.patch(path, {"zzzzzz": "1"}, version=1)
    assert bare(one)[1] == bare(other)[1].replace(b"zzzzzz", b"credit")
    assert one.status_code == 422
    assert site.digest() == before


def _with(body: object, name: str) -> object:
    if isinstance(body, str):
        return body.format(name)
    if isinstance(body, list):
        return [_with(each, name) for each in body]
    if isinstance(body, dict):
        return {key: _with(each, name) for key, each in body.items()}
    return body


def test_counts_totals_groups_and_hits_hold_only_what_may_be_read(
    guest: Caller, firm: dict[str, object]
) -> None:
    answer = guest.get("/records/firm", count="exact").get_json()
    assert [item["name"] for item in answer["items"]] == ["Open"]
    assert answer["count"]["value"] == 1
    groups = guest.post("/records/firm/aggregate", {"group_by": ["level"]}).get_json()
    assert groups["groups"] == [{"key": ["a"], "count": 1}]
    assert guest.get("/search", q="Closed").get_json() == {"groups": []}
    assert guest.get("/search", q="62345678").get_json() == {"groups": []}


def test_what_may_be_read_but_not_done_is_forbidden(
    site: Site, chief: Caller, clerk: Caller, guest: Caller, firm: dict[str, object]
) -> None:
    area = chief.create("area", name="North")
    before = site.digest()
    assert guest.post("/records/firm", {"name": "X"}).status_code == 403
    assert guest.patch("/records/firm/1", {"name": "X"}, version=1).status_code == 403
    assert guest.delete("/records/firm/1").status_code == 403
    assert guest.post("/records/firm/export", {}).status_code == 403
    assert clerk.patch(f"/records/area/{area['id']}", {"name": "X"}, version=1).status_code == 403
    assert site.digest() == before


def test_nothing_of_the_system_can_be_set(
    site: Site, clerk: Caller, firm: dict[str, object]
) -> None:
    before = site.digest()
    system = {
        "id": 7,
        "version": 9,
        "department": 1,
        "organisation": 1,
        "created_at": "2020-01-01T00:00:00Z",
        "created_by": 1,
        "changed_at": "2020-01-01T00:00:00Z",
        "changed_by": 1,
        "deleted_at": None,
        "code": "F1",
        "double": "4",
        "search_tokens": ["f1a"],
        "e_firm": 1,
        "ignore_permissions": True,
        "__class__": "x",
    }
    path = f"/records/firm/{firm['id']}"
    for name, value in system.items():
        for shape in (value, [value], {"value": value}, str(value)):
            for answer in (
                clerk.post("/records/firm", {"name": "X", name: shape}),
                clerk.patch(path, {name: shape}, version=1),
                clerk.post("/records/firm/bulk", {"create": [{"name": "X", name: shape}]}),
            ):
                assert answer.status_code == 422, (name, shape, answer.text)
        assert clerk.get("/records/firm", **{name: "1"}).status_code == 400
    line = {"jobs": [{"firm": firm["id"], "head": 1, "created_by": 1}]}
    refused = clerk.post("/records/person", {"name": "X", **line})
    assert set(refused.get_json()["error"]["fields"]) == {"jobs.0.head", "jobs.0.created_by"}
    assert site.digest() == before


def test_a_field_that_may_only_be_read_is_not_taken(
    site: Site, clerk: Caller, firm: dict[str, object]
) -> None:
    refused = clerk.post("/records/deal", {"firm": firm["id"], "stage": "won"})
    assert refused.status_code == 422
    assert list(refused.get_json()["error"]["fields"]) == ["stage"]


def test_a_link_points_only_to_what_its_writer_may_read(
    site: Site, chief: Caller, firm: dict[str, object]
) -> None:
    site.set_roles(chief, "clerk", "guest")
    thing = chief.post("/records/deal", {"firm": 9999})
    assert list(thing.get_json()["error"]["fields"]) == ["firm"]


def test_a_token_that_only_reads_changes_nothing(
    site: Site, chief: Caller, firm: dict[str, object]
) -> None:
    reader = site.caller("chief", scopes=("read",))
    before = site.digest()
    path = f"/records/firm/{firm['id']}"
    unsafe = [
        reader.post("/records/firm", {"name": "X"}),
        reader.patch(path, {"name": "X"}, version=1),
        reader.delete(path),
        reader.post(path + "/restore"),
        reader.post("/records/firm/bulk", {"create": [{"name": "X"}]}),
        reader.post("/records/firm/import", {"file": 1}),
        reader.post("/files"),
        reader.post("/change-sets/1/undo"),
        reader.post("/jobs/1/cancel"),
    ]
    for answer in unsafe:
        assert answer.status_code == 403
        assert answer.get_json()["error"]["code"] == "token_reads_only"
    assert site.digest() == before
    assert reader.get(path).status_code == 200
    assert reader.post("/records/firm/aggregate", {}).status_code == 200
    assert reader.post("/records/firm/export", {}).status_code == 202


def test_a_change_set_of_others_is_taken_back_only_with_the_rights(
    site: Site, chief: Caller, clerk: Caller, guest: Caller
) -> None:
    firm = chief.create("firm", name="Acme")
    secret = chief.create("worker", name="Somebody")
    before = site.digest()
    hidden = clerk.post(f"/change-sets/{secret['$change_set']}/undo")
    assert bare(hidden) == bare(clerk.post("/change-sets/9999/undo"))
    assert hidden.status_code == 404
    assert bare(guest.post(f"/change-sets/{firm['$change_set']}/undo"))[0] == 403
    assert site.digest() == before


def test_without_a_good_token_there_is_nothing(site: Site) -> None:
    client = site.app.test_client()
    for header in ("", "Bearer", "Bearer x", "Basic YTpi", "Bearer cw_" + "a" * 43):
        headers = {"Authorization": header} if header else {}
        for path in ("/records/firm", "/openapi.json", "/catalog"):
            answer = client.get("/api/v1" + path, headers=headers)
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert set(answer.get_json()["error"]) == {"code", "message", "request_id"}


def test_rights_hold_from_the_next_request_on(site: Site, clerk: Caller) -> None:
    clerk.create("firm", name="Acme")
    site.set_roles(clerk, "guest")
    assert clerk.post("/records/firm", {"name": "B"}).status_code == 403
    site.set_roles(clerk)
    assert clerk.get("/records/firm").status_code == 404


def test_a_caller_without_roles_knows_nothing(site: Site) -> None:
    nobody = site.caller()
    assert nobody.get("/catalog").get_json()["entities"] == []
    assert nobody.get("/search", q="a").get_json() == {"groups": []}
    assert not [p for p in nobody.get("/openapi.json").get_json()["paths"] if "firm" in p]
