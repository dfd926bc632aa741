"""Groups and measures over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Caller


@pytest.fixture
def deals(chief: Caller) -> Caller:
    """A caller who finds firms in areas, seen at different times."""
    north = chief.create("area", name="North")["id"]
    rows: list[dict[str, Any]] = [
        {"name": "A", "staff": 3, "credit": "10.10", "area": north, "seen_at": "2026-01-31T20:00Z"},
        {"name": "B", "staff": 4, "credit": "1.20", "area": north, "seen_at": "2026-02-03T00:00Z"},
        {"name": "C", "staff": 5, "level": "a", "founded": "2020-05-05"},
    ]
    assert chief.post("/records/firm/bulk", {"create": rows}).status_code == 200
    return chief


def ask(caller: Caller, **body: object) -> dict[str, Any]:
    """Ask for groups of firms."""
    answer = caller.post("/records/firm/aggregate", body)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def test_groups_have_keys_measures_and_totals(deals: Caller) -> None:
    told = ask(
        deals,
        group_by=["area", {"field": "seen_at", "by": "month"}],
        measures={
            "n": {"count": True},
            "sum": {"sum": "credit"},
            "middle": {"average": "staff"},
            "twice": {"sum": "staff * 2"},
            "last": {"max": "seen_at"},
        },
        expand=["area"],
        sort=["-n"],
    )
    # Eight in the evening in London is the next month in Shanghai.
    assert told["groups"] == [
        {
            "key": [{"id": 1, "title": "North"}, "2026-02-01"],
            "n": 2,
            "sum": "11.30",
            "middle": "3.5",
            "twice": "14",
            "last": "2026-02-03T00:00:00Z",
        },
        {"key": [None, None], "n": 1, "sum": "0.00", "middle": "5", "twice": "10", "last": None},
    ]
    assert told["totals"]["n"] == 3
    assert told["totals"]["sum"] == "11.30"
    assert told["more"] is False


def test_conditions_narrow_records_and_having_narrows_groups(deals: Caller) -> None:
    measures = {"n": {"count": True}}
    assert ask(deals, group_by=["level"], measures=measures, having="n > 1")["groups"] == [
        {"key": ["b"], "n": 2}
    ]
    assert ask(deals, measures=measures, where="staff > 3")["totals"] == {"n": 2}
    assert ask(deals, measures=measures, search="C")["totals"] == {"n": 1}
    only = {"field": "level", "op": "=", "value": "a"}
    assert ask(deals, filter=only, group_by=["level"])["groups"] == [{"key": ["a"], "count": 1}]


def test_dates_are_grouped_by_every_period(deals: Caller) -> None:
    starts = {
        "day": "2020-05-05",
        "week": "2020-05-04",
        "month": "2020-05-01",
        "quarter": "2020-04-01",
        "year": "2020-01-01",
    }
    for by, start in starts.items():
        told = ask(deals, group_by=[{"field": "founded", "by": by}], where="founded is not empty")
        assert told["groups"] == [{"key": [start], "count": 1}]


#: What has no measure, no group or no meaning.
REFUSED: tuple[object, ...] = (
    {"group_by": ["colour"]},
    {"group_by": ["tags"]},
    {"group_by": [{"field": "name", "by": "month"}]},
    {"group_by": [{"field": "founded", "by": "decade"}]},
    {"group_by": [["name"]]},
    {"group_by": "name"},
    {"group_by": ["name"] * 5},
    {"measures": {"n": {"median": "staff"}}},
    {"measures": {"n": {"sum": "name"}}},
    {"measures": {"n": {"sum": True}}},
    {"measures": {"n": {"count": False}}},
    {"measures": {"n": {"sum": "staff +"}}},
    {"measures": {"n": {"sum": "staff", "max": "staff"}}},
    {"measures": {"key": {"count": True}}},
    {"measures": {"'; drop table": {"count": True}}},
    {"measures": {f"m{n}": {"count": True} for n in range(21)}},
    {"having": "m > 1", "group_by": ["level"]},
    {"having": "count > 'x'", "group_by": ["level"]},
    {"sort": ["-m"], "group_by": ["level"]},
    {"limit": 0},
    {"limit": 10**9},
    {"where": "staff >"},
    {"filter": {"field": "staff", "op": "~", "value": 1}},
    {"colour": 1},
    {"expand": ["staff"]},
)


def test_what_cannot_be_measured_is_refused_in_words(deals: Caller) -> None:
    for body in REFUSED:
        answer = deals.post("/records/firm/aggregate", body)
        assert answer.status_code in (413, 422), body
        assert answer.get_json()["error"]["message"] not in ("", answer.get_json()["error"]["code"])
