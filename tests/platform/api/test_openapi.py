"""The API's description of itself: valid, complete, and only what the caller may do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

if TYPE_CHECKING:
    from conftest import Caller, Site

METHODS = frozenset({"get", "post", "patch", "delete", "put"})


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method and description of every operation."""
    for path, told in document["paths"].items():
        for method in METHODS & set(told):
            yield path, method, told[method]


@pytest.mark.parametrize("roles", [("chief",), ("guest",), ()])
@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_the_description_is_valid(site: Site, roles: tuple[str, ...]) -> None:
    document = site.caller(*roles).get("/openapi.json").get_json()
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()


def test_every_route_is_described_with_its_right(site: Site, chief: Caller) -> None:
    document = chief.get("/openapi.json").get_json()
    told = {(method, path) for path, method, _ in operations(document)}
    routes = set()
    for rule in site.app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/"):
            path = re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1"))
            for method in METHODS & {each.lower() for each in rule.methods or ()}:
                routes.add((method, path.replace("{entity}", "firm")))
    assert {each for each in told if "/firm" in each[1] or "{" not in each[1]} >= {
        each for each in routes if "{entity}" not in each[1] and "firm" in each[1]
    }
    assert routes <= told
    names = [each["operationId"] for _, _, each in operations(document)]
    assert len(names) == len(set(names))
    for _, _, each in operations(document):
        assert each["x-permission"]
        assert {"400", "401", "403", "404", "405", "413", "429", "500", "503"} <= set(
            each["responses"]
        )


def test_only_what_the_caller_may_do_is_described(guest: Caller, clerk: Caller) -> None:
    document = guest.get("/openapi.json").get_json()
    assert set(document["paths"]["/records/firm"]) == {"get"}
    assert "/records/firm/bulk" not in document["paths"]
    assert not [path for path in document["paths"] if "deal" in path]
    record = document["components"]["schemas"]["firm"]["properties"]
    assert "credit" not in record
    assert "phone" not in record
    written = clerk.get("/openapi.json").get_json()["components"]["schemas"]["deal.new"]
    assert "stage" not in written["properties"]
    assert written["required"] == ["firm"]


def test_answers_and_errors_are_as_described(chief: Caller) -> None:
    document = chief.get("/openapi.json").get_json()
    thing = chief.create("thing", name="Screw", price="2.50")
    firm = chief.create("firm", name="Acme", tags=["a"], seen_at="2026-01-01T00:00:00Z")
    deal = chief.create("deal", firm=firm["id"], items=[{"thing": thing["id"]}])
    firm_path = f"/records/firm/{firm['id']}"
    chief.patch(firm_path, {"staff": 2}, version=1)
    answers = [
        ("get", "/records/firm", chief.get("/records/firm", totals="credit")),
        ("get", "/records/firm/{record}", chief.get(firm_path)),
        ("get", "/records/deal/{record}", chief.get(f"/records/deal/{deal['id']}")),
        ("post", "/records/firm", chief.post("/records/firm", {"name": "B"})),
        ("post", "/records/firm", chief.post("/records/firm", {"name": 1})),
        ("post", "/records/firm", chief.send("POST", "/records/firm", "x")),
        ("patch", "/records/firm/{record}", chief.patch(firm_path, {"staff": 3}, version=1)),
        ("patch", "/records/firm/{record}", chief.patch(firm_path, {"staff": 3})),
        ("post", "/records/firm/bulk", chief.post("/records/firm/bulk", {"create": [{}]})),
        (
            "post",
            "/records/firm/bulk",
            chief.post("/records/firm/bulk", {"atomic": False, "create": [{}, {"name": "C"}]}),
        ),
        (
            "post",
            "/records/firm/aggregate",
            chief.post("/records/firm/aggregate", {"group_by": ["level"]}),
        ),
        ("get", "/search", chief.get("/search", q="Acme")),
        ("get", "/history/firm/{record}", chief.get(f"/history/firm/{firm['id']}")),
        ("get", "/catalog", chief.get("/catalog")),
        ("get", "/catalog/firm", chief.get("/catalog/firm")),
        ("post", "/records/firm/export", chief.post("/records/firm/export", {})),
        ("get", "/jobs/{job}", chief.get("/jobs/1")),
        ("get", "/jobs/{job}", chief.get("/jobs/99")),
        ("delete", "/records/firm/{record}", chief.delete("/records/firm/99")),
    ]
    for method, path, answer in answers:
        told = document["paths"][path][method]["responses"][str(answer.status_code)]
        if "$ref" in told:
            told = document["components"]["responses"][told["$ref"].rpartition("/")[2]]
        schema = told["content"]["application/json"]["schema"]
        # A record holds the keys that are told and no other.
        whole = {**schema, "components": document["components"]}
        jsonschema.Draft202012Validator(whole).validate(answer.get_json())
