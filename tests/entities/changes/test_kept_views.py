"""Views that people keep are uses of fields, and follow their names inside conditions too."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from cardwright_entities.changes.commits import load_bodies, read_active
from cardwright_entities.changes.kept_conditions import Renaming, Step, fields_asked
from cardwright_entities.store.every_table import every_table
from cardwright_metadata.expressions.parsing import parse

TWO = """
kind: entity
name: firm
fields:
  name: {type: text}
  code: {type: text}
---
kind: entity
name: visit
title: day
fields:
  day: {type: date}
  hours: {type: integer}
  firm: {type: link, to: firm}
"""
RENAMED = (
    TWO.replace("code: {", "number: {was: code, ")
    .replace("hours: {", "effort: {was: hours, ")
    .replace("name: visit\n", "name: call\nwas: visit\n")
)
OF_VISIT = {
    "where": "hours > 3 and firm.code in ('a', 'b') and firm.visit any (hours > 1)",
    "sort": ["-firm.code", "day"],
    "columns": [{"path": "day"}, {"path": "firm.code", "width": 20}],
    "totals": {"hours": "sum"},
}
OF_FIRM = {"where": "visit any (hours > 5) or count(visit) > 2", "columns": [{"path": "name"}]}


@pytest.fixture
def kept(bench):
    """One view of visits, one of firms that asks about visits, and a taste for the former."""
    bench.apply(TWO)
    with bench.store.write(bench.context) as session:
        table = every_table()["cw_view"]
        ids = {part["name"]: part["id"] for part in _entities(bench, session)}
        for name, body in (("visit", OF_VISIT), ("firm", OF_FIRM)):
            now = bench.context.now
            row = {"entity": ids[name], "account": 1, "folder": "", "name": name, "body": body}
            times = {"created_at": now, "changed_at": now}
            row |= {"position": 1, "version": 1, "changed_by": 1, **times}
            session.execute(insert(table).values(**row))
        taste = {"views": {"1": {"columns": ["day", "hours"], "widths": {"hours": 9}}}}
        row = {"account": 2, "address": "list/visit", "value": taste}
        preference = every_table()["cw_preference"]
        session.execute(insert(preference).values(**row, changed_at=bench.context.now))
    return bench


def _entities(bench, session) -> list[dict]:
    active = read_active(session)
    bodies = load_bodies(session, [key for _, key in active.part_hashes])
    return [bodies[key] for address, key in active.part_hashes if address.startswith("entity/")]


def bodies(bench) -> list[dict]:
    kept = every_table()["cw_view"].c
    with bench.store.read(bench.context) as session:
        return [row[0] for row in session.rows(select(kept.body).order_by(kept.id))]


def test_a_plan_counts_the_views_that_name_what_is_retired(kept) -> None:
    plan = kept.plan(TWO.replace("  hours: {type: integer}\n", ""))
    uses = {(use.place, f"{use.entity}.{use.field}"): use.views for use in plan.uses if use.views}
    assert uses == {("list/visit", "visit.hours"): 2, ("list/firm", "visit.hours"): 1}


def test_a_view_follows_new_names_where_it_asks_and_where_it_shows(kept) -> None:
    before = bodies(kept)
    kept.apply(RENAMED)
    of_call, of_firm = bodies(kept)
    assert (
        parse(of_call["where"]).tree
        == parse("effort > 3 and firm.number in ('a', 'b') and firm.call any (effort > 1)").tree
    )
    assert of_call["sort"] == ["-firm.number", "day"]
    assert of_call["columns"] == [{"path": "day"}, {"path": "firm.number", "width": 20}]
    assert of_call["totals"] == {"effort": "sum"}
    assert parse(of_firm["where"]).tree == parse("call any (effort > 5) or count(call) > 2").tree
    table = every_table()["cw_preference"].c
    with kept.store.read(kept.context) as session:
        address, value = session.row(select(table.address, table.value))
    assert address == "list/call"
    assert value == {"views": {"1": {"columns": ["day", "effort"], "widths": {"effort": 9}}}}
    back = TWO.replace("code: {", "code: {was: number, ").replace(
        "hours: {", "hours: {was: effort, "
    )
    kept.apply(back.replace("name: visit\n", "name: visit\nwas: call\n"))
    assert [parse(each["where"]).tree for each in bodies(kept)] == [
        parse(each["where"]).tree for each in before
    ]


def test_what_is_retired_stays_in_a_view(kept) -> None:
    before = bodies(kept)
    kept.apply(TWO.replace("  hours: {type: integer}\n", ""))
    assert bodies(kept) == before


PARTS = {
    "entity/firm": {"name": "firm", "fields": {"code": {}, "self": {"targets": ["firm"]}}},
    "entity/visit": {"name": "visit", "fields": {"firm": {"targets": ["firm"]}, "hours": {}}},
}


def test_the_link_by_which_records_point_here_leads_to_them() -> None:
    found = fields_asked(PARTS, "firm", "visit.firm any (hours > 1) and self.code = 'x'")
    assert found == {
        Step("visit"),
        Step("visit", "firm"),
        Step("visit", "hours"),
        Step("firm", "self"),
        Step("firm", "code"),
    }


def test_a_condition_that_cannot_be_read_stays_as_it_is() -> None:
    renaming = Renaming(PARTS, {"firm": "company"}, {("firm", "code"): "number"})
    for text in ("code >", "(((", "gone = 1", "$me = 3"):
        assert renaming.condition("firm", text) == text
    assert renaming.condition("firm", "code = 'code'") == "number = 'code'"
    assert renaming.names("visit", ("firm", "code", "more")) == ("firm", "number", "more")
