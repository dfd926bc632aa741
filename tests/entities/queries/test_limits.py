"""What is asked too large or wrongly is refused in words, before the database sees any of it."""

from __future__ import annotations

from typing import Any

import pytest
from installation import Installation

from cardwright_entities.errors import CardwrightError, LimitError, QueryError
from cardwright_entities.queries.requests import (
    AggregateRequest,
    GroupKey,
    Measure,
    PageRequest,
)
from cardwright_metadata.definitions.lists import SortDefinition


def _refusal(workshop: Installation, **asked: Any) -> CardwrightError:
    with workshop.engine.read(workshop.acting("clerk")) as desk:
        before = desk.session.statements
        with pytest.raises(CardwrightError) as caught:
            desk.page(PageRequest(entity="firm", **asked))
        assert desk.session.statements == before
    return caught.value


@pytest.mark.parametrize("limit", [0, -1, 201, 10**9])
def test_a_page_holds_at_most_200(wide_workshop: Installation, limit: int) -> None:
    refused = _refusal(wide_workshop, limit=limit)
    assert isinstance(refused, LimitError)
    assert refused.message.code == "page_too_large"


@pytest.mark.parametrize("offset", [-1, 10**9, 10**30])
def test_an_offset_has_an_end(wide_workshop: Installation, offset: int) -> None:
    assert _refusal(wide_workshop, offset=offset).message.code == "offset_too_large"


def test_five_sort_keys_are_too_many(wide_workshop: Installation) -> None:
    sort = tuple(SortDefinition(path=name) for name in ("name", "code", "staff", "level", "share"))
    assert _refusal(wide_workshop, sort=sort).message.code == "too_many_sort_keys"


@pytest.mark.parametrize("path", ["tags", "note", "credit", "nothing", "area.nothing", "", "a..b"])
def test_what_cannot_be_sorted_by_is_refused(wide_workshop: Installation, path: str) -> None:
    refused = _refusal(wide_workshop, sort=(SortDefinition(path=path),))
    assert isinstance(refused, QueryError)


def test_columns_that_do_not_exist_are_named_and_left_out(wide_workshop: Installation) -> None:
    with wide_workshop.engine.read(wide_workshop.acting("clerk")) as desk:
        page = desk.page(PageRequest(entity="firm", columns=("name", "credit", "nope", "area.x")))
    assert page.unreadable == ("credit", "nope", "area.x")


def _nested(depth: int) -> dict[str, Any]:
    tree: dict[str, Any] = {"field": "name", "op": "=", "value": "x"}
    for _ in range(depth):
        tree = {"not": tree}
    return tree


DEEP_TEXT = "not " * 10_000 + "name = 'x'"
BRACKETS = "(" * 3_000 + "name = 'x'" + ")" * 3_000


@pytest.mark.parametrize(
    "filter_",
    [
        _nested(10_000),
        _nested(9),
        {"field": "name", "op": "in", "value": ["x"] * 70_000},
        {"field": "name", "op": "in", "value": ["x"] * 1_001},
        {"all": [{"field": "name", "op": "=", "value": str(n)} for n in range(101)]},
        {"field": "staff", "op": "=", "value": float("nan")},
        {"field": "staff", "op": "=", "value": float("inf")},
        {"field": "staff", "op": "=", "value": 10**40},
        {"field": "name", "op": "=", "value": "x\0y"},
        {"field": "name", "op": "like", "value": "x"},
        {"field": "name; drop table e_firm", "op": "=", "value": "x"},
        {"field": "founded", "op": "=", "value": "2026-02-30"},
        {"field": "area", "op": "<", "value": 3},
        {"field": "area.name.x", "op": "=", "value": "x"},
        {"related": "job", "any": {"field": "salary", "op": "=", "value": 1}},
        {"related": "nothing", "any": {}},
        {"related": "job", "any": {}, "none": {}},
        {"nonsense": 1},
        [],
    ],
)
def test_a_bad_filter_is_refused_in_words(wide_workshop: Installation, filter_: Any) -> None:
    with wide_workshop.engine.read(wide_workshop.acting("clerk")) as desk:
        where = None
        if filter_:
            with pytest.raises(QueryError) as caught:
                where = desk.condition("firm", filter_=filter_)
            assert caught.value.message.code == "bad_condition"
        assert where is None


@pytest.mark.parametrize("text", [DEEP_TEXT, BRACKETS, "name = 'x' and" * 400, "name = "])
def test_a_bad_condition_is_refused_in_words(wide_workshop: Installation, text: str) -> None:
    with (
        wide_workshop.engine.read(wide_workshop.acting("clerk")) as desk,
        pytest.raises(QueryError),
    ):
        desk.condition("firm", text)


def test_an_unknown_field_is_told_with_the_nearest(wide_workshop: Installation) -> None:
    with wide_workshop.engine.read(wide_workshop.acting("clerk")) as desk:
        with pytest.raises(QueryError) as caught:
            desk.condition("firm", "nmae = 'x'")
        assert dict(caught.value.message.params)["nearest"] == "name"
        with pytest.raises(QueryError) as caught:
            desk.condition("firm", "credits > 1")
    assert dict(caught.value.message.params)["nearest"] != "credit"


def test_1000_values_and_100_conditions_are_answered(wide_workshop: Installation) -> None:
    values = {"field": "staff", "op": "in", "value": list(range(1_000))}
    many = {"any": [{"field": "name", "op": "=", "value": str(n)} for n in range(100)]}
    with wide_workshop.engine.read(wide_workshop.acting("clerk")) as desk:
        for filter_ in (values, many):
            where = desk.condition("firm", filter_=filter_)
            assert desk.page(PageRequest(entity="firm", where=where)).rows == ()


def test_70000_ids_are_one_parameter(wide_workshop: Installation) -> None:
    with wide_workshop.engine.read(wide_workshop.acting("clerk")) as desk:
        page = desk.page(PageRequest(entity="firm", ids=tuple(range(1, 70_001))))
    assert page.rows == ()


@pytest.mark.parametrize(
    ("group_by", "measures", "code"),
    [
        ((GroupKey("tags"),), {}, "not_groupable"),
        ((GroupKey("name", "month"),), {}, "not_a_date_field"),
        ((GroupKey("founded", "fortnight"),), {}, "unknown_period"),
        ((GroupKey("credit"),), {}, "unknown_field"),
        ((), {"m": Measure("sum", "name")}, "not_a_number_field"),
        ((), {"m": Measure("sum")}, "measure_needs_field"),
        ((), {"m": Measure("median", "staff")}, "unknown_function"),
        ((), {"m": Measure("min", "area")}, "not_comparable"),
        ((), {"m": Measure("sum", "credit")}, "unknown_field"),
        (tuple(GroupKey("name") for _ in range(5)), {}, "too_many_measures"),
        ((), {str(n): Measure("count") for n in range(21)}, "too_many_measures"),
    ],
)
def test_a_bad_aggregate_is_refused_in_words(
    wide_workshop: Installation,
    group_by: tuple[GroupKey, ...],
    measures: dict[str, Measure],
    code: str,
) -> None:
    request = AggregateRequest(entity="firm", group_by=group_by, measures=measures)
    context = wide_workshop.acting("clerk")
    with wide_workshop.engine.read(context) as desk, pytest.raises(CardwrightError) as caught:
        desk.aggregate(request)
    assert caught.value.message.code == code
