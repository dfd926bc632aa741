"""The names that an expression reads."""

from __future__ import annotations

from cardwright_metadata.expressions.names import (
    dotted,
    functions_of,
    paths_of,
    replace_labels,
    variables_of,
)
from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.tree import Path


def paths(text: str) -> list[str]:
    return [dotted(each) for each in paths_of(parse(text).tree)]


def test_paths_are_those_of_the_record_each_once() -> None:
    assert paths("a + customer.region.name * a") == ["a", "customer.region.name"]


def test_paths_inside_a_question_about_lines_go_through_them() -> None:
    text = "sum(items where product = $record.product and $head.stage = 'x', amount) > total"
    assert paths(text) == [
        "items", "items.amount", "items.product", "$record.product", "stage", "total",
    ]  # fmt: skip


def test_paths_behind_the_record_of_a_day_go_through_the_records() -> None:
    assert paths("at(jobs, joined_on).firm.name") == ["jobs", "jobs.firm.name", "joined_on"]
    text = "deals any (at(items, $head.joined_on) is empty)"
    assert paths(text) == ["deals", "deals.items", "joined_on"]


def test_the_record_of_a_day_is_a_function_with_labels() -> None:
    names = {"任职": "jobs", "jobs.current.公司": "firm", "日期": "day"}
    tree = parse("有效于（[任职]，[日期]）.[公司]", names).tree
    assert tree == parse("at(jobs, day).firm").tree
    assert functions_of(tree) == {"at"}


def test_variables_and_functions_are_found_at_any_depth() -> None:
    tree = parse("items any (owner = $me and round(a, 2) > $setting.stock.least)").tree
    assert variables_of(tree) == {"$me", "$setting.stock.least"}
    assert functions_of(tree) == {"round"}


def test_labels_are_replaced_hop_by_hop() -> None:
    names = {"客户": "customer", "customer.地区": "region", "明细": "lines"}

    def name_of(path: Path, index: int) -> str:
        return names[".".join((*path.names[:index], path.names[index][1:-1]))]

    tree = replace_labels(parse("[客户].[地区] = 'x' and [明细] any ()").tree, name_of)
    assert tree == parse("customer.region = 'x' and lines any ()").tree
