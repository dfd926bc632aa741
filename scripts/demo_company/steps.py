"""The steps of the demo company's sales process, and how far its opportunities are with them."""

from __future__ import annotations

from demo_company.words import Row, day_of

_ORDER = ("dig", "track", "confirm", "sign")
#: Code, stage, name, whether it is required, what is kept once it is done, and an example of it.
_STEPS = (
    ("D1", "dig", "首次拜访", True, "拜访记录", "拜访了设备部，了解现有产线"),
    ("D2", "dig", "寄送样本", False, "快递单号", "顺丰寄出样本一套"),
    ("T1", "track", "确认需求与预算", True, "需求清单", "需求清单已由总工确认，预算本季度批复"),
    ("T2", "track", "识别决策人", False, "联系人角色", "总经理拍板，采购部经办"),
    ("C1", "confirm", "打样并由客户确认", True, "打样确认单", "样机运行一周，客户签了打样确认单"),
    ("C2", "confirm", "技术方案评审", True, "评审意见", "评审通过，控制柜改为 IP54"),
    ("C3", "confirm", "商务洽谈", False, "洽谈纪要", "付款条件谈到 3-6-1"),
    ("S1", "sign", "合同评审", True, "评审意见", "法务与财务无异议"),
    ("S2", "sign", "收到盖章合同", True, "合同扫描件", "盖章合同已收到"),
)


def step_tables(chances: list[Row]) -> dict[str, list[Row]]:
    """Return the company's steps, and those of its running opportunities."""
    return {
        "sales_steps": [
            {
                "code": code,
                "name": name,
                "stage": stage,
                "place": str(place * 10),
                "required": "true" if required else "false",
                "proof": proof,
            }
            for place, (code, stage, name, required, proof, _) in enumerate(_STEPS, 1)
        ],
        "opportunity_steps": [
            row
            for number, chance in enumerate(chances)
            if chance["stage"] in _ORDER
            for row in _steps_of(number, chance)
        ],
    }


def _steps_of(number: int, chance: Row) -> list[Row]:
    """Return the steps up to the stage of an opportunity; of this stage the first may be done."""
    now = _ORDER.index(chance["stage"])
    reached = [each for each in _STEPS if _ORDER.index(each[1]) <= now]
    here = [code for code, stage, *_ in reached if stage == chance["stage"]]
    rows = []
    for place, (code, stage, _, required, _, result) in enumerate(reached):
        is_done = stage != chance["stage"] or (code == here[0] and number % 2 == 0)
        state = "done" if is_done and (required or number % 3) else "open"
        if stage != chance["stage"] and state == "open":
            state = "skipped"
        row = {
            "opportunity.name": chance["name"],
            "step.code": code,
            "state": state,
            "owner.employee.code": chance["owner.employee.code"],
        }
        if state == "done":
            row["done_on"] = day_of(-3 * (len(reached) - place) - number % 3)
            row["done_by.code"] = chance["owner.employee.code"]
            row["result"] = result
        elif state == "open":
            row["due_on"] = day_of(2 + number % 9 + place)
        rows.append(row)
    return rows
