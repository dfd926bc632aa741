"""Rollups and conditions of closing that cannot be meant are told at their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.model.checking import check_definitions
from cardwright_metadata.checking import check

PACK = """\
kind: pack
name: goods
label: 货
language: 1
---
kind: entity
name: good
label: 货
{key}
fields:
  name:  {{type: text}}
  stage: {{type: picklist, values: {{a: 甲}}, label: 段}}
  parts: {{type: lines, of: part}}
  above: {{type: link, to: good}}
  value: {field}
---
kind: entity
name: part
label: 件
owner: good
fields:
  weight: {{type: decimal}}
"""


@pytest.mark.parametrize(
    ("field", "key", "code"),
    [
        ("{type: rollup, of: pats, sum: weight}", "", "unknown_field"),
        ("{type: rollup, of: parts, sum: wait}", "", "unknown_field"),
        ("{type: rollup, of: parts, sum: weight, max: weight}", "", "rollup_asks_twice"),
        ("{type: rollup, of: parts, where: 'weight'}", "", "wrong_type"),
        ("{type: rollup, of: above.parts, sum: weight}", "", "too_far"),
        ("{type: rollup, of: good, sum: value}", "", "circle"),
        ("{type: formula, formula: 'name'}", "frozen: \"stage = 'a'\"", "frozen_needs_returns"),
        ("{type: text}", 'frozen: "parts any (weight > 1)"', "not_allowed"),
        ("{type: text}", "frozen: 'today() = today()'", "not_allowed"),
        ("{type: text}", "locked: 'stadge = 1'", "unknown_field"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, field: str, key: str, code: str) -> None:
    (tmp_path / "pack.yaml").write_text(PACK.format(field=field, key=key), "utf-8")
    types = FieldTypes(BUILTIN_FIELD_TYPES)
    _, problems = check(
        [tmp_path],
        types.catalogue(),
        lambda catalog: check_definitions(catalog, types, lambda message: message.code),
    )
    assert code in {each.code for each in problems}
    assert all(each.place is not None for each in problems)
