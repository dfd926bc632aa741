from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cardwright_entities.errors import InputError
from cardwright_entities.exchange.mapping import ImportPlan, find_header, plan_import
from cardwright_entities.exchange.requests import ImportRequest

if TYPE_CHECKING:
    from conftest import Trade


def plan(trade: Trade, entity: str, *titles: str, **options: object) -> ImportPlan:
    request = ImportRequest(file=0, entity=entity, **options)  # type: ignore[arg-type]  # options by name
    with trade.engine.read(trade.context) as desk:
        return plan_import(desk, request, titles)


def paths(made: ImportPlan) -> dict[str, str]:
    return {use.title: f"{use.path}.{use.match}" if use.match else use.path for use in made.columns}


@pytest.mark.parametrize(
    ("title", "path"),
    [
        ("name", "name"),
        ("名称", "name"),
        ("Name", "name"),
        (" NAME * ", "name"),
        ("名称*", "name"),
        ("ｎａｍｅ", "name"),
        ("名 称：", "name"),
        ("seen_at", "seen_at"),
        ("Seen At", "seen_at"),
        ("seenAt", "seen_at"),
        ("信用额度（元）", "credit"),
        ("Credit (CNY)", "credit"),
        ("随便 (credit)", "credit"),
        ("地区", "area"),
        ("地区.编码", "area.code"),
        ("Area/Name", "area.name"),
        ("id", "id"),
        ("ID", "id"),
        ("version", "version"),
    ],
)
def test_a_title_is_known_however_it_is_written(quick_trade: Trade, title: str, path: str) -> None:
    assert paths(plan(quick_trade, "firm", title)) == {title.strip(): path}


@pytest.mark.parametrize(
    ("title", "path"),
    [
        ("明细.数量", "items.quantity"),
        ("items.quantity", "items.quantity"),
        ("Items Quantity", "items.quantity"),
        ("数量", "items.quantity"),
        ("quantity", "items.quantity"),
        ("产品", "items.thing"),
        ("明细.产品.编码", "items.thing.code"),
    ],
)
def test_titles_of_lines_are_known_with_and_without_their_table(
    quick_trade: Trade, title: str, path: str
) -> None:
    assert paths(plan(quick_trade, "deal", "公司", title))[title] == path


def test_what_nobody_fills_is_no_column(quick_trade: Trade) -> None:
    made = plan(quick_trade, "firm", "name", "助记码", "编号", "双倍", "created_at", "changed_by")
    assert [use.path for use in made.columns] == ["name", "short"]
    assert made.unknown == ("编号", "双倍", "created_at", "changed_by")


def test_what_is_said_wins_over_what_is_guessed(quick_trade: Trade) -> None:
    made = plan(
        quick_trade, "thing", "name", "code", "x", columns={"name": "code", "code": "", "X": "name"}
    )
    assert paths(made) == {"name": "code", "x": "name"}


def test_a_column_may_be_said_by_its_place(quick_trade: Trade) -> None:
    made = plan(quick_trade, "thing", "a", "a", columns={"#1": "code", "#2": "name"})
    assert [(use.index, use.path) for use in made.columns] == [(0, "code"), (1, "name")]


def test_the_first_of_two_columns_of_a_field_counts(quick_trade: Trade) -> None:
    made = plan(quick_trade, "thing", "名称", "code", "name")
    assert [use.index for use in made.columns] == [0, 1]


@pytest.mark.parametrize(
    ("entity", "titles", "key", "mode"),
    [
        ("thing", ("code", "name"), ("code",), "upsert"),
        ("thing", ("id", "code", "name"), ("id",), "upsert"),
        ("firm", ("name",), (), "create"),
    ],
)
def test_the_key_is_what_is_unique(
    quick_trade: Trade, entity: str, titles: tuple[str, ...], key: tuple[str, ...], mode: str
) -> None:
    made = plan(quick_trade, entity, *titles)
    assert (made.key, made.mode) == (key, mode)


def test_the_row_with_most_known_titles_holds_the_titles(quick_trade: Trade) -> None:
    rows = [["产品清单 名称"], [None, "2026"], ["编码", "名称"], ["T1", "名称"]]
    with quick_trade.engine.read(quick_trade.context) as desk:
        assert find_header(desk, ImportRequest(file=0, entity="thing"), rows) == 2
        assert find_header(desk, ImportRequest(file=0, entity="thing"), []) == 0


def test_fields_without_rights_are_no_columns(quick_trade: Trade) -> None:
    quick_trade.context = quick_trade.installation.acting("clerk")
    made = plan(quick_trade, "firm", "name", "credit", "信用额度")
    assert made.unknown == ("credit", "信用额度")
    with pytest.raises(InputError):
        plan(quick_trade, "firm", "name", columns={"name": "credit"})
