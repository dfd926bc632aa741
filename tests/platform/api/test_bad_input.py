"""What cannot be taken: always a clear 4xx in the one shape, never a change, never a 500."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Caller, Site
    from werkzeug.test import TestResponse

NESTED = b"[" * 10_000 + b"]" * 10_000
DEEP_FILTER = b'{"filter": ' + b'{"not": ' * 10_000 + b"{}" + b"}" * 10_000 + b"}"


def clear(answer: TestResponse, *statuses: int) -> None:
    """Say that an answer is a refusal in words."""
    assert answer.status_code in statuses, (answer.status_code, answer.text[:500])
    error = answer.get_json()["error"]
    assert error["code"] != "internal"
    assert error["message"] not in ("", error["code"])
    assert len(answer.data) < 20_000


def raw(caller: Caller, method: str, path: str, data: bytes, **headers: str) -> TestResponse:
    """Send bytes as they are."""
    sent = {"Authorization": f"Bearer {caller.token}", "Content-Type": "application/json"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return caller.client.open("/api/v1" + path, method=method, data=data, headers=sent)


def test_bodies_that_are_no_json_are_refused(site: Site, chief: Caller) -> None:
    firm = chief.create("firm", name="Acme")
    before = site.digest()
    bodies = [
        b"",
        b"{",
        b"null",
        b"[]",
        b"7",
        b'"name"',
        b"\xff\xfe",
        b'{"name": NaN}',
        b'{"name": Infinity}',
        b'{"staff": 1e999}',
        b'{"name": "\\ud800"}',
        b'{"name": "\xed\xa0\x80"}',
        b"{'name': 'x'}",
        NESTED,
        DEEP_FILTER,
        b'{"a":' * 40 + b"1" + b"}" * 40,
    ]
    for body in bodies:
        clear(raw(chief, "POST", "/records/firm", body), 400)
        clear(raw(chief, "PATCH", f"/records/firm/{firm['id']}", body, If_Match='"1"'), 400)
        clear(raw(chief, "POST", "/records/firm/bulk", body), 400)
        clear(raw(chief, "POST", "/records/firm/aggregate", body), 400)
    assert site.digest() == before


def test_values_that_cannot_be_kept_are_refused_at_their_field(site: Site, chief: Caller) -> None:
    before = site.digest()
    for name, value in [
        ("name", "a\0b"),
        ("name", "x" * 101),
        ("name", 7.5e300),
        ("name", ["x"]),
        ("name", {"x": "y"}),
        ("name", "\uffff"),
        ("staff", 2**63),
        ("staff", 10**400),
        ("staff", "1e99"),
        ("staff", "NaN"),
        ("staff", "Infinity"),
        ("staff", [1]),
        ("staff", True),
        ("credit", "1" * 40),
        ("credit", "12,3,4"),
        ("founded", "2026-02-30"),
        ("founded", "0000-00-00"),
        ("founded", 20260101),
        ("seen_at", "2026-13-01T00:00:00Z"),
        ("seen_at", "tomorrow"),
        ("partner", "maybe"),
        ("level", "d"),
        ("level", ["a"]),
        ("tags", ["a", "z"]),
        ("tags", list(range(70_000))),
        ("area", 0),
        ("area", -1),
        ("area", 2**63),
        ("area", "1; drop table e_area"),
        ("area", {"id": {"id": 1}}),
        ("area", 1.5),
        ("owner", {"entity": "firm", "id": 1}),
        ("owner", {"entity": ["worker"], "id": 1}),
        ("email", "nobody"),
    ]:
        body = json.dumps({"name": "Acme", name: value}).encode()
        answer = raw(chief, "POST", "/records/firm", body)
        clear(answer, 400, 422)
        if answer.status_code == 422:
            assert list(answer.get_json()["error"]["fields"]) == [name], (name, value)
    for lines in ("x", 7, {"a": 1}, [7], ["x"], [[]], [{"id": "x"}], [{"id": 99}], [{"nix": 1}]):
        clear(chief.post("/records/deal", {"firm": 1, "items": lines}), 422)
    assert site.digest() == before


def test_queries_beyond_every_measure_are_refused(site: Site, chief: Caller) -> None:
    before = site.digest()
    deep = "not (" * 3_000 + "staff > 1" + ")" * 3_000
    many = ", ".join(str(n) for n in range(70_000))
    wide = {"any": [{"field": "staff", "op": "=", "value": n} for n in range(2_000)]}
    filters = [
        {"field": "staff", "op": "in", "value": list(range(70_000))},
        wide,
        {"not": {"not": {"not": {"not": {"not": {"not": {"not": {"not": {"all": []}}}}}}}}},
        {"field": "staff", "op": "=", "value": {"a": 1}},
        {"field": "nothing", "op": "=", "value": 1},
        {"field": "staff", "op": "like", "value": 1},
        {"field": "staff", "op": "=", "value": "\0"},
        {"field": ["staff"], "op": "=", "value": 1},
        {"related": "nothing", "any": {}},
        {"either": []},
        {"field": "staff", "op": "=", "value": 1, "or": 1},
    ]
    for filter_ in filters:
        clear(chief.post("/records/firm/aggregate", {"filter": filter_}), 422)
        text = json.dumps(filter_)
        if len(text) < 20_000:
            clear(chief.get("/records/firm", filter=text), 400, 422)
    for where in (deep, f"staff in ({many})", "staff >", "nothing = 1", "staff = 'x'", "1", "𝄞"):
        clear(chief.post("/records/firm/aggregate", {"where": where}), 422)
    assert site.digest() == before


def test_parameters_are_known_single_and_readable(chief: Caller) -> None:
    for query, status in [
        ("colour=red", 400),
        ("limt=5", 400),
        ("limit=0", 400),
        ("limit=-1", 400),
        ("limit=ten", 400),
        ("limit=1e3", 400),
        ("limit=%D9%A3", 400),
        ("limit=201", 413),
        ("limit=1000000000", 413),
        ("limit=1" + "0" * 400, 400),
        ("limit=5&limit=6", 400),
        ("offset=99999999999", 413),
        ("offset=-1", 400),
        ("offset=1&cursor=x", 400),
        ("count=all", 400),
        ("deleted=perhaps", 400),
        ("totals=staff:median", 400),
        ("filter=%7B", 400),
        ("filter=%5B%5D", 400),
        ("filter=" + "%5B" * 5_000, 400),
        ("where=staff%20%3E%201%00", 400),
        ("where=" + "a" * 30_000, 400),
        ("where=" + "(" * 1_000, 422),
        ("query=nothing", 422),
        ("fields=nothing", 422),
        ("fields=name.name", 422),
        ("fields=" + ",".join(f"f{n}" for n in range(300)), 422),
        ("sort=nothing", 422),
        ("sort=tags", 422),
        ("sort=staff,name,level,area,founded", 422),
        ("cursor=nonsense", 422),
        ("expand=staff", 422),
        ("search=%00", 400),
    ]:
        answer = raw(chief, "GET", f"/records/firm?{query}", b"")
        assert answer.status_code == status, (query[:60], answer.status_code, answer.text[:300])
        clear(answer, status)
    near = raw(chief, "GET", "/records/firm?limt=5", b"").get_json()["error"]["message"]
    assert "limit" in near
    long_search = chief.get("/records/firm", search="长" * 5_000)
    assert long_search.status_code == 200


def test_addresses_lead_somewhere_or_nowhere(chief: Caller) -> None:
    for path in (
        "/records/firm/0",
        "/records/firm/-1",
        "/records/firm/abc",
        "/records/firm/9007199254740992",
        "/records/firm/" + "9" * 400,
        "/records/%00/1",
        "/records/e_firm",
        "/records/cw_account",
        "/records/firm'--",
        "/files/0",
        "/files/" + "9" * 30,
        "/jobs/77",
        "/nothing",
        "/records/firm/1/actions/approve",
    ):
        clear(chief.get(path), 404, 405)


def test_methods_and_kinds_of_content_are_as_described(chief: Caller) -> None:
    wrong = chief.send("PUT", "/records/firm/1", {"name": "x"})
    clear(wrong, 405)
    assert "PATCH" in wrong.headers["Allow"]
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "", "text/json"):
        clear(raw(chief, "POST", "/records/firm", b"{}", Content_Type=content_type), 415)
    clear(raw(chief, "POST", "/files", b"{}"), 415)
    accepted = raw(
        chief,
        "POST",
        "/records/firm",
        b'{"name": "x"}',
        Content_Type="application/json; charset=utf-8",
    )
    assert accepted.status_code == 201


def test_a_body_that_is_too_large_is_refused(site: Site, chief: Caller) -> None:
    before = site.digest()
    body = b'{"name": "' + b"x" * (8 * 1024 * 1024) + b'"}'
    clear(raw(chief, "POST", "/records/firm", body), 413)
    assert site.digest() == before


def test_keys_and_tags_in_headers_are_checked(chief: Caller) -> None:
    for key in ("", "a b", "ü", "x" * 201):
        answer = chief.post("/records/firm", {"name": "x"}, Idempotency_Key=key)
        clear(answer, 400)
    for tag in ('"', '"1", "2"', '"-1"', "9" * 30):
        headers = {"If-Match": tag}
        clear(chief.send("PATCH", "/records/firm/1", {"name": "x"}, headers=headers), 400)
