"""The catalog over HTTP: what there is, for whom, since which commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Caller, Site


def test_the_catalog_lists_what_the_caller_may_know(chief: Caller, clerk: Caller) -> None:
    every = chief.get("/catalog").get_json()
    assert {"area", "firm", "deal", "deal_item", "worker"} <= {e["name"] for e in every["entities"]}
    some = clerk.get("/catalog").get_json()
    assert [entity["name"] for entity in some["entities"]] == [
        "area",
        "firm",
        "person",
        "job",
        "thing",
        "deal",
        "deal_item",
    ]
    (firm,) = (entity for entity in some["entities"] if entity["name"] == "firm")
    assert firm["label"] == {"zh": "公司", "en": "Firm"}
    assert firm["actions"] == ["read", "create", "edit", "delete", "export", "import"]
    assert set(some["picklists"]) == {"firm_level", "deal_stage"}
    assert some["picklists"]["firm_level"]["choices"][0] == {
        "code": "a",
        "label": {"zh": "A 级", "en": "A"},
        "colour": "red",
        "parent": None,
        "retired": False,
    }


def test_an_entity_tells_its_fields(clerk: Caller) -> None:
    firm = clerk.get("/catalog/firm").get_json()
    fields = firm["fields"]
    assert "credit" not in fields
    assert fields["name"]["required"] is True
    assert fields["name"]["readonly"] is False
    assert fields["double"]["readonly"] is True
    assert fields["area"]["targets"] == ["area"]
    assert fields["level"]["picklist"] == "firm_level"
    assert fields["level"]["schema"]["enum"] == ["a", "b", "c", None]
    assert firm["list"]["columns"] == ["name", "level", "area", "staff", "seen_at"]
    assert firm["list"]["sort"] == ["-created_at"]
    assert firm["queries"]["big"]["label"]["en"] == "Big"


def test_the_tag_is_of_the_commit_and_of_the_rights(site: Site, chief: Caller) -> None:
    answer = chief.get("/catalog")
    tag = answer.headers["ETag"]
    assert tag.startswith(f'"{answer.get_json()["commit"]}-')
    headers = {"If-None-Match": tag}
    again = chief.send("GET", "/catalog", headers=headers)
    assert again.status_code == 304
    assert again.data == b""
    assert chief.send("GET", "/catalog/firm", headers=headers).status_code == 304
    older = chief.send("GET", "/catalog", headers={"If-None-Match": '"0"'})
    assert older.status_code == 200
    site.set_roles(chief, "clerk")
    assert chief.send("GET", "/catalog", headers=headers).status_code == 200
