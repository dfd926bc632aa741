"""A plan's first face: three sentences in the reader's language."""

from __future__ import annotations

from cardwright_entities.changes.wording import Effects, describe_effects

GROWTH = Effects(entities=1, fields=2, changed=1, retired=1, steps=4, seconds=0.2)


def test_growth_in_chinese() -> None:
    assert describe_effects(GROWTH, "zh") == (
        "新增 1 个业务对象，新增 2 个字段，修改 1 处定义，停用 1 处。",
        "不影响已有记录，不会删除任何数据。",
        "共 4 步，预计 1 秒，期间可以继续使用。",
    )


def test_growth_in_english() -> None:
    assert describe_effects(GROWTH, "en") == (
        "1 new entity, 2 new fields, 1 changed definition, 1 retired definition.",
        "No stored record is affected; no data is deleted.",
        "4 steps, about 1 second; work goes on meanwhile.",
    )


def test_affected_records_are_counted() -> None:
    effects = Effects(changed=1, records=31_200, steps=2, seconds=6.3)
    assert describe_effects(effects, "zh")[1] == "将影响 31,200 条记录，不会删除任何数据。"
    assert describe_effects(effects, "en")[1] == (
        "31,200 records are affected; no data is deleted."
    )
    assert "7 秒" in describe_effects(effects, "zh")[2]


def test_nothing_changes() -> None:
    assert describe_effects(Effects(), "zh")[0] == "没有变化。"
    assert describe_effects(Effects(), "en")[0] == "Nothing changes."
