"""Short forms and long forms mean the same."""

from __future__ import annotations

from typing import Any

import pytest

from cardwright_metadata.canonical import make_canonical
from cardwright_metadata.schema_files import read_schemas
from cardwright_metadata.yaml_files import read_yaml


def canonical(text: str, kind: str = "entity") -> Any:
    (document,), problems = read_yaml(text.encode(), "file.yaml")
    assert not problems
    return make_canonical(document.content, read_schemas()[kind], "zh")


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("list: {columns: [a, b]}", "list: {columns: {a: {}, b: {}}}"),
        ("list: {sort: [-a, b]}", "list: {sort: {a: {desc: true}, b: {}}}"),
        ("list: {totals: [a]}", "list: {totals: {a: sum}}"),
        ("search: [a, b.c]", "search: {a: 1, b.c: 1}"),
        ("label: 客户", "label: {zh: 客户}"),
        ("was: old", "was: [old]"),
        ("plays: employee", "plays: {employee: {}}"),
        ("unique: {x: [a, b]}", "unique: {x: {fields: [a, b]}}"),
        ("checks: {x: 'a > 1'}", "checks: {x: {test: 'a > 1'}}"),
        ("fields: {a: {type: text, label: 甲}}", "fields: {a: {type: text, label: {zh: 甲}}}"),
        (
            "card: {tabs: {t: {sections: {s: {fields: [a]}}}}}",
            "card: {tabs: {t: {sections: {s: {fields: {a: {}}}}}}}",
        ),
        ("card: {tabs: {t: {related: order}}}", "card: {tabs: {t: {related: {of: order}}}}"),
    ],
)
def test_a_short_form_becomes_the_long_one(short: str, long: str) -> None:
    assert canonical(short) == canonical(long)


def test_a_choice_may_be_only_its_label() -> None:
    assert canonical("choices: {a: 甲}", "picklist") == {"choices": {"a": {"label": {"zh": "甲"}}}}
    assert canonical("choices: [a]", "picklist") == {"choices": {"a": {}}}


def test_a_grid_has_columns_and_a_section_has_a_number_of_them() -> None:
    made = canonical("card: {tabs: {t: {sections: {a: {columns: 2}, b: {columns: [x]}}}}}")
    sections = made["card"]["tabs"]["t"]["sections"]
    assert sections == {"a": {"columns": 2}, "b": {"columns": {"x": {}}}}


def test_the_places_of_a_list_move_to_the_keys() -> None:
    made = canonical("list:\n  columns: [name, code]\n")
    assert str(made["list"]["columns"].keys_at["code"]) == "file.yaml:2:19"
