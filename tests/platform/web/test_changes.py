"""Administrators see changes of definitions, take them back, and see their packs."""

from __future__ import annotations

import re

import pytest
from redefining import add_field, fields_of
from serving import Browser, Served

SERVES = ("shipping",)
ENTITY = "sales_order"


@pytest.fixture(scope="module")
def admin(served: Served) -> Browser:
    return served.signed_in("changer", "admin")


def test_a_change_is_seen_and_taken_back(served: Served, admin: Browser) -> None:
    number = add_field(served, ENTITY, "x_shoe: {type: integer}", "boots")
    listed = admin.get("/changes").text
    assert "boots" in listed
    assert f"/changes/{number}" in listed
    shown = admin.get(f"/changes/{number}").text
    assert "1 new field" in shown
    asked = admin.post(f"/changes/{number}/revert", {})
    place = asked.headers["Location"]
    assert place.startswith("/changes/plans/")
    plan = admin.get(place).text
    assert "1 retired definition" in plan
    assert "x_shoe" in fields_of(served, ENTITY)
    assert place in admin.get("/changes").text
    done = admin.post(f"{place}/apply", {})
    assert done.headers["Location"] == f"/changes/{number + 1}"
    assert "x_shoe" not in fields_of(served, ENTITY)
    assert f"Change {number} taken back." in admin.get(f"/changes/{number + 1}").text
    # Applied once, however often it is asked for.
    assert admin.post(f"{place}/apply", {}).headers["Location"] == f"/changes/{number + 1}"
    assert admin.get(place).headers["Location"] == f"/changes/{number + 1}"


def test_the_first_change_is_not_taken_back(admin: Browser) -> None:
    assert "/changes/1/revert" not in admin.get("/changes/1").text
    assert admin.post("/changes/1/revert", {}).headers["Location"] == "/changes/1"
    assert admin.get("/changes/99999").status_code == 404
    assert admin.get("/changes/plans/none").status_code == 404


def test_a_plan_that_others_overtook_says_so(served: Served, admin: Browser) -> None:
    number = add_field(served, ENTITY, "x_hat: {type: text}", "hats")
    place = admin.post(f"/changes/{number}/revert", {}).headers["Location"]
    add_field(served, ENTITY, "x_coat: {type: text}", "coats")
    shown = admin.get(place).text
    assert "Plan again." in shown
    assert f"{place}/apply" not in shown
    assert admin.post(f"{place}/apply", {}).headers["Location"] == place


def test_packs_are_listed_with_versions_and_signatures(admin: Browser) -> None:
    shown = admin.get("/packs").text
    assert re.search(r"version \d", shown) or "from the configuration" in shown


def test_only_administrators_see_them(served: Served) -> None:
    other = served.signed_in("looker")
    for place in ("/changes", "/changes/1", "/changes/plans/x", "/packs"):
        assert other.get(place).status_code in (403, 404)
