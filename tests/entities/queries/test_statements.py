"""A page costs the same number of statements whatever it holds and whoever reads it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from installation import Installation

from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.records.gate import Saved
from cardwright_metadata.definitions.lists import SortDefinition

ROLES = ("chief", "clerk", "guest")
SIZES = (1, 10, 200)

#: What the list of the workshop shows: two links by their titles, two totals.
LIST = PageRequest(
    entity="firm",
    columns=("name", "level", "area", "mother", "staff", "seen_at"),
    sort=(SortDefinition(path="created_at", descending=True),),
    totals={"staff": "sum"},
)


@pytest.fixture
def full_workshop(workshop: Installation) -> Installation:
    """A workshop with 220 firms, each in an area and below another."""
    with workshop.engine.write(workshop.system()) as desk:
        areas = [
            desk.records.create("area", {"code": f"A{n}", "name": f"地区{n}"}).id for n in range(30)
        ]
        rows = [{"name": f"公司{n}", "area": areas[n % 30], "staff": n} for n in range(220)]
        found = desk.records.create_many("firm", rows)
        ids = [each.id for each in found if isinstance(each, Saved)]
        for firm in ids[100:]:
            desk.records.update("firm", firm, {"mother": ids[firm % 90]}, None)
    return workshop


def _statements(workshop: Installation, role: str, request: PageRequest) -> tuple[int, int]:
    with workshop.engine.read(workshop.acting(role)) as desk:
        page = desk.page(request)
        return desk.session.statements, len(page.rows)


def _sized(request: PageRequest, rows: int, **more: Any) -> PageRequest:
    return replace(request, limit=rows, **more)


def test_a_list_takes_the_same_statements_at_any_size_and_for_any_role(
    full_workshop: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = {
        (role, size): _statements(full_workshop, role, _sized(LIST, size))
        for role in ROLES
        for size in SIZES
    }
    with capsys.disabled():
        print("\n  statements of a list page:", {key: each[0] for key, each in counts.items()})
    assert {rows for (_, size), (_, rows) in counts.items() if size == 200} == {200}
    # 1 opening, 1 rows, 1 count, 1 totals, 1 for each of two relations shown.
    assert {statements for statements, _ in counts.values()} == {6}


def test_what_is_not_asked_costs_no_statement(full_workshop: Installation) -> None:
    bare = _sized(LIST, 50, count="none", totals={}, titles=False)
    assert _statements(full_workshop, "clerk", bare)[0] == 2
    assert _statements(full_workshop, "clerk", _sized(bare, 50, count="exact"))[0] == 3


def test_a_search_looks_first_how_many_hits_there_are(full_workshop: Installation) -> None:
    bare = _sized(LIST, 50, count="none", totals={}, titles=False, sort=())
    counts = {
        _statements(full_workshop, "guest", _sized(bare, size, search=words))[0]
        for words in ("公司", "公司21", "没有")
        for size in SIZES
    }
    assert counts == {3}


def test_a_card_takes_one_statement_for_its_lines_and_one_for_each_relation(
    workshop: Installation,
) -> None:
    with workshop.engine.write(workshop.system()) as desk:
        firm = desk.records.create("firm", {"name": "甲"}).id
        things = [
            desk.records.create("thing", {"code": f"T{n}", "name": "轴", "price": 1}).id
            for n in range(20)
        ]
        deals = [
            desk.records.create(
                "deal", {"firm": firm, "items": [{"thing": each} for each in things[:size]]}
            ).id
            for size in (1, 20)
        ]
    counts = set()
    for deal in deals:
        with workshop.engine.read(workshop.acting("chief")) as desk:
            desk.record("deal", deal)
            counts.add(desk.session.statements)
    # 1 opening, 1 record, 1 for the firm, 1 for the n:m extras, 1 lines, 1 for their things, 1 for
    # their head.
    assert counts == {7}
