"""Administrators see changes of definitions, take them back, and see their packs."""

from __future__ import annotations

import re

import pytest
from redefining import add_field, fields_of, plan_change, plan_file
from serving import Browser, Served

from cardwright_entities.changes.kept_plans import keep_plan
from cardwright_platform.installing import apply_plan

SERVES = ("shipping",)
ENTITY = "sales_order"
BLIND = """\
kind: role
name: x_blind
features: [define_objects]
grants: {lead: {actions: [read], hidden: [x_size]}}
"""


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


def test_what_does_not_convert_is_told_to_those_who_may_read_it(
    served: Served, admin: Browser
) -> None:
    text, number = "x_size: {type: text", "x_size: {type: integer"
    add_field(served, "lead", f"{text}, label: {{zh: 大小, en: Size}}}}", "sizes")
    apply_plan(
        served.instance, plan_file(served, "shipping/blind.yaml", BLIND), author="", reason=""
    )
    with served.instance.engine.write(served.instance.system_context()) as desk:
        made = desk.records.create("lead", {"company": "Pumps & Co", "x_size": "<b>big</b>"})
    told = "Pumps &amp; Co · Size: “&lt;b&gt;big&lt;/b&gt;” – Not a number."
    plan = plan_change(served, "lead", text, number, accepted=("convert",))
    with served.instance.engine.write(served.instance.system_context()) as desk:
        kept = f"/changes/plans/{keep_plan(desk.session, plan).id}"
    blind = served.signed_in("blind", "x_blind")
    shown = [(admin.get(kept).text, blind.get(kept).text)]
    done = f"/changes/{apply_plan(served.instance, plan, author='', reason='numbers')}"
    shown.append((admin.get(done).text, blind.get(done).text))
    for seen, hidden in shown:
        assert told in seen
        assert "1, none of which you may read" in hidden
        assert not [each for each in ("big", "Pumps", f"/card/lead/{made.id}") if each in hidden]


def test_packs_are_listed_with_versions_and_signatures(admin: Browser) -> None:
    shown = admin.get("/packs").text
    assert re.search(r"version \d", shown) or "from the configuration" in shown


def test_only_administrators_see_them(served: Served) -> None:
    other = served.signed_in("looker")
    for place in ("/changes", "/changes/1", "/changes/plans/x", "/packs"):
        assert other.get(place).status_code in (403, 404)
