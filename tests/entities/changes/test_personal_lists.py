"""Lists that people arranged for themselves are uses of fields, and follow their names."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from cardwright_entities.store.every_table import every_table

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


@pytest.fixture
def arranged(bench):
    """Two people have arranged the list of visits, one of them by a field of the firm."""
    bench.apply(TWO)
    values = (
        {"columns": ["day", "hours", "firm.code"], "totals": {"hours": "sum"}},
        {"columns": ["firm.code", "gone"]},
    )
    with bench.store.write(bench.context) as session:
        for account, value in enumerate(values, 1):
            row = {"account": account, "address": "list/visit", "value": value}
            kept = every_table()["cw_preference"]
            session.execute(insert(kept).values(**row, changed_at=bench.context.now))
    return bench


def lists(bench) -> list[tuple]:
    kept = every_table()["cw_preference"].c
    with bench.store.read(bench.context) as session:
        rows = session.rows(select(kept.address, kept.value).order_by(kept.account))
    return [tuple(row) for row in rows]


def views(plan) -> list[tuple]:
    return [(use.place, f"{use.entity}.{use.field}", use.views) for use in plan.uses if use.views]


def test_a_plan_counts_the_personal_lists_that_show_what_is_retired(arranged) -> None:
    plan = arranged.plan(TWO.replace("  code: {type: text}\n", ""))
    assert views(plan) == [("list/visit", "firm.code", 2)]
    plan = arranged.plan(TWO.replace("  hours: {type: integer}\n", ""))
    assert views(plan) == [("list/visit", "visit.hours", 1)]
    assert plan.to_json()["references"][-1]["views"] == 1


def test_a_personal_list_follows_new_names(arranged) -> None:
    renamed = TWO.replace("code: {", "number: {was: code, ").replace(
        "hours: {", "effort: {was: hours, "
    )
    renamed = renamed.replace("name: visit\n", "name: call\nwas: visit\n")
    plan = arranged.plan(renamed)
    assert ("list/visit", "firm.code", 2) in views(plan)
    before = lists(arranged)
    arranged.apply_plan(plan)
    assert lists(arranged) == [
        ("list/call", {"columns": ["day", "effort", "firm.number"], "totals": {"effort": "sum"}}),
        ("list/call", {"columns": ["firm.number", "gone"]}),
    ]
    back = TWO.replace("code: {", "code: {was: number, ").replace(
        "hours: {", "hours: {was: effort, "
    )
    arranged.apply(back.replace("name: visit\n", "name: visit\nwas: call\n"))
    assert lists(arranged) == before


def test_what_is_retired_keeps_its_place_in_a_personal_list(arranged) -> None:
    before = lists(arranged)
    arranged.apply(TWO.replace("  hours: {type: integer}\n", ""))
    assert lists(arranged) == before
