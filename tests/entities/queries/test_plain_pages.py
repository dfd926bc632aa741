"""Statements that are kept for many readers give none of them what another may read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from installation import Installation

from cardwright_entities.errors import NotFoundError, QueryError
from cardwright_entities.queries.requests import Count, Page, PageRequest
from cardwright_metadata.definitions.lists import SortDefinition

LIST = PageRequest(
    entity="firm",
    columns=("name", "level", "credit"),
    sort=(SortDefinition(path="created_at", descending=True),),
    count="exact",
)


@pytest.fixture
def firms(workshop: Installation) -> Installation:
    """Three firms, of which a guest sees two, and of no firm its credit."""
    with workshop.engine.write(workshop.system()) as desk:
        for name, level in (("甲", "a"), ("乙", "b"), ("丙", "c")):
            desk.records.create("firm", {"name": name, "level": level, "credit": 100})
    return workshop


def _page(firms: Installation, role: str, request: PageRequest = LIST) -> Page:
    with firms.engine.read(firms.acting(role)) as desk:
        return desk.page(request)


def _kept(firms: Installation) -> dict[tuple[object, ...], object]:
    with firms.engine.read(firms.system()) as desk:
        return desk.model.entity("firm").kept_statements


def test_a_plain_page_is_made_once_for_all_its_readers(firms: Installation) -> None:
    first = _page(firms, "chief")
    made = dict(_kept(firms))
    assert [each for each in made.values() if each is not None]
    assert _page(firms, "chief") == first
    assert dict(_kept(firms)) == made


def test_a_reader_who_may_read_less_is_not_served_what_was_kept(firms: Installation) -> None:
    assert [row.values["credit"] for row in _page(firms, "chief").rows] == [100, 100, 100]
    clerk, guest = _page(firms, "clerk"), _page(firms, "guest")
    assert clerk.unreadable == guest.unreadable == ("credit",)
    assert all("credit" not in row.values for page in (clerk, guest) for row in page.rows)
    assert {row.values["name"] for row in guest.rows} == {"甲", "乙"}
    assert (clerk.count, guest.count) == (Count(3, exact=True), Count(2, exact=True))


def test_the_order_by_what_one_may_not_read_is_not_kept_either(firms: Installation) -> None:
    hidden = replace(LIST, columns=("name",), sort=(SortDefinition(path="credit"),))
    assert len(_page(firms, "chief", hidden).rows) == 3
    with pytest.raises(QueryError, match="unknown_field"):
        _page(firms, "clerk", hidden)


def test_one_statement_reads_any_one_record(firms: Installation) -> None:
    with firms.engine.read(firms.acting("chief")) as desk:
        ids = [row.id for row in desk.page(LIST).rows]
        names = [desk.record("firm", each).values["name"] for each in ids]
    assert names == ["丙", "乙", "甲"]
    with (
        firms.engine.read(firms.acting("guest")) as desk,
        pytest.raises(NotFoundError),
    ):
        desk.record("firm", ids[0])


def test_the_recycle_bin_is_another_page(firms: Installation) -> None:
    with firms.engine.write(firms.acting("chief")) as desk:
        gone = desk.page(LIST).rows[0].id
        desk.records.delete("firm", gone, None)
    assert len(_page(firms, "chief").rows) == 2
    deleted = _page(firms, "chief", replace(LIST, deleted=True))
    assert [row.id for row in deleted.rows] == [gone]
