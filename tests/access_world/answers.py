"""The engine's answers and the oracle's, in one shape, to be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from access_world.eyes import Refused, Row
from access_world.oracle import Oracle

from cardwright_entities.engine import Desk
from cardwright_entities.errors import QueryError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.queries.requests import (
    AggregateRequest,
    GroupKey,
    Measure,
    PageRequest,
)
from cardwright_metadata.definitions.lists import SortDefinition

Answer = Mapping[str, Any]
REFUSED: Answer = {"refused": True}


def ask_engine(desk: Desk, asked: Mapping[str, Any]) -> Answer:
    """Return the engine's answer to a question."""
    try:
        where = desk.condition(asked["entity"], filter_=asked.get("filter"))
        if asked["kind"] == "groups":
            return _groups(desk, asked, where)
        return _page(desk, request_of(asked, where))
    except QueryError:
        return REFUSED


def request_of(asked: Mapping[str, Any], where: Any = None, **more: Any) -> PageRequest:
    """Return a question as a request for a page."""
    sort = tuple(
        SortDefinition(path=term.removeprefix("-"), descending=term.startswith("-"))
        for term in asked.get("sort", ())
    )
    given: dict[str, Any] = {
        "columns": tuple(asked["columns"]), "where": where, "search": asked.get("search", ""),
        "sort": sort, "limit": 200, "count": "exact", "totals": asked["totals"],
        "deleted": asked["deleted"], "masked": True,
    }  # fmt: skip
    return PageRequest(entity=asked["entity"], **(given | more))


def _page(desk: Desk, request: PageRequest) -> Answer:
    page = desk.page(request)
    return {
        "rows": [(row.id, plain(row.values)) for row in page.rows],
        "count": page.count.value if page.count else None,
        "totals": plain(page.totals),
        "titles": dict(page.titles),
        "unreadable": sorted(page.unreadable),
    }


def _groups(desk: Desk, asked: Mapping[str, Any], where: Any) -> Answer:
    found = desk.aggregate(
        AggregateRequest(
            entity=asked["entity"],
            where=where,
            group_by=tuple(GroupKey(*each) for each in asked["group_by"]),
            measures={name: Measure(*each) for name, each in asked["measures"].items()},
        )
    )
    groups = [
        (tuple(_plain(each) for each in group.key), plain(group.values)) for group in found.groups
    ]
    return {"groups": groups, "totals": plain(found.totals)}


def ask_oracle(oracle: Oracle, asked: Mapping[str, Any]) -> Answer:
    """Return what the answer should be."""
    try:
        if asked["kind"] == "groups":
            return _oracle_groups(oracle, asked)
        return _oracle_page(oracle, asked)
    except Refused:
        return REFUSED


def _oracle_page(oracle: Oracle, asked: Mapping[str, Any]) -> Answer:
    entity, rows = asked["entity"], oracle.rows(asked)
    columns = [path for path in asked["columns"] if oracle.shows(entity, path)]
    shown = [(row["id"], plain(oracle.shown(entity, row, columns))) for row in rows]
    totals = {
        path: oracle.measure(entity, rows, function, path)
        for path, function in asked["totals"].items()
        if oracle.exists(entity, path)
    }
    return {
        "rows": shown,
        "count": len(rows),
        "totals": plain(totals),
        "titles": oracle.titles(entity, rows, columns),
        "unreadable": sorted({*asked["columns"]} - {*columns}),
    }


def _oracle_groups(oracle: Oracle, asked: Mapping[str, Any]) -> Answer:
    rows = oracle.rows({**asked, "sort": ()})
    totals = {
        name: oracle.measure(asked["entity"], rows, *each)
        for name, each in asked["measures"].items()
    }
    groups = [
        (tuple(_plain(each) for each in key), plain(values)) for key, values in oracle.groups(asked)
    ]
    return {"groups": groups, "totals": plain(totals)}


def plain(values: Mapping[str, Any]) -> Row:
    """Return values in one shape: numbers as exact numbers, references as pairs."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, RecordRef):
        return (value.entity, value.id)
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return Decimal(value).normalize()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(value) or None
    return value
