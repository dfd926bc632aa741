"""The filter builder: conditions of every kind clicked together, shown as chips, kept as text."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect
from screens.marks import apart, on_desks
from screens.screen import Screen


def begin(screen: Screen, path: str) -> Locator:
    """Open the builder of a list and wait for the first row of its own."""
    screen.open(path)
    screen.page.locator("[data-opens=cw-builder]").click()
    builder = screen.page.locator("#cw-builder")
    builder.locator(".cw-b-field select").first.wait_for()
    return builder


def condition(builder: Locator, field: str, operator: str) -> Locator:
    """Choose field and operator in the last row; give the place of its value."""
    row = builder.locator(".cw-b-row:has(.cw-b-field)").last
    row.locator(".cw-b-field select").select_option(field)
    row.locator(".cw-b-op select").select_option(operator)
    return row.locator(".cw-b-val")


def apply(screen: Screen, builder: Locator) -> None:
    builder.locator(".btn-primary").click()
    screen.page.wait_for_url(re.compile("filter=|where="))
    expect(screen.page.locator(".cw-chip-wrong")).to_have_count(0)


@apart
@pytest.mark.parametrize(
    ("field", "operator", "typed", "chip"),
    [
        ("name", "contains", "机床", "机床"),
        ("credit_limit", ">=", "1000000", "1,000,000"),
        ("founded_on", "<", "1990-01-01", "1990"),
    ],
    ids=["text", "number", "date"],
)
def test_a_condition_is_typed(
    screen: Screen, field: str, operator: str, typed: str, chip: str
) -> None:
    builder = begin(screen, "/list/customer")
    every = screen.page.locator("#cw-count").inner_text()
    condition(builder, field, operator).locator("input").fill(typed)
    apply(screen, builder)
    expect(screen.page.locator(".cw-chip").first).to_contain_text(chip)
    expect(screen.page.locator("#cw-count")).not_to_have_text(every)
    assert screen.rows().count() > 0
    screen.page.locator(".cw-chip .cw-x").first.click()
    expect(screen.page.locator("#cw-count")).to_have_text(every)


@on_desks
def test_a_condition_takes_several_of_a_picklist(screen: Screen) -> None:
    builder = begin(screen, "/list/customer")
    value = condition(builder, "level", "in")
    value.locator(".ts-control").click()
    for label in ("A", "B"):
        value.locator(".option", has_text=label).first.click()
    apply(screen, builder)
    shown = set(screen.page.locator("tbody tr td:nth-child(4)").all_inner_texts())
    assert {text.strip()[0] for text in shown} == {"A", "B"}


@on_desks
def test_a_condition_finds_a_linked_record_by_typing(screen: Screen) -> None:
    builder = begin(screen, "/list/customer")
    value = condition(builder, "region", "under")
    value.locator(".ts-control").click()
    screen.page.keyboard.type("江苏")
    value.locator(".option", has_text="江苏").first.click()
    apply(screen, builder)
    expect(screen.page.locator(".cw-chip").first).to_contain_text("江苏")
    assert screen.rows().count() > 3


@on_desks
def test_a_condition_on_related_records_is_written_as_text(screen: Screen) -> None:
    builder = begin(screen, "/list/contact")
    every = screen.page.locator("#cw-count").inner_text()
    builder.locator("[name=where]").fill("employments any (until < today())")
    apply(screen, builder)
    expect(screen.page.locator("#cw-count")).not_to_have_text(every)
    assert screen.rows().count() > 0


@on_desks
def test_groups_are_nested_and_come_back_as_they_were(screen: Screen) -> None:
    builder = begin(screen, "/list/customer")
    condition(builder, "name", "contains").locator("input").fill("有限")
    builder.get_by_role("button", name=screen.say("分组", "Group")).click()
    inner = builder.locator(".cw-b-group .cw-b-row:has(.cw-b-field)")
    for row, text in ((inner.nth(0), "苏州"), (inner.nth(1), "上海")):
        row.locator(".cw-b-field select").select_option("name")
        row.locator(".cw-b-op select").select_option("contains")
        row.locator("input").fill(text)
    apply(screen, builder)
    names = screen.page.locator("tbody .cw-name").all_inner_texts()
    assert names
    assert all(("苏州" in name or "上海" in name) and "有限" in name for name in names)
    group = screen.say("客户名称 包含 苏州 或 客户名称", "Name contains 苏州 or Name")
    expect(screen.page.locator(".cw-chip").nth(1)).to_contain_text(group)
    again = begin(screen, screen.page.url.removeprefix(screen.address))
    expect(again.locator(".cw-b-group .cw-b-row:has(.cw-b-field)")).to_have_count(2)
    expect(again.locator("[name=where]")).to_have_value(re.compile("苏州.*or.*上海"))


@on_desks
def test_a_wrong_text_stays_and_says_what_is_wrong(screen: Screen) -> None:
    builder = begin(screen, "/list/customer")
    builder.locator("[name=where]").fill("naem contains '机'")
    builder.locator(".btn-primary").click()
    screen.page.wait_for_url("**where=*")
    expect(screen.page.locator(".cw-chip-wrong")).to_contain_text("naem")
    expect(screen.page.locator(".cw-empty")).to_contain_text(
        screen.say("没有字段“naem”，最接近的是 name", "There is no field “naem”. Nearest: name")
    )
    expect(screen.rows()).to_have_count(0)
    expect(screen.page.locator("#cw-builder [name=where]")).to_have_value("naem contains '机'")
