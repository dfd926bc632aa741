"""An n:m link is read from its other side only by who may read the entity and the field of it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from serving import Program, Served

SERVES = ("makers",)

#: What asks behind the link: the query of a list, and what it answers to who may know it all.
ASKED = {
    "where=ware any (name = 'ink')": ["Both"],
    "where=ware.makers any (name = 'ink')": ["Both"],
    "where=ware none (name = 'ink')&sort=name": ["None", "One"],
    "where=count(ware) = 2": ["Both"],
    "where=wares = 2": ["Both"],
    "sort=-wares,name": ["Both", "One", "None"],
    "fields=name,wares&sort=name": ["Both", "None", "One"],
}


@pytest.fixture(scope="module")
def firms(served_on_each: Served) -> Served:
    """Three firms: one makes pens and ink, one makes pens, one makes nothing."""
    keeper = Program(served_on_each, "keeper")
    made = [keeper.post("/records/firm", {"name": name}).json for name in ("Both", "One", "None")]
    both, one = made[0]["id"], made[1]["id"]
    for name, makers in (("pen", [both, one]), ("ink", [both])):
        answer = keeper.post("/records/ware", {"name": name, "makers": makers})
        assert answer.status_code == 201, answer.text
    return served_on_each


def ask(program: Program, query: str) -> Any:
    return program.get(f"/records/firm?{quote(query, safe='=&')}")


def names(program: Program, query: str) -> list[str]:
    answer = ask(program, query)
    assert answer.status_code == 200, answer.text
    return [each["name"] for each in answer.json["items"]]


@pytest.mark.parametrize("query", ASKED)
def test_who_may_read_both_sides_is_answered(firms: Served, query: str) -> None:
    assert names(Program(firms, "keeper"), query) == ASKED[query]


@pytest.mark.parametrize("role", ["stranger", "unlinked"])
def test_who_may_not_is_answered_as_if_there_were_no_link(firms: Served, role: str) -> None:
    program = Program(firms, role)
    for query in ASKED:
        hidden = ask(program, query)
        assert hidden.status_code in (400, 422), (query, hidden.text)
        # Neither what is there nor what is not: the same as of a name that nobody defined.
        for known, unknown in (("wares", "pears"), ("ware", "pear"), ("makers", "bakers")):
            query = query.replace(known, unknown)
        missing = ask(program, query)
        told = [(answer.status_code, answer.json["error"]["code"]) for answer in (hidden, missing)]
        assert told[0] == told[1], query
    count = {"group_by": ["wares"], "measures": {"n": "count()"}}
    assert program.post("/records/firm/aggregate", count).status_code == 422
    assert "wares" not in program.get("/records/firm/1").json
    assert "wares" not in program.get("/catalog/firm").text
    assert len(program.get("/records/firm?count=exact").json["items"]) == 3


def test_who_may_read_some_of_the_records_counts_those(firms: Served) -> None:
    program = Program(firms, "some")
    assert names(program, "where=ware any (name = 'ink')") == []
    assert names(program, "where=ware any (name = 'pen')&sort=name") == ["Both", "One"]
    assert names(program, "where=wares = 1&sort=name") == ["Both", "One"]


@pytest.mark.parametrize(
    ("role", "seen"),
    [("keeper", ["pen", "ink"]), ("some", ["pen"]), ("unlinked", []), ("stranger", [])],
)
def test_a_card_shows_the_records_behind_the_link_to_who_may_read_them(
    firms: Served, role: str, seen: list[str]
) -> None:
    login = f"{role}-looks-{firms.instance.store.dialect}"
    page = firms.signed_in(login, role).get("/card/firm/1?tab=made").text
    assert [name for name in ("pen", "ink") if f">{name}<" in page] == seen
    assert ("Wares made here" in page) == bool(seen)


def test_a_new_record_of_a_related_list_points_back(firms: Served) -> None:
    browser = firms.signed_in(f"adds-{firms.instance.store.dialect}", "keeper")
    (url,) = re.findall(r'href="(/new/ware[^"]*)"', browser.get("/card/firm/2?tab=made").text)
    assert '<option value="2" selected>One</option>' in browser.get(unescape(url)).text
