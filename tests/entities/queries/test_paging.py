"""Pages by key and by number walk the same records in the same order, each exactly once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from access_world.asking import Asker
from access_world.schema import FIELDS
from access_world.stage import SEED, Stage

from cardwright_entities.engine import Desk
from cardwright_entities.errors import QueryError
from cardwright_entities.queries.requests import PageRequest
from cardwright_metadata.definitions.lists import SortDefinition

SMALL = 7
ALL = 200


def _sort(*terms: str) -> tuple[SortDefinition, ...]:
    return tuple(
        SortDefinition(path=term.removeprefix("-"), descending=term.startswith("-"))
        for term in terms
    )


def _by_key(desk: Desk, request: PageRequest) -> list[int]:
    found: list[int] = []
    after: str | None = ""
    while after is not None:
        page = desk.page(replace(request, after=after, limit=SMALL))
        found += [row.id for row in page.rows]
        after = page.next
    return found


def _by_number(desk: Desk, request: PageRequest) -> list[int]:
    found: list[int] = []
    for offset in range(0, ALL, SMALL):
        page = desk.page(replace(request, offset=offset, limit=SMALL))
        found += [row.id for row in page.rows]
    return found


@pytest.mark.parametrize("entity", [*FIELDS])
@pytest.mark.parametrize("sign", ["", "-"])
def test_pages_by_key_hold_each_record_once_in_the_order_of_one_page(
    stage: Stage, entity: str, sign: str
) -> None:
    paths = Asker(stage.oracle("everything"), SEED).sortable(entity)
    with stage.desk("everything") as desk:
        for path in paths:
            request = PageRequest(entity=entity, sort=_sort(sign + path), count="none", limit=ALL)
            whole = [row.id for row in desk.page(request).rows]
            living = [row["id"] for row in stage.world[entity].values() if not row["deleted"]]
            assert sorted(whole) == sorted(living), path
            assert _by_key(desk, request) == whole, path


def test_several_keys_of_both_directions_page_alike(stage: Stage) -> None:
    sorts = [("level", "-staff"), ("-area.name", "partner", "-name"), ("-level", "-mother")]
    with stage.desk("everything") as desk:
        for terms in sorts:
            request = PageRequest(entity="firm", sort=_sort(*terms), count="none", limit=ALL)
            whole = [row.id for row in desk.page(request).rows]
            assert _by_key(desk, request) == whole
            assert _by_number(desk, request) == whole


def test_a_ranked_search_pages_by_key_too(stage: Stage) -> None:
    with stage.desk("everything") as desk:
        for words in ("公司", "华", "1"):
            request = PageRequest(entity="firm", search=words, count="none", limit=ALL)
            whole = [row.id for row in desk.page(request).rows]
            assert _by_key(desk, request) == whole
            assert _by_number(desk, request) == whole


def test_the_last_page_has_no_cursor_even_when_it_is_full(stage: Stage) -> None:
    with stage.desk("everything") as desk:
        request = PageRequest(entity="area", count="none", limit=SMALL)
        first = desk.page(request)
        assert first.next is not None
        second = desk.page(replace(request, after=first.next))
    assert (len(first.rows), len(second.rows), second.next) == (SMALL, SMALL, None)


OTHERS: list[dict[str, Any]] = [
    {"sort": _sort("-name")},
    {"sort": _sort("code")},
    {"sort": ()},
    {"search": "南"},
    {"deleted": True},
    {"ids": (1, 2, 3)},
    {"action": "export"},
]


@pytest.mark.parametrize("other", OTHERS)
def test_a_cursor_is_refused_for_any_other_question(stage: Stage, other: dict[str, Any]) -> None:
    request = PageRequest(entity="area", sort=_sort("name"), count="none", limit=3)
    with stage.desk("everything") as desk:
        cursor = desk.page(request).next or ""
        with pytest.raises(QueryError) as caught:
            desk.page(replace(request, after=cursor, **other))
    assert caught.value.message.code == "bad_cursor"


def test_a_cursor_is_refused_under_another_condition(stage: Stage) -> None:
    request = PageRequest(entity="area", sort=_sort("name"), count="none", limit=3)
    with stage.desk("everything") as desk:
        cursor = desk.page(request).next or ""
        where = desk.condition("area", "code is not empty")
        with pytest.raises(QueryError):
            desk.page(replace(request, after=cursor, where=where))
        with pytest.raises(QueryError):
            desk.page(PageRequest(entity="thing", sort=_sort("name"), after=cursor))


def test_a_cursor_is_refused_for_another_reader(stage: Stage) -> None:
    request = PageRequest(entity="area", sort=_sort("name"), count="none", limit=3)
    with stage.desk("everything") as desk:
        cursor = desk.page(request).next or ""
    with stage.desk("by_number") as desk, pytest.raises(QueryError) as caught:
        desk.page(replace(request, after=cursor))
    assert caught.value.message.code == "bad_cursor"


@pytest.mark.parametrize("spoil", ["", "x", "é", "AAAA", "=" * 40, "\0", "a" * 5000])
def test_a_cursor_that_nobody_wrote_is_refused(stage: Stage, spoil: str) -> None:
    request = PageRequest(entity="area", sort=_sort("name"), count="none", limit=3)
    with stage.desk("everything") as desk:
        cursor = desk.page(request).next or ""
        for forged in (spoil + cursor, cursor[: len(cursor) // 2] + spoil, spoil or cursor[:-2]):
            with pytest.raises(QueryError) as caught:
                desk.page(replace(request, after=forged if forged != cursor else "zz"))
            assert caught.value.message.code == "bad_cursor"
