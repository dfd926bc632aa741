"""Definitions are changed over the API: planned, looked at, applied, taken back."""

from __future__ import annotations

import pytest
from jsonschema import validate


def with_field(text: str, line: str) -> str:
    before, start, after = text.partition("\nname: firm\n")
    return before + start + after.replace("\nfields:\n", f"\nfields:\n  {line}\n", 1)


def test_a_change_is_planned_applied_and_taken_back(maker, firm) -> None:
    path, text = firm
    wanted = with_field(text, "x_rank: {type: text}")
    made = maker.post("/plans", {"documents": {path: wanted}})
    assert made.status_code == 201, made.text
    plan = made.json
    assert (plan["safe"], plan["empty"], plan["commit"]) == (True, False, 0)
    assert plan["effects"]["zh"][0].startswith("新增 1 个字段")
    assert not [step for step in plan["steps"] if "statements" in step]
    assert maker.get(f"/plans/{plan['id']}").json == plan
    told = maker.post(f"/plans/{plan['id']}/apply", {"reason": "ranks"})
    assert told.status_code == 200, told.text
    commit = told.json["commit"]
    assert "x_rank" in _fields(maker)
    # Applied once, however often it is asked for.
    assert maker.post(f"/plans/{plan['id']}/apply", {}).json == {"commit": commit}
    newest = maker.get("/commits", limit=1).json["items"][0]
    assert (newest["number"], newest["reason"]) == (commit, "ranks")
    back = maker.post(f"/commits/{commit}/revert", {})
    assert back.status_code == 201, back.text
    assert maker.post(f"/plans/{back.json['id']}/apply", {}).status_code == 200
    assert "x_rank" not in _fields(maker)
    assert maker.get(f"/commits/{commit}/rejects").json == {"items": [], "count": 0}


def test_what_later_changes_keep_is_told_as_described(maker, firm) -> None:
    path, text = firm
    commits = []
    for label in ("First", "Second"):
        line = f"x_label: {{type: text, label: {{zh: 名, en: {label}}}}}"
        plan = maker.post("/plans", {"documents": {path: with_field(text, line)}}).json["id"]
        commits.append(maker.post(f"/plans/{plan}/apply", {}).json["commit"])
    refused = maker.post(f"/commits/{commits[0]}/revert", {})
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "revert_conflicts")
    told = maker.post(f"/commits/{commits[0]}/revert", {"conflicts": True})
    assert told.status_code == 201, told.text
    assert told.json["conflicts"]
    components = maker.get("/openapi.json").json["components"]
    validate(told.json, components["schemas"]["Plan"] | {"components": components})


def _fields(caller):
    return caller.get("/catalog/firm").json["fields"]


def test_a_plan_that_became_stale_is_refused(maker, firm) -> None:
    path, text = firm
    plans = [
        maker.post("/plans", {"documents": {path: with_field(text, f"x_{name}: {{type: text}}")}})
        for name in ("stale_a", "stale_b")
    ]
    first, second = (each.json["id"] for each in plans)
    assert maker.post(f"/plans/{first}/apply", {}).status_code == 200
    refused = maker.post(f"/plans/{second}/apply", {})
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "plan_stale")


def test_wrong_definitions_are_told_with_their_places(maker, firm) -> None:
    path, text = firm
    refused = maker.post("/plans", {"documents": {path: with_field(text, "x_bad: {type: txet}")}})
    assert refused.status_code == 422
    assert any("text" in problem for problem in refused.json["error"]["problems"])


@pytest.mark.parametrize(
    "path", ["../x.yaml", "shop/../../x.yaml", "/etc/x.yaml", "shop/x.sh", "shop", "shop/a/.b.yaml"]
)
def test_paths_that_lead_elsewhere_are_refused(maker, path) -> None:
    refused = maker.post("/plans", {"documents": {path: "kind: entity\n"}})
    assert (refused.status_code, list(refused.json["error"]["fields"])) == (422, ["documents"])


def test_only_those_who_define_may(own_site) -> None:
    clerk = own_site.caller("clerk")
    for told in (
        clerk.get("/commits"),
        clerk.get("/commits/1/rejects"),
        clerk.get("/plans/abc"),
        clerk.post("/plans", {"documents": {}}),
        clerk.post("/plans/abc/apply", {}),
        clerk.post("/commits/1/revert", {}),
    ):
        assert told.status_code in (403, 404)


def test_what_is_not_there_is_not_found(maker) -> None:
    assert maker.get("/plans/abc").status_code == 404
    assert maker.post("/commits/99999/revert", {}).status_code == 404
    assert maker.post("/commits/1/revert", {}).status_code == 422


BLIND = """
---
kind: role
name: x_blind
features: [define_objects]
grants: {firm: {actions: [read], hidden: [x_length]}}
"""


def test_what_does_not_convert_is_told_to_those_who_may_read_it(own_site, maker, firm) -> None:
    path, text = firm
    text += BLIND
    apply(maker, {path: with_field(text, "x_length: {type: text}")})
    record = maker.post("/records/firm", {"name": "L", "x_length": "long\n" + "o" * 80}).json["id"]
    typed = {path: with_field(text, "x_length: {type: integer}")}
    shown = "long " + "o" * 54 + "…"
    refused = maker.post("/plans", {"documents": typed}).json
    assert not refused["safe"]
    (offence,) = refused["offences"]
    assert (offence["kind"], offence["links"]) == ("convert", [f"/card/firm/{record}"])
    assert (offence["values"], offence["reasons"]) == ([shown], ["not_a_number"])
    assert maker.post(f"/plans/{refused['id']}/apply", {}).status_code == 422
    made = maker.post("/plans", {"documents": typed, "accept": ["convert"]}).json
    commit = maker.post(f"/plans/{made['id']}/apply", {}).json["commit"]
    (reject,) = maker.get(f"/commits/{commit}/rejects").json["items"]
    assert (reject["link"], reject["code"]) == (f"/card/firm/{record}", "not_a_number")
    assert reject["value"] == shown
    assert shown not in maker.get("/commits", limit=1).text
    blind = own_site.caller("x_blind")
    assert blind.get(f"/commits/{commit}/rejects").json == {"items": [], "count": 1}
    (offence,) = blind.get(f"/plans/{refused['id']}").json["offences"]
    assert [offence[name] for name in ("records", "links", "values", "reasons")] == [[]] * 4
    assert offence["count"] == 1


def test_history_of_a_field_that_changed_its_type_is_still_read(maker, firm) -> None:
    path, text = firm
    typed = with_field(text, "x_size: {type: text}")
    apply(maker, {path: typed})
    record = maker.post("/records/firm", {"name": "H", "x_size": "large"}).json
    changed = maker.patch(f"/records/firm/{record['id']}", {"x_size": "12"}, record["version"]).json
    apply(maker, {path: with_field(text, "x_size: {type: integer}")})
    now = maker.get(f"/records/firm/{record['id']}").json
    assert now["x_size"] == 12
    told = maker.get(f"/history/firm/{record['id']}")
    assert told.status_code == 200, told.text
    undone = maker.post(f"/change-sets/{changed['$change_set']}/undo")
    assert undone.status_code < 500, undone.text
    back = maker.get(f"/records/firm/{record['id']}").json
    assert back["x_size"] in (12, None)


def apply(caller, documents) -> None:
    made = caller.post("/plans", {"documents": documents})
    assert made.status_code == 201, made.text
    told = caller.post(f"/plans/{made.json['id']}/apply", {})
    assert told.status_code == 200, told.text
